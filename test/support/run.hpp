// Runs one coroutine to its end and returns what it returned.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <utility>

namespace clerk::test {

// Rethrows what it threw; std::logic_error when it has not ended though `io` has nothing left to do.
void run_to_end(boost::asio::io_context& io, boost::asio::awaitable<void> task);

template <class T>
boost::asio::awaitable<void> keep_result(boost::asio::awaitable<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
}

// What Asio needs to begin a coroutine is compiled once, and not for each type.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::optional<T> result;
    run_to_end(io, keep_result(std::move(task), result));
    return std::move(*result);
}

}  // namespace clerk::test
