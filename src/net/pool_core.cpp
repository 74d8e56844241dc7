#include "net/pool_core.hpp"

#include <algorithm>
#include <utility>

namespace clerk::net {

PoolCore::PoolCore(PoolOptions const& options) : options_{options} {
    slots_.resize(options_.max_connections);
    unused_.reserve(slots_.size());
    idle_.reserve(slots_.size());
    for (std::size_t slot = slots_.size(); slot > 0; --slot) unused_.push_back(static_cast<SlotId>(slot - 1));
}

bool PoolCore::too_old(Slot const& slot, TimePoint now) const noexcept {
    return options_.max_age.count() > 0 && now - slot.opened_at >= options_.max_age;
}

void PoolCore::evict(std::size_t idle_index, std::vector<SlotId>& closing) {
    SlotId const slot = idle_[idle_index];
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(idle_index));
    slots_[slot].state = State::unused;
    unused_.push_back(slot);
    closing.push_back(slot);
}

void PoolCore::evict_expired(TimePoint now, std::vector<SlotId>& closing) {
    while (!idle_.empty() && now - slots_[idle_.front()].idle_since >= options_.idle_timeout) evict(0, closing);
    // Idle times are sorted, ages are not: all are looked at when one may have come, which is once for a connection.
    if (now < next_too_old_) return;
    next_too_old_ = no_deadline;
    for (std::size_t i = idle_.size(); i > 0; --i) {
        Slot const& slot = slots_[idle_[i - 1]];
        too_old(slot, now) ? evict(i - 1, closing) : expect_too_old(slot);
    }
}

void PoolCore::expect_too_old(Slot const& slot) noexcept {
    if (options_.max_age.count() > 0) next_too_old_ = std::min(next_too_old_, slot.opened_at + options_.max_age);
}

Grant PoolCore::reserve() noexcept {
    SlotId const slot = unused_.back();
    unused_.pop_back();
    slots_[slot] = Slot{.state = State::connecting};
    ++connecting_;
    return {Grant::Kind::open, slot};
}

void PoolCore::make_busy(SlotId slot, TimePoint now, TimePoint deadline, ExchangeTime* time) noexcept {
    slots_[slot].state = State::busy;
    slots_[slot].expired = false;
    slots_[slot].deadline = deadline;
    slots_[slot].busy_since = now;
    slots_[slot].time = time;
    ++busy_;
}

void PoolCore::measure(Slot const& slot, TimePoint now, Ended ended) noexcept {
    auto const held = now - slot.busy_since;
    hold_ += (held - hold_) / 16;
    if (slot.time == nullptr) return;
    if (ended == Ended::answered) {
        slot.time->answered(held, now);
    } else if (slot.expired) {
        slot.time->cut_off(held, now);
    }
}

TimePoint PoolCore::expected_turn(TimePoint now) const noexcept {
    return policy::later(now, hold_ / static_cast<std::chrono::nanoseconds::rep>(slots_.size()), waiters_.size());
}

std::optional<Grant> PoolCore::take_idle(TimePoint now, TimePoint deadline, ExchangeTime* time,
                                         std::vector<SlotId>& closing) {
    evict_expired(now, closing);
    if (idle_.empty()) return {};
    SlotId const slot = idle_.back();
    idle_.pop_back();
    make_busy(slot, now, deadline, time);
    return Grant{Grant::Kind::reuse, slot, now - slots_[slot].idle_since < just_now};
}

Grant PoolCore::acquire(TimePoint now, TimePoint deadline, ExchangeTime* time, bool fresh,
                        std::vector<SlotId>& closing) {
    if (closed_) return {Grant::Kind::closed, 0};
    if (!fresh) {
        if (auto const idle = take_idle(now, deadline, time, closing)) return *idle;
    }
    if (unused_.empty() && !idle_.empty()) evict(0, closing);
    if (!unused_.empty()) return reserve();
    if (waiters_.size() >= options_.max_waiters) return {Grant::Kind::full, 0};
    TimePoint const too_late = policy::too_late(deadline, time, now);
    if (too_late != no_deadline && expected_turn(now) >= too_late) return {Grant::Kind::refused, 0};
    return {Grant::Kind::wait, 0};
}

void PoolCore::enqueue(Waiter& waiter, TimePoint now) noexcept {
    waiter.grant = {Grant::Kind::wait, 0};
    waiters_.push_back(waiter, now);
    waiter.queued = true;
}

bool PoolCore::leave(Waiter& waiter) noexcept {
    if (!std::exchange(waiter.queued, false)) return false;
    waiters_.erase(waiter);
    return true;
}

void PoolCore::opened(SlotId slot, TimePoint now, TimePoint deadline, ExchangeTime* time, bool resumed) noexcept {
    --connecting_;
    ++opened_;
    if (resumed) ++resumed_;
    slots_[slot].opened_at = now;
    make_busy(slot, now, deadline, time);
}

void PoolCore::reopen(SlotId slot) noexcept {
    slots_[slot] = Slot{.state = State::connecting};
    --busy_;
    ++connecting_;
}

std::optional<Grant> PoolCore::add_connection(std::size_t count) noexcept {
    if (closed_ || unused_.empty() || idle_.size() + busy_ + connecting_ >= count) return {};
    return reserve();
}

void PoolCore::grant(Waiter& waiter, Grant const& grant, Left& left) noexcept {
    leave(waiter);
    waiter.grant = grant;
    left.push_back(waiter);
}

PoolCore::Released PoolCore::release(SlotId slot_id, TimePoint now, bool reusable, Ended ended, Left& left) noexcept {
    Slot& slot = slots_[slot_id];
    bool const was_busy = slot.state == State::busy;
    Released result{};
    result.expired = slot.expired;
    bool const keep = was_busy && reusable && !slot.expired && !closed_ && !too_old(slot, now);
    if (was_busy) measure(slot, now, ended);
    (was_busy ? busy_ : connecting_) -= 1;
    slot.deadline = no_deadline;

    Waiter* const next = first_waiter(now, left);
    if (keep && next != nullptr) {
        make_busy(slot_id, now, next->deadline, next->time);
        grant(*next, {Grant::Kind::reuse, slot_id}, left);
        return result;
    }
    if (keep) {
        slot.state = State::idle;
        slot.idle_since = now;
        idle_.push_back(slot_id);
        expect_too_old(slot);
        return result;
    }
    result.close = was_busy;
    slot.state = State::unused;
    unused_.push_back(slot_id);
    if (next != nullptr) grant(*next, reserve(), left);
    return result;
}

// The first that can succeed; those before it leave.
Waiter* PoolCore::first_waiter(TimePoint now, Left& left) noexcept {
    Left expelled;
    policy::WaitQueue::Waiter* const first = waiters_.first(now, expelled);
    tell(expelled, Grant::Kind::expired, left);
    return static_cast<Waiter*>(first);
}

void PoolCore::tell(Left& gone, Grant::Kind kind, Left& left) noexcept {
    for (policy::WaitQueue::Waiter& waiter : gone) {
        auto& leaving = static_cast<Waiter&>(waiter);
        leaving.queued = false;
        leaving.grant = {kind, 0};
    }
    left.splice(left.end(), gone);
}

void PoolCore::expel(TimePoint now, Left& left) noexcept {
    Left expelled;
    waiters_.expel(now, now, expelled);
    tell(expelled, Grant::Kind::expired, left);
}

void PoolCore::close(Left& left) noexcept {
    closed_ = true;
    while (!waiters_.empty()) grant(static_cast<Waiter&>(waiters_.front()), {Grant::Kind::closed, 0}, left);
}

std::optional<SlotId> PoolCore::evict_idle() noexcept {
    if (idle_.empty()) return {};
    SlotId const slot = idle_.back();
    idle_.pop_back();
    slots_[slot].state = State::unused;
    unused_.push_back(slot);
    return slot;
}

TimePoint PoolCore::next_deadline() const noexcept {
    TimePoint next = waiters_.next_too_late();
    for (Slot const& slot : slots_) {
        if (slot.state == State::busy) next = std::min(next, slot.deadline);
    }
    return next;
}

PoolGauges PoolCore::gauges() const noexcept {
    return {.idle = idle_.size(),
            .busy = busy_,
            .connecting = connecting_,
            .waiting = waiters_.size(),
            .opened = opened_,
            .resumed = resumed_};
}

}  // namespace clerk::net
