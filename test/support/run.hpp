// Runs one coroutine to its end and returns its result.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <utility>

namespace clerk::test {

// Rethrows its exception; throws std::logic_error when it has not ended although `io` has no work left.
void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> task);

template <class T>
boost::asio::awaitable<void> keep_result(boost::asio::awaitable<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
}

// Compiled once instead of for each type.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::optional<T> result;
    run_to_end(io, keep_result(std::move(task), result));
    return std::move(*result);
}

}  // namespace clerk::test
