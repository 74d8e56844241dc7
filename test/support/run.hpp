// Runs one coroutine to its end and returns what it returned.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace clerk::test {

template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::optional<T> result;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e, T value) {
        thrown = e;
        result.emplace(std::move(value));
    });
    io.restart();
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    if (!result) throw std::logic_error{"the coroutine did not end"};
    return std::move(*result);
}

}  // namespace clerk::test
