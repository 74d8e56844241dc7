// The rate limiter as a pure state machine: which request may start, who waits, and until when. Time is a parameter;
// there are no locks and no clock here. `core::RateGate` drives it under its mutex.
//
// Two limits must both admit: one for the key, one for each lane. A lane is an endpoint's queue: an operation, for the
// limited writes an operation on one organization. Within a lane it is first in, first out; between lanes that only the
// key's limit holds back the earliest goes first, so a lane that is held back itself does not hold up the others.
//
// After a 429 the lane is parked. When that is over its first request goes alone, as a probe; the next follow when it
// has ended without another 429, one after another.
#pragma once

#include "policy/rate_limits.hpp"
#include "policy/request_window.hpp"

#include <clerk/client.hpp>

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clerk::policy {

struct Endpoint {
    std::string_view operation{};     // a static name
    std::string_view organization{};  // empty unless the operation is limited per organization
};

class RateLimiter {
    class Lane;

public:
    // An admitted request, until it is given to finish() or withdraw().
    struct Ticket {
        Lane* lane{};           // null: only the key's limit counts it
        std::uint64_t probe{};  // not 0: the lane waits for its end
    };

    enum class Verdict {
        wait,      // queue up with enqueue()
        admitted,  // start; the ticket is valid
        refused,   // the deadline would pass first
        expired,   // the deadline passed while waiting
        closed,
    };

    // A request in the queue. The driver derives from it; it leaves the queue before it is destroyed.
    class Waiter : public boost::intrusive::list_base_hook<>, public boost::intrusive::set_base_hook<> {
    public:
        TimePoint deadline{TimePoint::max()};
        Verdict verdict{Verdict::wait};  // another one once the waiter has left the queue
        Ticket ticket{};                 // valid when admitted

    private:
        friend class RateLimiter;
        Lane* lane_{};            // null outside the queue
        std::uint64_t number_{};  // order of arrival
    };
    using Waiters = std::vector<Waiter*>;

    explicit RateLimiter(RateLimits const& limits);
    ~RateLimiter();
    RateLimiter(RateLimiter const&) = delete;
    RateLimiter& operator=(RateLimiter const&) = delete;

    // Admits the request, or says that it has to wait, or that waiting is useless: that nobody ahead gives up assumed,
    // the deadline would pass. Call release() before, so that nobody is overtaken.
    [[nodiscard]] Verdict admit(Endpoint const& endpoint, TimePoint now, TimePoint deadline, Ticket& ticket);
    // Queues a request that was told to wait.
    void enqueue(Waiter& waiter, Endpoint const& endpoint, TimePoint now);
    // Takes a waiter that gave up out of the queue. False when it had left already: then see its verdict.
    bool leave(Waiter& waiter, TimePoint now) noexcept;

    // The request is over, or was never sent after all.
    void finish(Ticket const& ticket, TimePoint now) noexcept;
    void withdraw(Ticket const& ticket, TimePoint now) noexcept;

    // Holds the endpoint's requests back for a time, at most `RateLimits::longest_park`. Call it before the request
    // that was refused is finished. Waiters that cannot wait as long are appended to `left`.
    void park(Endpoint const& endpoint, std::chrono::milliseconds time, TimePoint now, Waiters& left);

    // Appends to `left` the waiters whose deadline has passed and those that may start.
    void release(TimePoint now, Waiters& left);
    // Appends all waiters to `left`; nobody is admitted any more.
    void close(Waiters& left);

    // When release() has something to do at the earliest, as long as nothing else is called; TimePoint::max(): never.
    [[nodiscard]] TimePoint next_event() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    // Endpoints that are remembered.
    [[nodiscard]] std::size_t lanes() const noexcept { return lanes_.size(); }
    // Whether every request would be admitted with an empty ticket, so that asking can be skipped.
    [[nodiscard]] bool quiet(TimePoint now) const noexcept;
    [[nodiscard]] RateLimiterGauges gauges(TimePoint now);

private:
    enum class Phase {
        open,
        parked,     // nobody starts before opens_at
        probing,    // one request is under way; the next starts when it has ended, or at opens_at
        trickling,  // one request starts every `spacing_`, the next at opens_at
    };
    class Lane : public boost::intrusive::set_base_hook<> {
    public:
        Lane(std::size_t limit, std::chrono::nanoseconds length) noexcept : window{limit, length} {}

        // When its first waiter may start as far as the lane is concerned.
        [[nodiscard]] TimePoint ready_at() const noexcept { return std::max(opens_at, window.next_place()); }
        // Whether only the key's limit can hold its waiters back.
        [[nodiscard]] bool unhindered() const noexcept { return window.limit() == 0 && phase == Phase::open; }

        RequestWindow window;
        boost::intrusive::list<Waiter> waiters{};
        Phase phase{Phase::open};
        TimePoint opens_at{TimePoint::min()};
        std::uint64_t probe{};   // the one under way
        std::size_t tickets{};   // that point here
        TimePoint indexed_at{};  // ready_at() when it was put into held_
        bool ready{};            // in ready_, not in held_
    };
    struct ByDeadline {
        bool operator()(Waiter const& a, Waiter const& b) const noexcept { return a.deadline < b.deadline; }
    };
    struct ByReadiness {
        bool operator()(Lane const& a, Lane const& b) const noexcept { return a.indexed_at < b.indexed_at; }
    };
    struct ByArrival {
        bool operator()(Lane const& a, Lane const& b) const noexcept {
            return a.waiters.front().number_ < b.waiters.front().number_;
        }
    };

    struct LaneName {
        std::string_view operation{};
        std::string organization{};
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(Endpoint const& endpoint) const noexcept;
        std::size_t operator()(LaneName const& name) const noexcept {
            return (*this)(Endpoint{name.operation, name.organization});
        }
    };
    struct Equal {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(A const& a, B const& b) const noexcept {
            return a.operation == b.operation && a.organization == b.organization;
        }
    };

    [[nodiscard]] bool limited(Endpoint const& endpoint) const noexcept;
    // Null when nothing is known of the endpoint.
    [[nodiscard]] Lane* find_lane(Endpoint const& endpoint, TimePoint now) noexcept;
    [[nodiscard]] Lane& make_lane(Endpoint const& endpoint, TimePoint now);
    void prune(TimePoint now);
    void refresh(Lane& lane, TimePoint now) noexcept;
    void hold(Lane& lane, Phase phase, TimePoint until) noexcept;
    [[nodiscard]] Ticket take(Lane* lane, TimePoint now);
    // When a request behind `ahead` others of its lane can start at the earliest, by the lane's phase and by
    // everything.
    [[nodiscard]] TimePoint phase_allows(Lane const& lane, std::size_t ahead, TimePoint now) const noexcept;
    [[nodiscard]] TimePoint earliest(Lane const* lane, TimePoint now) const noexcept;
    // Takes a waiter out of the queue; index() the lane afterwards.
    void pop(Waiter& waiter, Verdict verdict) noexcept;
    void index(Lane& lane, TimePoint now) noexcept;
    void unindex(Lane& lane) noexcept;

    RateLimits limits_;
    std::chrono::nanoseconds spacing_;
    RequestWindow key_;
    std::unordered_map<LaneName, Lane, Hash, Equal> lanes_{};
    std::size_t prune_at_;
    // Lanes with waiters are in one of these two.
    boost::intrusive::multiset<Lane, boost::intrusive::compare<ByReadiness>> held_{};
    boost::intrusive::multiset<Lane, boost::intrusive::compare<ByArrival>> ready_{};  // only the key's limit is left
    boost::intrusive::multiset<Waiter, boost::intrusive::compare<ByDeadline>> deadlines_{};
    std::size_t waiting_{};
    std::size_t unhindered_{};                     // waiters of unhindered lanes: they all start before a newcomer
    TimePoint disturbed_until_{TimePoint::min()};  // every lane is open from here on, unless somebody waits
    std::uint64_t arrivals_{};
    std::uint64_t probes_{};
    std::size_t admitted_{};
    bool closed_{};
};

}  // namespace clerk::policy
