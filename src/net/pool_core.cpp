#include "net/pool_core.hpp"

#include <algorithm>

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
    slots_[slot] = Slot{State::connecting, false, {}, {}, no_deadline};
    ++connecting_;
    return {Grant::Kind::open, slot};
}

void PoolCore::make_busy(SlotId slot, TimePoint deadline) noexcept {
    slots_[slot].state = State::busy;
    slots_[slot].expired = false;
    slots_[slot].deadline = deadline;
    ++busy_;
}

std::optional<Grant> PoolCore::take_idle(TimePoint now, TimePoint deadline, std::vector<SlotId>& closing) {
    evict_expired(now, closing);
    if (idle_.empty()) return {};
    SlotId const slot = idle_.back();
    idle_.pop_back();
    make_busy(slot, deadline);
    return Grant{Grant::Kind::reuse, slot, now - slots_[slot].idle_since < just_now};
}

Grant PoolCore::acquire(TimePoint now, TimePoint deadline, bool fresh, std::vector<SlotId>& closing) {
    if (closed_) return {Grant::Kind::closed, 0};
    if (!fresh) {
        if (auto const idle = take_idle(now, deadline, closing)) return *idle;
    }
    if (unused_.empty() && !idle_.empty()) evict(0, closing);
    if (!unused_.empty()) return reserve();
    if (waiters_.size() >= options_.max_waiters) return {Grant::Kind::full, 0};
    return {Grant::Kind::wait, 0};
}

void PoolCore::enqueue(Waiter& waiter) {
    waiter.grant = {Grant::Kind::wait, 0};
    waiters_.push_back(waiter);
}

bool PoolCore::leave(Waiter& waiter) {
    if (!waiter.is_linked()) return false;
    waiters_.erase(waiters_.iterator_to(waiter));
    return true;
}

void PoolCore::opened(SlotId slot, TimePoint now, TimePoint deadline, bool resumed) {
    --connecting_;
    ++opened_;
    if (resumed) ++resumed_;
    slots_[slot].opened_at = now;
    make_busy(slot, deadline);
}

void PoolCore::reopen(SlotId slot) noexcept {
    slots_[slot] = Slot{State::connecting, false, {}, {}, no_deadline};
    --busy_;
    ++connecting_;
}

std::optional<Grant> PoolCore::add_connection(std::size_t count) noexcept {
    if (closed_ || unused_.empty() || idle_.size() + busy_ + connecting_ >= count) return {};
    return reserve();
}

PoolCore::Released PoolCore::release(SlotId slot_id, TimePoint now, bool reusable) {
    Slot& slot = slots_[slot_id];
    bool const was_busy = slot.state == State::busy;
    Released result{};
    result.expired = slot.expired;
    bool const keep = was_busy && reusable && !slot.expired && !closed_ && !too_old(slot, now);
    (was_busy ? busy_ : connecting_) -= 1;
    slot.deadline = no_deadline;

    if (keep && !waiters_.empty()) {
        result.served = &waiters_.front();
        waiters_.pop_front();
        result.served->grant = {Grant::Kind::reuse, slot_id};
        make_busy(slot_id, result.served->deadline);
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
    if (!waiters_.empty()) {
        result.served = &waiters_.front();
        waiters_.pop_front();
        result.served->grant = reserve();
    }
    return result;
}

void PoolCore::expire(TimePoint now, std::vector<SlotId>& aborting, std::vector<Waiter*>& expired) {
    for (SlotId id = 0; id < slots_.size() && busy_ != 0; ++id) {
        Slot& slot = slots_[id];
        if (slot.state != State::busy || slot.deadline > now) continue;
        slot.expired = true;
        slot.deadline = no_deadline;
        aborting.push_back(id);
    }
    for (auto it = waiters_.begin(); it != waiters_.end();) {
        Waiter& waiter = *it;
        if (waiter.deadline > now) {
            ++it;
            continue;
        }
        it = waiters_.erase(it);
        waiter.grant = {Grant::Kind::expired, 0};
        expired.push_back(&waiter);
    }
}

void PoolCore::close(std::vector<SlotId>& closing, std::vector<SlotId>& in_use, std::vector<Waiter*>& refused) {
    closed_ = true;
    for (SlotId id = 0; id < slots_.size(); ++id) {
        if (slots_[id].state == State::busy) in_use.push_back(id);
    }
    while (!idle_.empty()) evict(idle_.size() - 1, closing);
    while (!waiters_.empty()) {
        Waiter& waiter = waiters_.front();
        waiters_.pop_front();
        waiter.grant = {Grant::Kind::closed, 0};
        refused.push_back(&waiter);
    }
}

TimePoint PoolCore::next_deadline() const noexcept {
    TimePoint next = no_deadline;
    for (Slot const& slot : slots_) {
        if (slot.state == State::busy) next = std::min(next, slot.deadline);
    }
    for (Waiter const& waiter : waiters_) next = std::min(next, waiter.deadline);
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
