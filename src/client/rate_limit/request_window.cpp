#include "client/rate_limit/request_window.hpp"

#include <algorithm>

namespace clerk::client {

using std::chrono::nanoseconds;

RequestWindow::RequestWindow(std::size_t limit, nanoseconds length) noexcept : limit_{limit}, length_{length} {
    set_spacing();
}

void RequestWindow::set_spacing() noexcept {
    if (limit_ == 0) return;
    auto const count = static_cast<nanoseconds::rep>(limit_);
    spacing_ = length_ / count;
    credit_ = spacing_ * (1 + count / 128);
}

void RequestWindow::set_limit(std::size_t limit) noexcept {
    if (limit_ == 0 || limit == 0) return;
    limit_ = limit;
    set_spacing();
}

void RequestWindow::reserve(std::size_t more, std::size_t limit) {
    if (limit_ == 0 || limit == 0) return;
    std::size_t const wanted = std::min(limit, used() + more);
    if (wanted <= ended_.capacity()) return;
    constexpr std::size_t first = 8;
    ended_.set_capacity(std::min(limit, std::max({first, wanted, 2 * ended_.capacity()})));
}

void RequestWindow::advance(base::TimePoint now) noexcept {
    while (!ended_.empty() && base::later(ended_.front(), length_) <= now) ended_.pop_front();
    if (now >= even_until_) next_ = base::TimePoint::min();
}

void RequestWindow::begin(base::TimePoint now) noexcept {
    if (limit_ == 0) return;
    ++under_way_;
    if (next_ != base::TimePoint::min()) next_ = std::max(next_, now - credit_) + spacing_;
}

void RequestWindow::turned_away(base::TimePoint now) noexcept {
    if (limit_ == 0) return;
    if (next_ == base::TimePoint::min()) next_ = now - credit_;
    even_until_ = base::later(now, length_);
}

void RequestWindow::end(base::TimePoint now) noexcept {
    if (limit_ == 0) return;
    --under_way_;
    // Threads read the clock before they lock the limiter, so `now` may be earlier than at the last call.
    ended_.push_back(ended_.empty() ? now : std::max(now, ended_.back()));
}

void RequestWindow::withdraw() noexcept {
    if (limit_ != 0) --under_way_;
}

base::TimePoint RequestWindow::next_place() const noexcept {
    if (!full()) return next_;
    std::size_t const first = excess();
    return first >= ended_.size() ? base::TimePoint::max() : std::max(next_, base::later(ended_[first], length_));
}

base::TimePoint RequestWindow::earliest(std::size_t ahead, base::TimePoint now) const noexcept {
    if (limit_ == 0) return now;
    // Places become free in this order: unused ones, those of ended requests, those of requests in flight. A place can
    // be used again one window later at the earliest.
    std::size_t const unused = limit_ - std::min(limit_, used());
    std::size_t const place = ahead % limit_;
    base::TimePoint first = now;
    if (place >= unused) {
        std::size_t const taken = place - unused + excess();
        first = base::later(taken < ended_.size() ? ended_[taken] : now, length_);
    }
    base::TimePoint const by_places = base::later(std::max(first, now), length_, ahead / limit_);
    if (next_ == base::TimePoint::min()) return by_places;
    return std::max(by_places, std::min(base::later(next_, spacing_, ahead), even_until_));
}

}  // namespace clerk::client
