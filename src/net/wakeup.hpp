// Lets one coroutine wait for another, which may run on any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>

namespace clerk::net {

class ContextEnd;

class Wakeup {
public:
    explicit Wakeup(boost::asio::any_io_executor const& executor);

    // To be awaited: ends with wake(), be it before or later, or when the coroutine is cancelled. One at a time.
    [[nodiscard]] auto wait() { return channel_.async_receive(boost::asio::as_tuple(boost::asio::deferred)); }
    // To be called before a wait() that follows a cancelled one. False when there is nothing to wait for any more.
    [[nodiscard]] bool wait_again();
    // Thread-safe. Never resumes the waiting coroutine before it returns.
    void wake() noexcept;

private:
    boost::asio::experimental::concurrent_channel<boost::asio::any_io_executor, void(boost::system::error_code)>
        channel_;
    ContextEnd const& context_;
    std::atomic<bool> woken_{};
};

}  // namespace clerk::net
