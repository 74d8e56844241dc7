#include "policy/rate_limiter.hpp"

#include <boost/container_hash/hash.hpp>

#include <functional>
#include <iterator>
#include <utility>

namespace clerk::policy {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Between the requests of an endpoint that was parked, when no limit says how fast the service takes them.
constexpr nanoseconds default_spacing = milliseconds{20};
// A probe without an answer does not hold the others back for longer; a lane that nobody uses forgets it was parked.
constexpr nanoseconds patience = std::chrono::seconds{1};
constexpr std::size_t few_lanes = 256;

nanoseconds spacing_of(RateLimits const& limits) noexcept {
    if (limits.requests == 0) return default_spacing;
    return nanoseconds{limits.window} / static_cast<nanoseconds::rep>(limits.requests);
}

}  // namespace

std::size_t RateLimiter::Hash::operator()(Endpoint const& endpoint) const noexcept {
    std::size_t seed = std::hash<std::string_view>{}(endpoint.operation);
    boost::hash_combine(seed, std::hash<std::string_view>{}(endpoint.organization));
    return seed;
}

RateLimiter::RateLimiter(RateLimits const& limits)
    : limits_{limits}, spacing_{spacing_of(limits)}, key_{limits.requests, limits.window}, prune_at_{few_lanes} {}

RateLimiter::~RateLimiter() = default;

bool RateLimiter::limited(Endpoint const& endpoint) const noexcept {
    return limits_.writes_per_organization != 0 && !endpoint.organization.empty();
}

RateLimiter::Lane* RateLimiter::find_lane(Endpoint const& endpoint, TimePoint now) noexcept {
    bool const all_open = waiting_ == 0 && now >= disturbed_until_;
    if (all_open && !limited(endpoint)) return nullptr;
    auto const found = lanes_.find(endpoint);
    if (found == lanes_.end()) return nullptr;
    refresh(found->second, now);
    return &found->second;
}

RateLimiter::Lane& RateLimiter::make_lane(Endpoint const& endpoint, TimePoint now) {
    if (auto const found = lanes_.find(endpoint); found != lanes_.end()) {
        refresh(found->second, now);
        return found->second;
    }
    if (lanes_.size() >= prune_at_) prune(now);
    std::size_t const limit = limited(endpoint) ? limits_.writes_per_organization : 0;
    LaneName name{endpoint.operation, std::string{endpoint.organization}};
    return lanes_.try_emplace(std::move(name), limit, limits_.window).first->second;
}

void RateLimiter::prune(TimePoint now) {
    for (auto it = lanes_.begin(); it != lanes_.end();) {
        Lane& lane = it->second;
        refresh(lane, now);
        bool const used = !lane.waiters.empty() || lane.tickets != 0 || lane.window.used() != 0;
        it = used || lane.phase != Phase::open ? std::next(it) : lanes_.erase(it);
    }
    prune_at_ = std::max(few_lanes, 2 * lanes_.size());
}

void RateLimiter::refresh(Lane& lane, TimePoint now) noexcept {
    lane.window.advance(now);
    if (lane.phase == Phase::open || !lane.waiters.empty()) return;
    TimePoint const over = lane.phase == Phase::trickling ? lane.opens_at : later(lane.opens_at, patience);
    if (now < over) return;
    lane.phase = Phase::open;
    lane.opens_at = TimePoint::min();
}

void RateLimiter::hold(Lane& lane, Phase phase, TimePoint until) noexcept {
    lane.phase = phase;
    lane.opens_at = until;
    disturbed_until_ = std::max(disturbed_until_, later(until, patience));
}

RateLimiter::Ticket RateLimiter::take(Lane* lane, TimePoint now) {
    Ticket ticket{};
    key_.begin();
    ++admitted_;
    if (lane == nullptr) return ticket;
    lane->window.begin();
    if (lane->phase == Phase::parked) {
        lane->probe = ticket.probe = ++probes_;
        hold(*lane, Phase::probing, later(now, patience));
    } else if (lane->phase != Phase::open) {
        hold(*lane, Phase::trickling, later(now, spacing_));
    }
    if (lane->window.limit() != 0 || ticket.probe != 0) {
        ticket.lane = lane;
        ++lane->tickets;
    }
    return ticket;
}

TimePoint RateLimiter::phase_allows(Lane const& lane, std::size_t ahead, TimePoint now) const noexcept {
    switch (lane.phase) {
        case Phase::open:
            break;
        case Phase::parked:  // the second starts when the first has ended
            return later(lane.opens_at, spacing_, ahead == 0 ? 0 : ahead - 1);
        case Phase::probing:
            return later(now, spacing_, ahead);
        case Phase::trickling:
            return later(lane.opens_at, spacing_, ahead);
    }
    return now;
}

TimePoint RateLimiter::earliest(Lane const* lane, TimePoint now) const noexcept {
    TimePoint const by_key = key_.earliest(unhindered_, now);
    if (lane == nullptr) return by_key;
    std::size_t const ahead = lane->waiters.size();
    return std::max({by_key, lane->window.earliest(ahead, now), phase_allows(*lane, ahead, now)});
}

RateLimiter::Verdict RateLimiter::admit(Endpoint const& endpoint, TimePoint now, TimePoint deadline, Ticket& ticket) {
    if (closed_) return Verdict::closed;
    key_.advance(now);
    Lane* const lane = limited(endpoint) ? &make_lane(endpoint, now) : find_lane(endpoint, now);
    bool const held = lane != nullptr && (!lane->waiters.empty() || lane->ready_at() > now);
    if (!held && ready_.empty() && !key_.full()) {
        ticket = take(lane, now);
        return Verdict::admitted;
    }
    return earliest(lane, now) < deadline ? Verdict::wait : Verdict::refused;
}

void RateLimiter::enqueue(Waiter& waiter, Endpoint const& endpoint, TimePoint now) {
    Lane& lane = make_lane(endpoint, now);
    waiter.verdict = Verdict::wait;
    waiter.lane_ = &lane;
    waiter.number_ = ++arrivals_;
    lane.waiters.push_back(waiter);
    if (waiter.deadline != TimePoint::max()) deadlines_.insert(waiter);
    ++waiting_;
    if (lane.unhindered()) ++unhindered_;
    if (lane.waiters.size() == 1) index(lane, now);
}

bool RateLimiter::leave(Waiter& waiter, TimePoint now) noexcept {
    if (waiter.lane_ == nullptr) return false;
    Lane& lane = *waiter.lane_;
    pop(waiter, Verdict::wait);
    index(lane, now);
    return true;
}

void RateLimiter::pop(Waiter& waiter, Verdict verdict) noexcept {
    Lane& lane = *waiter.lane_;
    unindex(lane);
    lane.waiters.erase(lane.waiters.iterator_to(waiter));
    if (waiter.deadline != TimePoint::max()) deadlines_.erase(deadlines_.iterator_to(waiter));
    --waiting_;
    if (lane.unhindered()) --unhindered_;
    waiter.lane_ = nullptr;
    waiter.verdict = verdict;
}

void RateLimiter::unindex(Lane& lane) noexcept {
    if (!lane.is_linked()) return;
    if (lane.ready) {
        ready_.erase(ready_.iterator_to(lane));
    } else {
        held_.erase(held_.iterator_to(lane));
    }
}

void RateLimiter::index(Lane& lane, TimePoint now) noexcept {
    unindex(lane);
    refresh(lane, now);
    if (lane.waiters.empty()) return;
    lane.indexed_at = lane.ready_at();
    lane.ready = lane.indexed_at <= now;
    if (lane.ready) {
        ready_.insert(lane);
    } else {
        held_.insert(lane);
    }
}

void RateLimiter::finish(Ticket const& ticket, TimePoint now) noexcept {
    key_.end(now);
    if (ticket.lane == nullptr) return;
    Lane& lane = *ticket.lane;
    --lane.tickets;
    lane.window.end(now);
    if (lane.phase == Phase::probing && lane.probe == ticket.probe) hold(lane, Phase::trickling, now);
    index(lane, now);
}

void RateLimiter::withdraw(Ticket const& ticket, TimePoint now) noexcept {
    key_.withdraw();
    if (ticket.lane == nullptr) return;
    Lane& lane = *ticket.lane;
    --lane.tickets;
    lane.window.withdraw();
    // It told nothing, so the next one is the probe.
    if (lane.phase == Phase::probing && lane.probe == ticket.probe) hold(lane, Phase::parked, now);
    index(lane, now);
}

void RateLimiter::park(Endpoint const& endpoint, milliseconds time, TimePoint now, Waiters& left) {
    milliseconds const held_back = std::min(time, limits_.longest_park);
    if (closed_ || held_back <= milliseconds::zero()) return;
    Lane& lane = make_lane(endpoint, now);
    TimePoint until = later(now, held_back);
    if (lane.phase == Phase::parked) until = std::max(until, lane.opens_at);
    if (lane.unhindered()) unhindered_ -= lane.waiters.size();
    hold(lane, Phase::parked, until);

    std::size_t ahead = 0;
    for (auto it = lane.waiters.begin(); it != lane.waiters.end();) {
        Waiter& waiter = *it++;
        if (phase_allows(lane, ahead, now) < waiter.deadline) {
            ++ahead;
            continue;
        }
        pop(waiter, Verdict::refused);
        left.push_back(&waiter);
    }
    index(lane, now);
}

void RateLimiter::release(TimePoint now, Waiters& left) {
    while (!deadlines_.empty() && deadlines_.begin()->deadline <= now) {
        Waiter& waiter = *deadlines_.begin();
        Lane& lane = *waiter.lane_;
        pop(waiter, Verdict::expired);
        index(lane, now);
        left.push_back(&waiter);
    }
    if (waiting_ == 0) return;
    key_.advance(now);
    while (!held_.empty() && held_.begin()->indexed_at <= now) index(*held_.begin(), now);
    while (!ready_.empty() && !key_.full()) {
        Lane& lane = *ready_.begin();
        Waiter& waiter = lane.waiters.front();
        pop(waiter, Verdict::admitted);
        waiter.ticket = take(&lane, now);
        index(lane, now);
        left.push_back(&waiter);
    }
}

void RateLimiter::close(Waiters& left) {
    closed_ = true;
    for (auto& [name, lane] : lanes_) {
        while (!lane.waiters.empty()) {
            Waiter& waiter = lane.waiters.front();
            pop(waiter, Verdict::closed);
            left.push_back(&waiter);
        }
    }
}

TimePoint RateLimiter::next_event() const noexcept {
    TimePoint next = TimePoint::max();
    if (!deadlines_.empty()) next = deadlines_.begin()->deadline;
    if (!held_.empty()) next = std::min(next, held_.begin()->indexed_at);
    if (!ready_.empty()) next = std::min(next, key_.next_place());
    return next;
}

bool RateLimiter::quiet(TimePoint now) const noexcept {
    bool const unlimited = limits_.requests == 0 && limits_.writes_per_organization == 0;
    return unlimited && !closed_ && waiting_ == 0 && now >= disturbed_until_;
}

RateLimiterGauges RateLimiter::gauges(TimePoint now) {
    key_.advance(now);
    auto const parked = std::count_if(lanes_.begin(), lanes_.end(), [now](auto const& entry) {
        return entry.second.phase == Phase::parked && entry.second.opens_at > now;
    });
    return {.waiting = waiting_,
            .used = key_.used(),
            .limit = key_.limit(),
            .parked = static_cast<std::size_t>(parked),
            .admitted = admitted_};
}

}  // namespace clerk::policy
