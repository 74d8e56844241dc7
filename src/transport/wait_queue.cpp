#include "transport/wait_queue.hpp"

namespace clerk::transport {

base::TimePoint too_late(base::TimePoint deadline, ExchangeTime const* time, base::TimePoint now) noexcept {
    if (deadline == base::TimePoint::max() || time == nullptr) return deadline;
    auto const needed = time->needed(now);
    return deadline < base::TimePoint::min() + needed ? base::TimePoint::min() : deadline - needed;
}

base::TimePoint WaitQueue::Waiter::too_late_at(base::TimePoint now) const noexcept {
    return too_late(deadline, time, now);
}

void WaitQueue::push_back(Waiter& waiter, base::TimePoint now) noexcept {
    waiters_.push_back(waiter);
    list(waiter, now);
}

void WaitQueue::push_front(Waiter& waiter, base::TimePoint now) noexcept {
    waiters_.push_front(waiter);
    list(waiter, now);
}

void WaitQueue::list(Waiter& waiter, base::TimePoint now) noexcept {
    if (waiter.deadline == base::TimePoint::max()) return;
    waiter.listed_ = waiter.too_late_at(now);
    by_time_.insert(waiter);
}

void WaitQueue::erase(Waiter& waiter) noexcept {
    waiters_.erase(waiters_.iterator_to(waiter));
    if (waiter.deadline != base::TimePoint::max()) by_time_.erase(by_time_.iterator_to(waiter));
}

void WaitQueue::expel(base::TimePoint begin, base::TimePoint now, Left& left) noexcept {
    while (!by_time_.empty() && by_time_.begin()->listed_ <= begin) {
        Waiter& waiter = *by_time_.begin();
        base::TimePoint const at = waiter.too_late_at(now);
        if (at > begin) {  // the estimate has become shorter meanwhile
            by_time_.erase(by_time_.begin());
            waiter.listed_ = at;
            by_time_.insert(waiter);
        } else {
            erase(waiter);
            left.push_back(waiter);
        }
    }
}

WaitQueue::Waiter* WaitQueue::first(base::TimePoint now, Left& left) noexcept {
    while (!waiters_.empty()) {
        Waiter& waiter = waiters_.front();
        if (waiter.too_late_at(now) > now) return &waiter;
        erase(waiter);
        left.push_back(waiter);
    }
    return nullptr;
}

base::TimePoint WaitQueue::next_too_late() const noexcept {
    return by_time_.empty() ? base::TimePoint::max() : by_time_.begin()->listed_;
}

}  // namespace clerk::transport
