// Coroutines that wait for a point in time and can be woken before it, all at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <mutex>

namespace clerk::core {

class Sleepers {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Sleepers();
    ~Sleepers();
    Sleepers(Sleepers const&) = delete;
    Sleepers& operator=(Sleepers const&) = delete;

    // Returns when `until` has come (TimePoint::max(): never), when wake_all() is called or was called before, or when
    // the coroutine is cancelled while it waits.
    [[nodiscard]] boost::asio::awaitable<void> sleep_until(TimePoint until);
    // Ends every sleep, and any later one at once. Any thread may call it.
    void wake_all();
    [[nodiscard]] bool woken() const;

private:
    struct Hook : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::safe_link>> {};
    struct Sleeper;
    class Place;

    mutable std::mutex mutex_;
    boost::intrusive::list<Hook> sleepers_{};
    bool woken_{};
};

}  // namespace clerk::core
