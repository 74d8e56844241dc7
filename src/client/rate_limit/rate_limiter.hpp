// The rate limiter as a pure state machine: which request may start, which ones wait, and until when. Time is a
// parameter; there are no locks and no clock here. `client::AsyncRateLimiter` drives it under its mutex. Pure.
//
// Two limits must both admit: one for the key, one for each endpoint. An endpoint's requests wait in a queue of their
// own, by the rule of transport::WaitQueue. Among queues that wait only for the key's limit the earliest request is
// first, so an endpoint that waits for its own limit does not delay the others.
//
// After a 429 the endpoint is parked (blocked). Then its first request is sent alone; each request that ends without
// another 429 allows one more in flight, so that the number doubles with each round until the endpoint is open.
#pragma once

#include "client/rate_limit/rate_limits.hpp"
#include "client/rate_limit/request_window.hpp"
#include "http/request.hpp"
#include "transport/wait_queue.hpp"

#include <clerk/client.hpp>

#include <boost/intrusive/set.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::client {

// A unit that has its own limit and is parked on its own. Its first use sets its limit.
struct Endpoint {
    std::string_view operation{};         // a static name, also of a limit that several share
    std::string_view scope{};             // within the operation: an organization, or empty
    std::size_t limit{};                  // requests in any window; 0: only the key's limit counts
    std::chrono::milliseconds window{1};  // > 0
};

// It refers to the request.
[[nodiscard]] Endpoint endpoint_of(http::Request const& request, RateLimits const& limits) noexcept;

class RateLimiter {
    class EndpointQueue;

public:
    // An admitted request, until it is given to finish() or withdraw().
    struct Ticket {
        EndpointQueue* queue{};    // null: only the key's limit counts it
        std::uint64_t recovery{};  // not 0: counted in this recovery of the endpoint
    };

    enum class Verdict {
        wait,      // queue up with enqueue()
        admitted,  // start; the ticket is valid
        refused,   // it could not end before the deadline
        expired,   // the deadline passed while waiting
        closed,
    };

    // A request in the queue. It leaves the queue before it is destroyed.
    class Waiter : public transport::WaitQueue::Waiter {
    public:
        Verdict verdict{Verdict::wait};  // changes when the waiter leaves the queue
        Ticket ticket{};                 // valid when admitted

    private:
        friend class RateLimiter;
        EndpointQueue* queue_{};  // null outside the queue
        std::uint64_t number_{};  // order of arrival
    };
    // Each element is a `Waiter` whose verdict must be delivered.
    using Left = transport::WaitQueue::Left;

    explicit RateLimiter(RateLimits const& limits);
    ~RateLimiter();
    RateLimiter(RateLimiter const&) = delete;
    RateLimiter& operator=(RateLimiter const&) = delete;

    // The properties of a request. `time` is null when nothing is known.
    struct Terms {
        base::TimePoint deadline{base::TimePoint::max()};
        transport::ExchangeTime* time{};
    };
    // Admits the request, or returns `wait`, or `refused` when it could not end before the deadline even if it waited
    // (unless a waiter ahead gives up). Call release() before, so that no waiter is overtaken. Only this, the next and
    // set_requests() allocate, and they also reserve for all later steps; they change nothing when that fails.
    [[nodiscard]] Verdict admit(Endpoint const& endpoint, base::TimePoint now, Terms const& terms, Ticket& ticket);
    // Queues a request that was told to wait.
    void enqueue(Waiter& waiter, Endpoint const& endpoint, base::TimePoint now);
    // Removes a waiter that gave up from the queue. False when it had left already: then its verdict counts.
    bool leave(Waiter& waiter, base::TimePoint now) noexcept;

    // The request is over, or was never sent after all.
    void finish(Ticket const& ticket, base::TimePoint now) noexcept;
    void withdraw(Ticket const& ticket, base::TimePoint now) noexcept;

    // Another limit for the key; see RequestWindow::set_limit(). Call release() afterwards.
    void set_requests(std::size_t requests) {
        key_.reserve(waiting_, requests);  // more of the waiting requests may start
        key_.set_limit(requests);
    }

    // Blocks the endpoint's requests for a time, at most a day; not at all unless `RateLimits::park`. Call it before
    // the request that was refused is finished. Waiters that cannot wait as long are appended to `left`.
    void park(Endpoint const& endpoint, std::chrono::milliseconds time, base::TimePoint now, Left& left);

    // Appends to `left` the waiters that cannot succeed any more and those that may start.
    void release(base::TimePoint now, Left& left) noexcept;
    // Appends all waiters to `left`, with that verdict.
    void dismiss(Verdict verdict, Left& left) noexcept;
    // The same with `closed`; afterwards no request is admitted.
    void close(Left& left) noexcept;

    // When release() has something to do at the earliest, as long as nothing else is called; base::TimePoint::max():
    // never.
    [[nodiscard]] base::TimePoint next_event() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    // The number of endpoints that are remembered.
    [[nodiscard]] std::size_t endpoints() const noexcept { return queues_.size(); }
    // Whether every request to an endpoint without a limit would be admitted with an empty ticket, so that admit() can
    // be skipped.
    [[nodiscard]] bool quiet(base::TimePoint now) const noexcept;
    [[nodiscard]] RateLimiterGauges gauges(base::TimePoint now) noexcept;

private:
    enum class Phase {
        open,
        parked,      // no request starts before opens_at
        recovering,  // at most `width` are in flight; one more starts at opens_at
    };
    struct ReadinessTag;
    struct ExpiryTag;
    class EndpointQueue : public boost::intrusive::set_base_hook<boost::intrusive::tag<ReadinessTag>>,
                          public boost::intrusive::set_base_hook<boost::intrusive::tag<ExpiryTag>> {
    public:
        EndpointQueue(std::size_t limit, std::chrono::nanoseconds length) noexcept : window{limit, length} {}

        // When its first waiter may start as far as the endpoint is concerned.
        [[nodiscard]] base::TimePoint ready_at() const noexcept { return std::max(opens_at, window.next_place()); }
        // Whether only the key's limit can hold its waiters back.
        [[nodiscard]] bool unhindered() const noexcept { return window.limit() == 0 && phase == Phase::open; }
        [[nodiscard]] std::uint64_t first_number() const noexcept {
            return static_cast<Waiter const&>(waiters.front()).number_;
        }

        RequestWindow window;
        transport::WaitQueue waiters{};
        Phase phase{Phase::open};
        base::TimePoint opens_at{base::TimePoint::min()};
        base::TimePoint forgotten_at{};  // unless open: forgotten at this time if not used before
        std::uint64_t recovery{};        // the current one
        std::size_t width{};
        std::size_t under_way{};   // of the current recovery
        std::size_t tickets{};     // that point here
        base::TimePoint ready{};   // ready_at() when it was put into held_
        bool in_ready{};           // in ready_, not in held_
        base::TimePoint expiry{};  // waiters.next_too_late() when it was put into expiring_
    };
    struct ByReadiness {
        bool operator()(EndpointQueue const& a, EndpointQueue const& b) const noexcept { return a.ready < b.ready; }
    };
    struct ByArrival {
        bool operator()(EndpointQueue const& a, EndpointQueue const& b) const noexcept {
            return a.first_number() < b.first_number();
        }
    };
    struct ByExpiry {
        bool operator()(EndpointQueue const& a, EndpointQueue const& b) const noexcept { return a.expiry < b.expiry; }
    };
    template <class Order, class Tag>
    using QueuesBy = boost::intrusive::multiset<
        EndpointQueue, boost::intrusive::compare<Order>,
        boost::intrusive::base_hook<boost::intrusive::set_base_hook<boost::intrusive::tag<Tag>>>>;

    struct EndpointName {
        std::string_view operation{};
        std::string scope{};
    };
    struct Hash {
        using is_transparent = void;
        template <class Name>
        std::size_t operator()(Name const& name) const noexcept {
            return hash(name.operation, name.scope);
        }
    };
    struct Equal {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(A const& a, B const& b) const noexcept {
            return a.operation == b.operation && a.scope == b.scope;
        }
    };

    [[nodiscard]] static std::size_t hash(std::string_view operation, std::string_view scope) noexcept;
    // Null when the endpoint is not remembered.
    [[nodiscard]] EndpointQueue* find_queue(Endpoint const& endpoint, base::TimePoint now) noexcept;
    [[nodiscard]] EndpointQueue& make_queue(Endpoint const& endpoint, base::TimePoint now);
    void prune(base::TimePoint now) noexcept;
    void refresh(EndpointQueue& queue, base::TimePoint now) noexcept;
    void enter(EndpointQueue& queue, Phase phase, base::TimePoint opens_at) noexcept;
    void remember(EndpointQueue& queue, base::TimePoint since) noexcept;
    [[nodiscard]] Ticket take(EndpointQueue* queue, base::TimePoint now) noexcept;
    [[nodiscard]] bool too_late_behind_those_ahead(EndpointQueue* queue, base::TimePoint too_late,
                                                   base::TimePoint now) noexcept;
    // Updates the state of a waiter that leaves the queue. Call index() afterwards.
    void depart(transport::WaitQueue::Waiter& waiter, Verdict verdict) noexcept;
    void expel(EndpointQueue& queue, base::TimePoint begin, base::TimePoint now, Left& left) noexcept;
    void tell_expelled(EndpointQueue& queue, base::TimePoint now, Left& expelled, Left& left) noexcept;
    void index(EndpointQueue& queue, base::TimePoint now) noexcept;
    void unindex(EndpointQueue& queue) noexcept;

    bool parks_;
    RequestWindow key_;
    std::unordered_map<EndpointName, EndpointQueue, Hash, Equal> queues_{};
    std::size_t prune_at_;
    // Queues with waiters are in one of the first two, and in the third when a waiter has a deadline.
    QueuesBy<ByReadiness, ReadinessTag> held_{};
    QueuesBy<ByArrival, ReadinessTag> ready_{};  // only the key's limit delays them
    QueuesBy<ByExpiry, ExpiryTag> expiring_{};
    std::size_t waiting_{};
    std::size_t unhindered_{};  // waiters of unhindered queues: they all start before a new request
    base::TimePoint disturbed_until_{base::TimePoint::min()};  // all endpoints are open after it, unless a call waits
    std::uint64_t arrivals_{};
    std::uint64_t recoveries_{};
    std::size_t admitted_{};
    bool closed_{};
};

}  // namespace clerk::client
