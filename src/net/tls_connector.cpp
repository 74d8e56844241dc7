#include "net/tls_connector.hpp"

#include "net/tls_connection.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
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

// Asks a connect to end: its time is up, or the coroutine that awaits it was cancelled. Used on the strand of that
// connect only. The request stays, so it is not lost between two steps.
struct Stop {
    errc reason{};                 // errc{}: go on
    std::function<void()> wake{};  // ends the step in progress

    void request(errc why) {
        if (reason != errc{}) return;
        reason = why;
        if (wake) wake();
    }
};

// Lets a Stop reach one connect while that lasts, and asks for it when time is up.
class StopGuard {
public:
    StopGuard(asio::any_io_executor const& strand, std::shared_ptr<Stop> stop, std::function<void()> wake)
        : timer_{strand}, stop_{std::move(stop)} {
        stop_->wake = std::move(wake);
    }
    ~StopGuard() { stop_->wake = nullptr; }
    StopGuard(StopGuard const&) = delete;
    StopGuard& operator=(StopGuard const&) = delete;

    void start_timer(TimePoint deadline, std::chrono::milliseconds limit) {
        TimePoint const limit_at = limit.count() > 0 ? steady_clock::now() + limit : no_deadline;
        TimePoint const until = std::min(deadline, limit_at);
        if (until == no_deadline) return;
        timer_.expires_at(until);
        timer_.async_wait(
            [stop = stop_, why = deadline <= limit_at ? errc::deadline_exceeded : errc::connect_timeout](ErrorCode ec) {
                if (!ec) stop->request(why);
            });
    }

private:
    asio::steady_timer timer_;
    std::shared_ptr<Stop> stop_;
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
    // A cancellation crosses over to it in a Stop: what co_spawn() would forward may arrive there after the connect has
    // ended, and the TLS handshake knows terminal cancellation only.
    asio::awaitable<ConnectResult> connect(TimePoint deadline) override {
        asio::any_io_executor const strand = asio::make_strand(executor_);
        auto const stop = std::make_shared<Stop>();
        auto const cancellation = co_await asio::this_coro::cancellation_state;
        asio::cancellation_slot slot = cancellation.slot();
        if (slot.is_connected()) {
            slot.assign([strand, stop](asio::cancellation_type) {
                asio::dispatch(strand, [stop] { stop->request(errc::cancelled); });
            });
        }
        auto [error, result] = co_await asio::co_spawn(
            strand, connect_on(strand, stop, deadline),
            asio::as_tuple(asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable)));
        if (error) std::rethrow_exception(error);
        co_return std::move(result);
    }

    void close() noexcept override { closed_ = true; }

private:
    asio::awaitable<ConnectResult> connect_on(asio::any_io_executor strand, std::shared_ptr<Stop> stop,
                                              TimePoint deadline) {
        auto const stopped = [&] { return stop->reason != errc{}; };
        auto const why = [&](std::string const& doing) {
            return failed(stop->reason, {},
                          (stop->reason == errc::cancelled ? "cancelled while " : "time ran out while ") + doing);
        };
        if (closed_) co_return failed(errc::client_closed, {}, "the client is closed");
        if (stopped()) co_return why("connecting");

        // The steps stop through this channel or this connection; both outlive the guard.
        auto connection = std::make_unique<TlsConnection<Executor>>(io_, context_, options_.limits);
        auto resolved = std::make_shared<Resolved>(strand, 1);
        StopGuard guard{strand, stop, [raw = connection.get(), resolved] {
                            resolved->cancel();
                            raw->cut();
                        }};
        guard.start_timer(deadline, options_.connect_timeout);

        std::vector<tcp::endpoint> endpoints;
        ErrorCode ec = co_await resolve(strand, resolved, endpoints);
        if (stopped()) co_return why("resolving the host name");
        if (ec || endpoints.empty())
            co_return failed(errc::resolve_failed, ec, "the host name " + options_.origin.host + " cannot be resolved");

        std::tie(ec, std::ignore) = co_await asio::async_connect(connection->socket(), endpoints, as_result);
        if (stopped()) co_return why("connecting");
        if (ec) co_return failed(errc::connect_failed, ec, "no TCP connection to " + options_.origin.authority);

        if (!connection->prepare(options_.origin.host, options_.origin.host_is_ip)) {
            co_return failed(errc::tls_failed, {}, "the host name cannot be used for TLS");
        }
        std::tie(ec) = co_await connection->stream().async_handshake(asio::ssl::stream_base::client, as_result);
        if (stopped()) co_return why("negotiating TLS");
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
    std::atomic<bool> closed_{};
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
