// Coroutines that wait for a point in time and can be woken before it, all at once.
#pragma once

#include "transport/one_shot_signal.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <mutex>

namespace clerk::transport {

class TimedEvent {
public:
    using TimePoint = OneShotSignal::TimePoint;

    // Returns when `until` has come (TimePoint::max(): never), when set() is called or was called before, or when the
    // coroutine is cancelled while it waits.
    [[nodiscard]] boost::asio::awaitable<void> wait_until(TimePoint until);
    // Ends every wait, and any later one at once. Any thread may call it.
    void set() noexcept;
    [[nodiscard]] bool is_set() const noexcept;

private:
    using Hook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::safe_link>>;
    struct Waiting : Hook {
        explicit Waiting(boost::asio::any_io_executor const& executor) : woken{executor} {}
        OneShotSignal woken;
    };

    mutable std::mutex mutex_{};
    boost::intrusive::list<Waiting> waiting_{};
    bool set_{};
};

}  // namespace clerk::transport
