// Lets one coroutine wait for another, which may run on any thread, or for a point in time.
#pragma once

#include "base/clock.hpp"
#include "transport/timer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <mutex>
#include <utility>

namespace clerk::transport {

// A timer that set() cancels. set() does not allocate, because the memory of the wait was allocated when it began.
class OneShotSignal {
public:
    using TimePoint = base::Clock::time_point;

    // The context behind `executor` must run for the wait to end.
    explicit OneShotSignal(boost::asio::any_io_executor const& executor) : timer_{executor} {}

    // To be awaited: ends after set(), called before or later, at `until` (max(): never), or when the coroutine is
    // cancelled. One at a time. Check is_set(), or call join(), before the signal is destroyed.
    [[nodiscard]] auto wait(TimePoint until = TimePoint::max()) {
        return boost::asio::async_initiate<decltype(token), void(boost::system::error_code)>(
            [this, until](auto handler) {
                std::lock_guard const lock{mutex_};
                timer_.expires_at(set_ ? TimePoint::min() : until);
                timer_.async_wait(std::move(handler));
            },
            token);
    }
    // A wait may end on another thread while wait() still holds the mutex: this waits until it is released.
    void join() const noexcept { std::lock_guard const lock{mutex_}; }
    // Thread-safe; the signal must outlive it. Never resumes the waiting coroutine before it returns.
    void set() noexcept {
        std::lock_guard const lock{mutex_};
        set_ = true;
        timer_.cancel();
    }
    [[nodiscard]] bool is_set() const noexcept {
        std::lock_guard const lock{mutex_};
        return set_;
    }

private:
    static constexpr auto token = boost::asio::as_tuple(boost::asio::deferred);

    mutable std::mutex mutex_{};
    Timer timer_;
    bool set_{};
};

}  // namespace clerk::transport
