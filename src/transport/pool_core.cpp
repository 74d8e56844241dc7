#include "transport/pool_core.hpp"

#include <algorithm>
#include <utility>

namespace clerk::transport {

PoolCore::PoolCore(PoolOptions const& options) : options_{options} {
    slots_.resize(options_.max_connections);
    for (std::vector<SlotId>* const list : {&unused_, &idle_, &retired_}) list->reserve(slots_.size());
    for (std::size_t slot = slots_.size(); slot > 0; --slot) unused_.push_back(static_cast<SlotId>(slot - 1));
}

bool PoolCore::too_old(Slot const& slot, TimePoint now) const noexcept {
    return options_.max_age.count() > 0 && now - slot.opened_at >= options_.max_age;
}

void PoolCore::evict(std::size_t idle_index) noexcept {
    SlotId const slot = idle_[idle_index];
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(idle_index));
    slots_[slot].state = State::unused;
    unused_.push_back(slot);
    retired_.push_back(slot);
}

void PoolCore::evict_unfit(TimePoint now) noexcept {
    while (!idle_.empty()) {
        TimePoint const proven_at = slots_[idle_.front()].proven_at;
        if (now - proven_at < options_.idle_timeout && proven_at >= trusted_since_) break;
        evict(0);
    }
    // Idle times are sorted, ages are not. All connections are checked when one may have become too old, which happens
    // once per connection.
    if (now < next_too_old_) return;
    next_too_old_ = no_deadline;
    for (std::size_t i = idle_.size(); i > 0; --i) {
        Slot const& slot = slots_[idle_[i - 1]];
        too_old(slot, now) ? evict(i - 1) : expect_too_old(slot);
    }
}

void PoolCore::expect_too_old(Slot const& slot) noexcept {
    if (options_.max_age.count() > 0) next_too_old_ = std::min(next_too_old_, slot.opened_at + options_.max_age);
}

std::optional<SlotId> PoolCore::next_retired() noexcept {
    if (retired_.empty()) return {};
    SlotId const slot = retired_.back();
    retired_.pop_back();
    return slot;
}

SlotId PoolCore::reserve(TimePoint now, bool may_be_lonely) noexcept {
    SlotId const id = unused_.back();
    unused_.pop_back();
    Slot& slot = slots_[id] = Slot{};
    slot.state = State::connecting;
    slot.may_be_lonely = may_be_lonely;
    slot.since = now;
    ++connecting_;
    if (may_be_lonely) ++lonely_;
    return id;
}

void PoolCore::stop_counting(Slot& connecting) noexcept {
    --connecting_;
    if (connecting.may_be_lonely) --lonely_;
    connecting.may_be_lonely = false;
}

TimePoint PoolCore::make_busy(SlotId id, LeaseRequest const& request, TimePoint now) noexcept {
    Slot& slot = slots_[id];
    TimePoint const attempt_ends = deadline_after(now, request.attempt_timeout);
    slot.state = State::busy;
    slot.expired = errc{};
    slot.limit = attempt_ends < request.deadline ? errc::attempt_timeout : errc::deadline_exceeded;
    slot.since = now;
    slot.deadline = std::min(attempt_ends, request.deadline);
    slot.time = request.time;
    ++busy_;
    return slot.deadline;
}

std::optional<Grant> PoolCore::take_idle(LeaseRequest const& request) noexcept {
    evict_unfit(request.now);
    if (idle_.empty() || slots_[idle_.back()].proven_at < request.proven_since) return {};
    SlotId const slot = idle_.back();
    idle_.pop_back();
    bool const just_used = request.now - slots_[slot].proven_at < just_now;
    TimePoint const deadline = make_busy(slot, request, request.now);
    return Grant{Grant::Kind::connection, slot, true, just_used, deadline};
}

TimePoint PoolCore::expected_turn(TimePoint now) const noexcept {
    std::size_t const ahead = waiters_.size() - std::min(waiters_.size(), connecting_);
    return base::later(now, hold_ / static_cast<std::chrono::nanoseconds::rep>(slots_.size()), ahead);
}

Grant::Kind PoolCore::enqueue(Waiter& waiter, LeaseRequest const& request, bool ahead) noexcept {
    if (closed_) return Grant::Kind::closed;
    // Calls for which a connection may be opened do not wait for another call, so the estimate does not apply to them.
    std::size_t const room = unused_.size() + idle_.size() + connecting_;
    bool const queues = !ahead && waiters_.size() >= room;
    if (queues) {
        if (waiters_.size() >= options_.max_waiters + room) return Grant::Kind::full;
        TimePoint const too_late = transport::too_late(request.deadline, request.time, request.now);
        if (too_late != no_deadline && expected_turn(request.now) >= too_late) return Grant::Kind::refused;
    }
    waiter.request = request;
    waiter.deadline = request.deadline;
    waiter.time = queues ? request.time : nullptr;
    waiter.grant = {};
    ahead ? waiters_.push_front(waiter, request.now) : waiters_.push_back(waiter, request.now);
    waiter.queued = true;
    return Grant::Kind::wait;
}

bool PoolCore::leave(Waiter& waiter) noexcept {
    if (!std::exchange(waiter.queued, false)) return false;
    waiters_.erase(waiter);
    return true;
}

void PoolCore::tell(Left& gone, Grant::Kind kind, Left& left) noexcept {
    for (transport::WaitQueue::Waiter& waiter : gone) {
        auto& leaving = static_cast<Waiter&>(waiter);
        leaving.queued = false;
        leaving.grant = {.kind = kind};
    }
    left.splice(left.end(), gone);
}

void PoolCore::let_go(Waiter& waiter, Grant const& grant, Left& left) noexcept {
    leave(waiter);
    waiter.grant = grant;
    left.push_back(waiter);
}

void PoolCore::expel(TimePoint now, Left& left) noexcept {
    Left expelled;
    waiters_.expel(now, now, expelled);
    tell(expelled, Grant::Kind::expired, left);
}

void PoolCore::close(Left& left) noexcept {
    closed_ = true;
    while (!idle_.empty()) evict(idle_.size() - 1);
    while (!waiters_.empty()) let_go(static_cast<Waiter&>(waiters_.front()), {.kind = Grant::Kind::closed}, left);
}

bool PoolCore::waiters_need_connect(TimePoint now) const noexcept {
    if (waiters_.size() > connecting_) return true;
    if (waiters_.empty()) return false;
    auto const in_time = std::count_if(slots_.begin(), slots_.end(), [now](Slot const& slot) {
        return slot.state == State::connecting && now - slot.since < slow_connect;
    });
    return waiters_.size() > static_cast<std::size_t>(in_time);
}

std::optional<PoolCore::Connect> PoolCore::next_connect(TimePoint now) noexcept {
    if (!may_connect()) return {};
    bool const waited_for = waiters_need_connect(now);
    if (!waited_for && total() >= options_.min_idle) return {};
    if ((open() != 0 || !waited_for) && now < pause_until_) return {};
    // A connection that is idle while a call waits does not meet its requirements.
    if (unused_.empty() && waited_for && !idle_.empty()) evict(0);
    if (unused_.empty()) return {};
    return Connect{reserve(now, waited_for), waited_for ? waiters_.front().deadline : no_deadline};
}

std::optional<SlotId> PoolCore::add_connection(std::size_t count, TimePoint now) noexcept {
    if (closed_ || unused_.empty() || total() >= count) return {};
    return reserve(now, false);
}

bool PoolCore::connected(SlotId id, TimePoint now, bool resumed, Left& left) noexcept {
    if (closed_) {
        connect_stopped(id);
        return false;
    }
    stop_counting(slots_[id]);
    failures_ = 0;
    pause_until_ = TimePoint::min();
    ++opened_;
    if (resumed) ++resumed_;
    slots_[id].opened_at = slots_[id].proven_at = now;
    hand_over(id, now, false, left);
    return true;
}

void PoolCore::connect_failed(SlotId slot, TimePoint now, Left& left) noexcept {
    TimePoint const begun = slots_[slot].since;
    connect_stopped(slot);
    pause(now);
    auto const oldest = oldest_connect();
    bool const hope = open() != 0 || (oldest && slots_[*oldest].since <= begun);
    for (bool first = true; !waiters_.empty(); first = false) {
        auto& waiter = static_cast<Waiter&>(waiters_.front());
        if (!first && (hope || waiter.request.now > begun)) break;
        let_go(waiter, {.kind = Grant::Kind::connect_failed}, left);
    }
}

void PoolCore::connect_lost(SlotId slot, TimePoint now, Left& left) noexcept {
    slots_[slot].since = now;
    connect_failed(slot, now, left);
}

void PoolCore::connect_stopped(SlotId id) noexcept {
    stop_counting(slots_[id]);
    slots_[id].state = State::unused;
    unused_.push_back(id);
}

std::optional<SlotId> PoolCore::abandon(TimePoint now) noexcept {
    for (SlotId id = 0; id < slots_.size() && has_lonely_connects(); ++id) {
        Slot& slot = slots_[id];
        if (!slot.may_be_lonely || now - slot.since < longest_lonely_connect) continue;
        slot.may_be_lonely = false;
        --lonely_;
        return id;
    }
    return {};
}

void PoolCore::pause(TimePoint now) noexcept {
    int const doublings = std::min(failures_++, 16);
    pause_until_ = now + std::min(shortest_pause * (1 << doublings), longest_pause);
}

void PoolCore::hand_over(SlotId id, TimePoint now, bool reused, Left& left) noexcept {
    Waiter* first = nullptr;
    if (!waiters_.empty()) {
        Left expelled;
        first = static_cast<Waiter*>(waiters_.first(now, expelled));
        tell(expelled, Grant::Kind::expired, left);
    }
    if (first != nullptr) {
        TimePoint const deadline = make_busy(id, first->request, now);
        return let_go(*first, {Grant::Kind::connection, id, reused, false, deadline}, left);
    }
    slots_[id].state = State::idle;
    auto const before = [this](SlotId a, SlotId b) { return slots_[a].proven_at < slots_[b].proven_at; };
    idle_.insert(std::upper_bound(idle_.begin(), idle_.end(), id, before), id);
    expect_too_old(slots_[id]);
}

void PoolCore::measure(Slot const& slot, TimePoint now, Ended ended) noexcept {
    auto const held = now - slot.since;
    hold_ += (held - hold_) / 16;
    if (slot.time == nullptr) return;
    if (ended == Ended::answered) {
        slot.time->answered(held, now);
    } else if (slot.expired != errc{}) {
        slot.time->cut_off(held, now);
    }
}

PoolCore::Released PoolCore::release(SlotId id, TimePoint now, Fate fate, Ended ended, Left& left) noexcept {
    Slot& slot = slots_[id];
    Released result{};
    result.expired = slot.expired;
    --busy_;
    slot.deadline = no_deadline;
    if (fate != Fate::unused) measure(slot, now, ended);
    if (fate == Fate::failed) trusted_since_ = std::max(trusted_since_, slot.since);
    if (fate == Fate::reusable) slot.proven_at = now;
    bool const works = fate == Fate::reusable || fate == Fate::unused;
    if (works && slot.expired == errc{} && !closed_ && !too_old(slot, now)) {
        hand_over(id, now, true, left);
        return result;
    }
    result.close = true;
    slot.state = State::unused;
    unused_.push_back(id);
    return result;
}

TimePoint PoolCore::next_event(TimePoint now) const noexcept {
    TimePoint next = waiters_.next_too_late();
    for (Slot const& slot : slots_) {
        if (slot.state == State::busy) next = std::min(next, slot.deadline);
        if (slot.may_be_lonely && waiters_.empty()) next = std::min(next, slot.since + longest_lonely_connect);
    }
    if (!waiters_.empty() && pause_until_ > now) next = std::min(next, pause_until_);
    return next;
}

std::optional<SlotId> PoolCore::oldest_connect() const noexcept {
    std::optional<SlotId> oldest;
    for (SlotId id = 0; id < slots_.size() && connecting_ != 0; ++id) {
        if (slots_[id].state != State::connecting) continue;
        if (!oldest || slots_[id].since < slots_[*oldest].since) oldest = id;
    }
    return oldest;
}

PoolGauges PoolCore::gauges() const noexcept {
    return {.idle = idle_.size(),
            .busy = busy_,
            .connecting = connecting_,
            .waiting = waiters_.size(),
            .opened = opened_,
            .resumed = resumed_};
}

}  // namespace clerk::transport
