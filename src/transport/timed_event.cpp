#include "transport/timed_event.hpp"

#include <boost/asio/this_coro.hpp>

namespace clerk::transport {

namespace asio = boost::asio;

asio::awaitable<void> TimedEvent::wait_until(TimePoint until) {
    // Removes the wait from the list however the coroutine ends, also when the io_context is destroyed.
    struct Place {
        Place(TimedEvent& of, asio::any_io_executor const& executor) : event{of}, waiting{executor} {}
        Place(Place const&) = delete;
        Place& operator=(Place const&) = delete;
        ~Place() {
            std::lock_guard const lock{event.mutex_};
            if (waiting.is_linked()) event.waiting_.erase(event.waiting_.iterator_to(waiting));
        }

        TimedEvent& event;
        Waiting waiting;
    };
    asio::any_io_executor const executor = co_await asio::this_coro::executor;
    Place place{*this, executor};
    {
        std::lock_guard const lock{mutex_};
        if (set_) co_return;
        waiting_.push_back(place.waiting);
    }
    co_await place.waiting.woken.wait(until);
    place.waiting.woken.join();
}

void TimedEvent::set() noexcept {
    std::lock_guard const lock{mutex_};
    set_ = true;
    while (!waiting_.empty()) {
        Waiting& next = waiting_.front();
        waiting_.pop_front();
        next.woken.set();
    }
}

bool TimedEvent::is_set() const noexcept {
    std::lock_guard const lock{mutex_};
    return set_;
}

}  // namespace clerk::transport
