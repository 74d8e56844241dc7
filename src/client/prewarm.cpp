#include "client/prewarm.hpp"

#include "client/call_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace clerk::client {

namespace asio = boost::asio;

namespace {

// How one attempt to connect ended: what it opened, or what was thrown.
struct Ending {
    transport::LeaseResult result{};
    std::exception_ptr thrown{};
};
using Endings = asio::experimental::concurrent_channel<asio::any_io_executor, void(boost::system::error_code, Ending)>;

// Connects in parallel with the others, and continues when no caller waits.
asio::awaitable<void> open_one(std::shared_ptr<ClientCore> core, std::shared_ptr<Endings> endings,
                               std::size_t connections, transport::TimePoint deadline) {
    ClientCore::Running const running{*core};
    Ending ending{};
    try {
        if (core->closing()) {
            ending.result.code = make_error_code(errc::client_closed);
        } else {
            ending.result = co_await core->pool().add_connection(connections, deadline);
        }
    } catch (...) {
        ending.thrown = std::current_exception();
    }
    endings->try_send(boost::system::error_code{}, std::move(ending));
}

Error error_of(transport::LeaseResult& failed) {
    CallFacts facts{};
    facts.operation = "prewarm";
    facts.attempts = failed.tried ? 1 : 0;
    if (failed.code == errc::cancelled || failed.code == errc::client_closed) facts.stop_reason = StopReason::cancelled;
    return transport_error(failed.code, failed.cause, std::move(failed.message), {}, facts);
}

transport::LeaseResult cancelled_waiting() {
    transport::LeaseResult result{};
    result.code = make_error_code(errc::cancelled);
    result.message = "cancelled while opening connections";
    result.tried = true;
    return result;
}

}  // namespace

asio::awaitable<Result<std::size_t>> prewarm(std::shared_ptr<ClientCore> core, std::size_t connections,
                                             CallOptions options) {
    if (core->closing()) co_return closed_error("prewarm");
    if (no_time_left(options)) co_return no_time_error("prewarm");
    auto const count = std::min(connections, core->pool().max_connections());
    auto const deadline = core->deadline_of(options);
    auto const endings = std::make_shared<Endings>(core->executor(), count);
    for (std::size_t started = 0; started < count; ++started) {
        asio::co_spawn(core->executor(), open_one(core, endings, count, deadline), asio::detached);
    }

    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    std::size_t successes = 0;
    std::optional<Error> failure;
    std::exception_ptr thrown;
    for (std::size_t ended = 0; ended < count; ++ended) {
        // Checked before each wait, because a wait that begins after the cancellation would not notice it.
        bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
        Ending ending{};
        if (!cancelled) {
            auto [ec, received] = co_await endings->async_receive(asio::as_tuple(asio::deferred));
            cancelled = ec.failed();
            ending = std::move(received);
        }
        if (cancelled) {
            transport::LeaseResult given_up = cancelled_waiting();
            failure = error_of(given_up);
            break;
        }
        if (ending.thrown) thrown = ending.thrown;
        if (ending.result.code && !failure) failure = error_of(ending.result);
        if (ending.result.tried && !ending.result.code) ++successes;
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (thrown) std::rethrow_exception(thrown);
    if (failure && successes == 0) co_return *failure;
    co_return successes;
}

}  // namespace clerk::client
