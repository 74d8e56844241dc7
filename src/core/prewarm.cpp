#include "core/prewarm.hpp"

#include "core/call_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace clerk::core {

namespace asio = boost::asio;

namespace {

using Opened =
    asio::experimental::concurrent_channel<asio::any_io_executor, void(boost::system::error_code, net::LeaseResult)>;

// Connects side by side with the others, and on when nobody waits any more.
asio::awaitable<void> open_one(std::shared_ptr<ClientCore> core, std::shared_ptr<Opened> opened,
                               std::size_t connections, net::TimePoint deadline) {
    ClientCore::Running const running{*core};
    net::LeaseResult result{};
    if (!core->closing()) result = co_await core->pool().add_connection(connections, deadline);
    opened->try_send(boost::system::error_code{}, std::move(result));
}

Error error_of(net::LeaseResult& failed) {
    CallFacts facts{};
    facts.operation = "prewarm";
    facts.attempts = 1;
    return transport_error(failed.code, failed.cause, std::move(failed.message), {}, facts);
}

}  // namespace

asio::awaitable<Result<std::size_t>> prewarm(std::shared_ptr<ClientCore> core, std::size_t connections,
                                             CallOptions options) {
    if (core->closing()) co_return closed_error("prewarm");
    auto const count = std::min(connections, core->pool().max_connections());
    auto const deadline = core->deadline_of(options);
    auto const opened = std::make_shared<Opened>(core->executor(), count);
    for (std::size_t started = 0; started < count; ++started) {
        asio::co_spawn(core->executor(), open_one(core, opened, count, deadline), [](std::exception_ptr thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }

    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    std::size_t successes = 0;
    std::optional<Error> failure;
    for (std::size_t ended = 0; ended < count; ++ended) {
        auto [cancelled, result] = co_await opened->async_receive(asio::as_tuple(asio::deferred));
        if (cancelled) {
            failure = Error{errc::cancelled, "cancelled while opening connections"};
            break;
        }
        if (result.code && !failure) failure = error_of(result);
        if (result.tried && !result.code) ++successes;
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (failure && successes == 0) co_return *failure;
    co_return successes;
}

}  // namespace clerk::core
