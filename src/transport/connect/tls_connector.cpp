#include "transport/connect/tls_connector.hpp"

#include "base/clock.hpp"
#include "base/local_error.hpp"
#include "transport/connect/connect_race.hpp"
#include "transport/connect/proxy_tunnel.hpp"
#include "transport/stop.hpp"
#include "transport/tls/session_cache.hpp"
#include "transport/tls/tls_connection.hpp"
#include "transport/tls/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace clerk::transport {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Clock;

namespace {

using ErrorCode = boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::deferred);

// Adds the duration of its lifetime to `total`.
class PhaseClock {
public:
    explicit PhaseClock(std::chrono::nanoseconds& total) noexcept : total_{total} {}
    ~PhaseClock() { total_ += Clock::now() - begin_; }
    PhaseClock(PhaseClock const&) = delete;
    PhaseClock& operator=(PhaseClock const&) = delete;

private:
    std::chrono::nanoseconds& total_;
    TimePoint begin_{Clock::now()};
};

// The destination of TCP connections: the origin or its proxy.
struct Destination {
    std::string host{};
    std::string port{};
    std::string name{};  // "the proxy 192.0.2.1:3128", for messages
    bool is_ip{};
};

Destination destination_of(TlsConnectorOptions const& options) {
    if (options.proxy) {
        http::Proxy const& proxy = *options.proxy;
        return {proxy.host, proxy.port, "the proxy " + proxy.authority, proxy.host_is_ip};
    }
    http::Origin const& origin = options.origin;
    return {origin.host, origin.port, origin.authority, origin.host_is_ip};
}

SharedAddresses literal_addresses(Destination const& to) {
    if (!to.is_ip) return nullptr;
    auto const port = static_cast<unsigned short>(std::stoul(to.port));
    return std::make_shared<Addresses const>(1, tcp::endpoint{asio::ip::make_address(to.host), port});
}

// A TLS context and the sessions of its connections. Connections keep both alive.
struct TlsSetup {
    explicit TlsSetup(asio::ssl::context made) : context{std::move(made)}, sessions{context.native_handle()} {}

    asio::ssl::context context;
    SessionCache sessions;
};

template <class Executor>
class TlsConnector final : public Connector {
public:
    TlsConnector(asio::any_io_executor executor, Executor io, TlsOptions tls, asio::ssl::context context,
                 TlsConnectorOptions options)
        : executor_{std::move(executor)},
          io_{std::move(io)},
          tls_{std::move(tls)},
          setup_{std::make_shared<TlsSetup>(std::move(context))},
          options_{std::move(options)},
          to_{destination_of(options_)},
          literal_{literal_addresses(to_)} {
        if (!options_.lookup) options_.lookup = system_lookup(executor_, to_.host, to_.port);
        resolver_ = std::make_shared<AddressResolver>(options_.lookup, options_.addresses.cache);
        if (options_.proxy) tunnel_ = http::connect_request(*options_.proxy, options_.origin, options_.user_agent);
    }

    // A connect has its own strand, so that its timer and its steps do not run concurrently. A Stop forwards a
    // cancellation to that strand, because a cancellation that co_spawn() forwards may arrive after the connect has
    // ended, and the TLS handshake supports terminal cancellation only.
    asio::awaitable<ConnectResult> connect(TimePoint deadline, ConnectStep& step) override {
        auto const stop = std::make_shared<Stop>(asio::make_strand(executor_), &step);
        auto const cancellation = co_await asio::this_coro::cancellation_state;
        asio::cancellation_slot slot = cancellation.slot();
        if (slot.is_connected()) {
            slot.assign([weak = std::weak_ptr{stop}](asio::cancellation_type) {
                if (auto const connecting = weak.lock()) connecting->ask(errc::cancelled);
            });
        }
        auto [error, result] = co_await asio::co_spawn(
            stop->strand, connect_on_strand(stop, deadline),
            asio::as_tuple(asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable)));
        if (error) std::rethrow_exception(error);
        co_return std::move(result);
    }

    Result<void> reload_tls() override {
        std::lock_guard const reload{reloading_};  // the hook runs once at a time
        auto context = remake_context();
        if (!context) return context.error();
        auto setup = std::make_shared<TlsSetup>(std::move(*context));
        std::lock_guard const lock{mutex_};
        setup_.swap(setup);
        return {};
    }

    [[nodiscard]] bool has_timeout() const noexcept override { return options_.connect_timeout.count() > 0; }

    void stop(ConnectStep const& step) noexcept override { stops_->stop(step); }
    void close() noexcept override { stops_->close(); }

private:
    using Connection = TlsConnection<Executor>;

    [[nodiscard]] std::shared_ptr<TlsSetup> setup() {
        std::lock_guard const lock{mutex_};
        return setup_;
    }

    [[nodiscard]] Result<asio::ssl::context> remake_context() const {
        try {
            return make_tls_context(tls_);
        } catch (std::bad_alloc const&) {
            throw;
        } catch (std::exception const& thrown) {
            std::string field = tls_.customize ? "tls.customize" : "tls";
            return base::local_error({}, errc::invalid_argument, thrown.what(), std::move(field));
        }
    }

    asio::awaitable<ConnectResult> connect_on_strand(std::shared_ptr<Stop> stop, TimePoint deadline) {
        StopGuard guard{stops_, stop, deadline, options_.connect_timeout};
        ConnectResult result{};
        if (ended(result, guard, "connecting")) co_return result;

        SharedAddresses const addresses = co_await find_addresses(guard, result);
        if (addresses == nullptr) co_return result;
        auto const tls = setup();
        auto connection = std::make_unique<Connection>(io_, tls->context.native_handle(), tls, options_.limits);
        std::optional<tcp::endpoint> reached;
        bool const connected = co_await open_socket(addresses, *connection, reached, guard, result) &&
                               co_await pass_proxy(*connection, guard, result) &&
                               co_await shake_hands(*connection, tls->sessions, guard, result);
        guard.on_stop(nullptr);
        learn(addresses, reached, result);
        if (connected) result.connection = std::move(connection);
        co_return result;
    }

    // Updates the address cache. A connect that was stopped proves nothing about the addresses.
    void learn(SharedAddresses const& addresses, std::optional<tcp::endpoint> const& reached,
               ConnectResult const& result) {
        if (result.code == errc::cancelled || result.code == errc::client_closed) return;
        if (!reached) return resolver_->failed(addresses);
        if (result.code) return resolver_->disappointed(addresses, *reached);
        resolver_->succeeded(addresses, *reached);
    }

    // Each step succeeds, or writes its failure to `result`. A stop that was requested during the step takes precedence
    // over its outcome.

    static bool fail(ConnectResult& result, errc code, ErrorCode cause, std::string message) {
        result.code = make_error_code(code);
        result.cause = cause;
        result.message = std::move(message);
        return false;
    }
    static bool ended(ConnectResult& result, StopGuard const& guard, std::string const& doing) {
        Stop const& stop = guard.stop();
        if (stop.requested()) fail(result, stop.reason, {}, stop.message(doing));
        return stop.requested();
    }

    asio::awaitable<SharedAddresses> find_addresses(StopGuard& guard, ConnectResult& result) {
        if (literal_) co_return literal_;
        if (auto known = resolver_->known()) co_return known;
        guard.begin_step("resolving the host name");
        PhaseClock const clock{result.timing.resolve};
        Resolved resolved = co_await resolver_->resolve(guard);
        if (ended(result, guard, "resolving the host name")) co_return nullptr;
        if (resolved.addresses == nullptr) {
            std::string const whose = options_.proxy ? "the proxy's host name " : "the host name ";
            fail(result, errc::resolve_failed, resolved.code, whose + to_.host + " cannot be resolved");
        }
        co_return std::move(resolved.addresses);
    }

    asio::awaitable<bool> open_socket(SharedAddresses const& addresses, Connection& connection,
                                      std::optional<tcp::endpoint>& reached, StopGuard& guard, ConnectResult& result) {
        guard.begin_step("connecting");
        PhaseClock const clock{result.timing.connect};
        auto const race =
            std::make_shared<ConnectRace<Executor>>(guard.stop().strand, io_, addresses, options_.addresses.stagger);
        guard.on_stop([race] { race->stop(); });
        ErrorCode const ec = co_await race->run();
        if (ended(result, guard, "connecting")) co_return false;
        if (ec) co_return fail(result, errc::connect_failed, ec, "no TCP connection to " + to_.name);
        reached = race->address();
        connection.socket() = race->take_socket();
        guard.on_stop([raw = &connection] { raw->cut(); });
        co_return true;
    }

    asio::awaitable<bool> pass_proxy(Connection& connection, StopGuard& guard, ConnectResult& result) {
        if (!options_.proxy) co_return true;
        guard.begin_step("waiting for the proxy");
        PhaseClock const clock{result.timing.connect};
        bool const has_credentials = !options_.proxy->authorization.empty();
        TunnelResult tunnel = co_await open_tunnel(connection.socket(), tunnel_, has_credentials);
        if (ended(result, guard, "waiting for the proxy")) co_return false;
        if (tunnel.code == errc{}) co_return true;
        co_return fail(result, tunnel.code, tunnel.cause, std::move(tunnel.message));
    }

    // A stop closes the socket, which ends each of its steps.
    static asio::awaitable<ErrorCode> handshake(TlsStream<Executor>& stream) {
        for (;;) {
            ErrorCode const ec = stream.session().handshake();
            if (ec != asio::error::would_block) co_return ec;
            auto const [failed, n] = co_await asio::async_initiate<decltype(as_result), void(ErrorCode, std::size_t)>(
                [&stream](auto handler) { stream.async_ready(std::move(handler)); }, as_result);
            stream.ready(failed, n);
        }
    }

    asio::awaitable<bool> shake_hands(Connection& connection, SessionCache& sessions, StopGuard& guard,
                                      ConnectResult& result) {
        guard.begin_step("negotiating TLS");
        PhaseClock const clock{result.timing.tls};
        if (!connection.prepare(options_.origin.host, options_.origin.host_is_ip)) {
            co_return fail(result, errc::tls_failed, {}, "the host name cannot be used for TLS");
        }
        SSL* const ssl = connection.stream().session().native_handle();
        if (SessionPtr const session = sessions.take()) SSL_set_session(ssl, session.get());
        ErrorCode const ec = co_await handshake(connection.stream());
        if (ended(result, guard, "negotiating TLS")) co_return false;
        if (!ec) {
            result.timing.resumed = SSL_session_reused(ssl) == 1;
            co_return true;
        }
        sessions.clear();
        if (std::string const problem = certificate_problem(ssl); !problem.empty()) {
            co_return fail(result, errc::certificate_rejected, ec, "the server's certificate was rejected: " + problem);
        }
        co_return fail(result, errc::tls_failed, ec, "the TLS handshake failed");
    }

    asio::any_io_executor executor_;
    Executor io_;
    TlsOptions tls_;
    std::mutex reloading_{};
    std::mutex mutex_{};  // guards the next
    std::shared_ptr<TlsSetup> setup_;
    TlsConnectorOptions options_;
    Destination to_;
    SharedAddresses literal_;  // set when the destination is an IP address
    std::shared_ptr<AddressResolver> resolver_{};
    http::SecretBuffer tunnel_{};
    std::shared_ptr<StopRegistry> stops_{std::make_shared<StopRegistry>()};
};

}  // namespace

Result<std::unique_ptr<Connector>> make_tls_connector(asio::any_io_executor executor, TlsOptions const& tls,
                                                      TlsConnectorOptions options) {
    auto context = make_tls_context(tls);
    if (!context) return context.error();
    // A socket with the concrete executor type of an io_context avoids the type-erased executor in every operation.
    using IoExecutor = asio::io_context::executor_type;
    auto const make = [&](auto const& io) -> std::unique_ptr<Connector> {
        using Made = TlsConnector<std::remove_cvref_t<decltype(io)>>;
        return std::make_unique<Made>(executor, io, tls, std::move(*context), std::move(options));
    };
    if (auto const* const io = executor.target<IoExecutor>()) return make(*io);
    if (auto const* const strand = executor.target<asio::strand<IoExecutor>>())
        return make(strand->get_inner_executor());
    return make(executor);
}

}  // namespace clerk::transport
