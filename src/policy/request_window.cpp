#include "policy/request_window.hpp"

#include <algorithm>

namespace clerk::policy {

TimePoint later(TimePoint base, std::chrono::nanoseconds step, std::size_t count) noexcept {
    if (step.count() == 0 || count == 0) return base;
    // The difference of a negative and the largest time would overflow itself.
    auto const room = TimePoint::max() - std::max(base, TimePoint{});
    if (count > static_cast<std::size_t>(room / step)) return TimePoint::max();
    return base + step * static_cast<std::chrono::nanoseconds::rep>(count);
}

void RequestWindow::advance(TimePoint now) noexcept {
    while (!ended_.empty() && later(ended_.front(), length_) <= now) ended_.pop_front();
}

void RequestWindow::begin() {
    if (limit_ == 0) return;
    if (used() >= ended_.capacity()) {
        constexpr std::size_t first = 8;
        ended_.set_capacity(std::min(limit_, std::max(first, 2 * ended_.capacity())));
    }
    ++under_way_;
}

void RequestWindow::end(TimePoint now) noexcept {
    if (limit_ == 0) return;
    --under_way_;
    // Threads read the clock before they take their turn here.
    ended_.push_back(ended_.empty() ? now : std::max(now, ended_.back()));
}

void RequestWindow::withdraw() noexcept {
    if (limit_ != 0) --under_way_;
}

TimePoint RequestWindow::next_place() const noexcept {
    if (!full()) return TimePoint::min();
    return ended_.empty() ? TimePoint::max() : later(ended_.front(), length_);
}

TimePoint RequestWindow::earliest(std::size_t ahead, TimePoint now) const noexcept {
    if (limit_ == 0) return now;
    // Places come free in this order: the unused, those of ended requests, those of requests under way. Each comes free
    // again a window later at the earliest.
    std::size_t const unused = limit_ - std::min(limit_, used());
    std::size_t const place = ahead % limit_;
    TimePoint first = now;
    if (place >= unused) {
        std::size_t const taken = place - unused;
        first = later(taken < ended_.size() ? ended_[taken] : now, length_);
    }
    return later(std::max(first, now), length_, ahead / limit_);
}

}  // namespace clerk::policy
