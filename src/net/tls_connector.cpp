#include "net/tls_connector.hpp"

#include "net/tls_connection.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace clerk::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;

namespace {

using ErrorCode = boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::deferred);

ConnectResult failed(errc code, ErrorCode cause, std::string message) {
    return {nullptr, make_error_code(code), cause, std::move(message)};
}

// Ends the current step of one connect when time is up. Lives on the strand of that connect.
class ConnectTimer {
public:
    ConnectTimer(asio::any_io_executor const& strand, TimePoint deadline, std::chrono::milliseconds limit)
        : timer_{strand}, state_{std::make_shared<State>()} {
        TimePoint const limit_at = limit.count() > 0 ? steady_clock::now() + limit : no_deadline;
        code_ = deadline <= limit_at ? errc::deadline_exceeded : errc::connect_timeout;
        until_ = std::min(deadline, limit_at);
    }
    // The handler may be queued already when the connect ends, so it looks at the shared state first.
    ~ConnectTimer() { state_->over = true; }
    ConnectTimer(ConnectTimer const&) = delete;
    ConnectTimer& operator=(ConnectTimer const&) = delete;

    // Calls `stop` once, at the deadline.
    template <class Stop>
    void start(Stop stop) {
        if (until_ == no_deadline) return;
        timer_.expires_at(until_);
        timer_.async_wait([state = state_, stop](ErrorCode ec) {
            if (ec || state->over) return;
            state->fired = true;
            stop();
        });
    }
    [[nodiscard]] bool fired() const noexcept { return state_->fired; }
    [[nodiscard]] errc code() const noexcept { return code_; }

private:
    struct State {
        bool fired{};
        bool over{};
    };

    asio::steady_timer timer_;
    std::shared_ptr<State> state_;
    TimePoint until_{};
    errc code_{};
};

template <class Executor>
class TlsConnector final : public Connector {
public:
    TlsConnector(asio::any_io_executor executor, Executor io, asio::ssl::context context, TlsConnectorOptions options)
        : executor_{std::move(executor)},
          io_{std::move(io)},
          context_{std::move(context)},
          options_{std::move(options)} {}

    // Connecting has its own strand: its timer and its steps must not run side by side on a multi-threaded context.
    asio::awaitable<ConnectResult> connect(TimePoint deadline) override {
        asio::any_io_executor const strand = asio::make_strand(executor_);
        auto [error, result] =
            co_await asio::co_spawn(strand, connect_on(strand, deadline), asio::as_tuple(asio::use_awaitable));
        if (error) {
            auto const cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() == asio::cancellation_type::none) std::rethrow_exception(error);
            co_return failed(errc::cancelled, {}, "cancelled while connecting");
        }
        co_return std::move(result);
    }

private:
    asio::awaitable<ConnectResult> connect_on(asio::any_io_executor strand, TimePoint deadline) {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await asio::this_coro::throw_if_cancelled(false);
        auto const cancellation = co_await asio::this_coro::cancellation_state;
        auto const stopped = [&](ConnectTimer const& timer) {
            return cancellation.cancelled() != asio::cancellation_type::none || timer.fired();
        };
        auto const why = [&](ConnectTimer const& timer, char const* doing) {
            std::string const phase = doing;
            if (cancellation.cancelled() != asio::cancellation_type::none)
                return failed(errc::cancelled, {}, "cancelled while " + phase);
            return failed(timer.code(), {}, "time ran out while " + phase);
        };

        // The steps stop through this channel or this connection; both outlive the timer.
        auto connection = std::make_unique<TlsConnection<Executor>>(io_, context_, options_.limits);
        auto resolved = std::make_shared<Resolved>(strand, 1);
        ConnectTimer timer{strand, deadline, options_.connect_timeout};
        timer.start([raw = connection.get(), resolved] {
            resolved->cancel();
            raw->close();
        });

        std::vector<tcp::endpoint> endpoints;
        ErrorCode ec = co_await resolve(strand, resolved, endpoints);
        if (stopped(timer)) co_return why(timer, "resolving the host name");
        if (ec || endpoints.empty())
            co_return failed(errc::resolve_failed, ec, "the host name " + options_.origin.host + " cannot be resolved");

        std::tie(ec, std::ignore) = co_await asio::async_connect(connection->socket(), endpoints, as_result);
        if (stopped(timer)) co_return why(timer, "connecting");
        if (ec) co_return failed(errc::connect_failed, ec, "no TCP connection to " + options_.origin.authority);

        if (!connection->prepare(options_.origin.host, options_.origin.host_is_ip)) {
            co_return failed(errc::tls_failed, {}, "the host name cannot be used for TLS");
        }
        std::tie(ec) = co_await connection->stream().async_handshake(asio::ssl::stream_base::client, as_result);
        if (stopped(timer)) co_return why(timer, "negotiating TLS");
        if (ec) {
            std::string const problem = certificate_problem(connection->stream().native_handle());
            if (!problem.empty())
                co_return failed(errc::certificate_rejected, ec, "the server's certificate was rejected: " + problem);
            co_return failed(errc::tls_failed, ec, "the TLS handshake failed");
        }
        co_return ConnectResult{.connection = std::move(connection)};
    }

    using Resolved = asio::experimental::channel<asio::any_io_executor, void(ErrorCode, tcp::resolver::results_type)>;

    // Name resolution cannot be interrupted on every platform, so it is abandoned instead: the result goes to a
    // channel.
    asio::awaitable<ErrorCode> resolve(asio::any_io_executor strand, std::shared_ptr<Resolved> resolved,
                                       std::vector<tcp::endpoint>& endpoints) {
        if (options_.origin.host_is_ip) {
            ErrorCode ec;
            auto const address = asio::ip::make_address(options_.origin.host, ec);
            endpoints.emplace_back(address, static_cast<unsigned short>(std::stoul(options_.origin.port)));
            co_return ec;
        }
        auto const resolver = std::make_shared<tcp::resolver>(strand);
        resolver->async_resolve(options_.origin.host, options_.origin.port, tcp::resolver::numeric_service,
                                [resolver, resolved](ErrorCode ec, tcp::resolver::results_type results) {
                                    resolved->try_send(ec, std::move(results));
                                });
        auto [ec, results] = co_await resolved->async_receive(as_result);
        for (auto const& entry : results) endpoints.push_back(entry.endpoint());
        co_return ec;
    }

    asio::any_io_executor executor_;
    Executor io_;
    asio::ssl::context context_;
    TlsConnectorOptions options_;
};

}  // namespace

Result<std::unique_ptr<Connector>> make_tls_connector(asio::any_io_executor executor, TlsOptions const& tls,
                                                      TlsConnectorOptions options) {
    auto context = make_tls_context(tls);
    if (!context) return context.error();
    // A socket bound to the concrete executor of an io_context skips the type-erased one on every operation.
    using IoExecutor = asio::io_context::executor_type;
    auto const make = [&](auto const& io) -> std::unique_ptr<Connector> {
        using Made = TlsConnector<std::remove_cvref_t<decltype(io)>>;
        return std::make_unique<Made>(executor, io, std::move(*context), std::move(options));
    };
    if (auto const* const io = executor.target<IoExecutor>()) return make(*io);
    if (auto const* const strand = executor.target<asio::strand<IoExecutor>>())
        return make(strand->get_inner_executor());
    return make(executor);
}

}  // namespace clerk::net
