#include "client/rate_limit/rate_limiter.hpp"

#include <boost/container_hash/hash.hpp>

#include <functional>
#include <iterator>
#include <utility>

namespace clerk::client {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A recovering endpoint sends another request after this time even without an answer. An unused endpoint is forgotten.
constexpr nanoseconds patience = std::chrono::seconds{1};
// A recovering endpoint with so many requests in flight is open.
constexpr std::size_t wide_open = 64;
constexpr milliseconds longest_park = std::chrono::hours{24};
constexpr std::size_t few_queues = 256;

}  // namespace

Endpoint endpoint_of(http::Request const& request, RateLimits const& limits) noexcept {
    Endpoint endpoint{.operation = request.operation};
    http::RateLimit const* const own = request.rate_limit.get();
    if (own == nullptr) return endpoint;
    endpoint.scope = own->scope;
    if (!own->name.empty()) endpoint.operation = own->name;
    if (limits.requests == 0 || own->requests == 0) return endpoint;
    bool const overruled = !own->scope.empty() && limits.writes_per_organization != 0;
    endpoint.limit = overruled ? limits.writes_per_organization : own->requests;
    endpoint.window = own->window > milliseconds{0} ? own->window : limits.window;
    return endpoint;
}

std::size_t RateLimiter::hash(std::string_view operation, std::string_view scope) noexcept {
    std::size_t seed = std::hash<std::string_view>{}(operation);
    boost::hash_combine(seed, std::hash<std::string_view>{}(scope));
    return seed;
}

RateLimiter::RateLimiter(RateLimits const& limits)
    : parks_{limits.park}, key_{limits.requests, limits.window}, prune_at_{few_queues} {}

RateLimiter::~RateLimiter() = default;

RateLimiter::EndpointQueue* RateLimiter::find_queue(Endpoint const& endpoint, base::TimePoint now) noexcept {
    bool const all_open = waiting_ == 0 && now >= disturbed_until_;
    if (all_open && endpoint.limit == 0) return nullptr;
    auto const found = queues_.find(endpoint);
    if (found == queues_.end()) return nullptr;
    refresh(found->second, now);
    return &found->second;
}

RateLimiter::EndpointQueue& RateLimiter::make_queue(Endpoint const& endpoint, base::TimePoint now) {
    if (auto const found = queues_.find(endpoint); found != queues_.end()) {
        refresh(found->second, now);
        return found->second;
    }
    if (queues_.size() >= prune_at_) prune(now);
    EndpointName name{endpoint.operation, std::string{endpoint.scope}};
    return queues_.try_emplace(std::move(name), endpoint.limit, endpoint.window).first->second;
}

void RateLimiter::prune(base::TimePoint now) noexcept {
    for (auto it = queues_.begin(); it != queues_.end();) {
        EndpointQueue& queue = it->second;
        refresh(queue, now);
        bool const used = !queue.waiters.empty() || queue.tickets != 0 || queue.window.used() != 0;
        it = used || queue.phase != Phase::open ? std::next(it) : queues_.erase(it);
    }
    prune_at_ = std::max(few_queues, 2 * queues_.size());
}

void RateLimiter::refresh(EndpointQueue& queue, base::TimePoint now) noexcept {
    queue.window.advance(now);
    if (queue.phase == Phase::open || !queue.waiters.empty() || now < queue.forgotten_at) return;
    enter(queue, Phase::open, base::TimePoint::min());
}

void RateLimiter::enter(EndpointQueue& queue, Phase phase, base::TimePoint opens_at) noexcept {
    if (queue.unhindered()) unhindered_ -= queue.waiters.size();
    queue.phase = phase;
    queue.opens_at = opens_at;
    if (queue.unhindered()) unhindered_ += queue.waiters.size();
}

void RateLimiter::remember(EndpointQueue& queue, base::TimePoint since) noexcept {
    queue.forgotten_at = base::later(since, patience);
    disturbed_until_ = std::max(disturbed_until_, queue.forgotten_at);
}

RateLimiter::Ticket RateLimiter::take(EndpointQueue* queue, base::TimePoint now) noexcept {
    Ticket ticket{};
    key_.begin(now);
    ++admitted_;
    if (queue == nullptr) return ticket;
    queue->window.begin(now);
    if (queue->phase == Phase::parked) {
        queue->recovery = ++recoveries_;
        queue->width = 1;
        queue->under_way = 0;
        enter(*queue, Phase::recovering, base::TimePoint::min());
    }
    if (queue->phase == Phase::recovering) {
        ticket.recovery = queue->recovery;
        if (++queue->under_way >= queue->width) queue->opens_at = base::later(now, patience);
        remember(*queue, now);
    }
    if (queue->window.limit() != 0 || ticket.recovery != 0) {
        ticket.queue = queue;
        ++queue->tickets;
    }
    return ticket;
}

bool RateLimiter::too_late_behind_those_ahead(EndpointQueue* queue, base::TimePoint too_late,
                                              base::TimePoint now) noexcept {
    if (too_late == base::TimePoint::max()) return false;
    if (key_.earliest(unhindered_, now) >= too_late) {
        key_.turned_away(now);
        return true;
    }
    if (queue == nullptr) return false;
    if (queue->window.earliest(queue->waiters.size(), now) >= too_late) {
        queue->window.turned_away(now);
        return true;
    }
    return queue->phase == Phase::parked && queue->opens_at >= too_late;
}

RateLimiter::Verdict RateLimiter::admit(Endpoint const& endpoint, base::TimePoint now, Terms const& terms,
                                        Ticket& ticket) {
    if (closed_) return Verdict::closed;
    EndpointQueue* const queue = endpoint.limit != 0 ? &make_queue(endpoint, now) : find_queue(endpoint, now);
    key_.reserve(waiting_ + 1);
    if (queue != nullptr) queue->window.reserve(queue->waiters.size() + 1);
    key_.advance(now);
    bool const held = queue != nullptr && (!queue->waiters.empty() || queue->ready_at() > now);
    if (!held && ready_.empty() && key_.open(now)) {
        ticket = take(queue, now);
        return Verdict::admitted;
    }
    bool const hopeless = too_late_behind_those_ahead(queue, transport::too_late(terms.deadline, terms.time, now), now);
    return hopeless ? Verdict::refused : Verdict::wait;
}

void RateLimiter::enqueue(Waiter& waiter, Endpoint const& endpoint, base::TimePoint now) {
    EndpointQueue& queue = make_queue(endpoint, now);
    waiter.verdict = Verdict::wait;
    waiter.queue_ = &queue;
    waiter.number_ = ++arrivals_;
    queue.waiters.push_back(waiter, now);
    ++waiting_;
    if (queue.unhindered()) ++unhindered_;
    index(queue, now);
}

bool RateLimiter::leave(Waiter& waiter, base::TimePoint now) noexcept {
    if (waiter.queue_ == nullptr) return false;
    EndpointQueue& queue = *waiter.queue_;
    unindex(queue);
    queue.waiters.erase(waiter);
    depart(waiter, Verdict::wait);
    index(queue, now);
    return true;
}

void RateLimiter::depart(transport::WaitQueue::Waiter& waiter, Verdict verdict) noexcept {
    auto& departing = static_cast<Waiter&>(waiter);
    --waiting_;
    if (departing.queue_->unhindered()) --unhindered_;
    departing.queue_ = nullptr;
    departing.verdict = verdict;
}

void RateLimiter::tell_expelled(EndpointQueue& queue, base::TimePoint now, Left& expelled, Left& left) noexcept {
    if (!expelled.empty() && queue.phase == Phase::open) {
        bool const by_key = queue.window.open(now);
        (by_key ? key_ : queue.window).turned_away(now);
    }
    for (transport::WaitQueue::Waiter& waiter : expelled) {
        depart(waiter, waiter.deadline <= now ? Verdict::expired : Verdict::refused);
    }
    left.splice(left.end(), expelled);
}

void RateLimiter::expel(EndpointQueue& queue, base::TimePoint begin, base::TimePoint now, Left& left) noexcept {
    Left expelled;
    unindex(queue);
    queue.waiters.expel(begin, now, expelled);
    tell_expelled(queue, now, expelled, left);
    index(queue, now);
}

void RateLimiter::unindex(EndpointQueue& queue) noexcept {
    using Readiness = boost::intrusive::set_base_hook<boost::intrusive::tag<ReadinessTag>>;
    using Expiry = boost::intrusive::set_base_hook<boost::intrusive::tag<ExpiryTag>>;
    if (queue.Readiness::is_linked()) {
        if (queue.in_ready) {
            ready_.erase(ready_.iterator_to(queue));
        } else {
            held_.erase(held_.iterator_to(queue));
        }
    }
    if (queue.Expiry::is_linked()) expiring_.erase(expiring_.iterator_to(queue));
}

void RateLimiter::index(EndpointQueue& queue, base::TimePoint now) noexcept {
    unindex(queue);
    refresh(queue, now);
    if (queue.waiters.empty()) return;
    queue.ready = queue.ready_at();
    queue.in_ready = queue.ready <= now;
    if (queue.in_ready) {
        ready_.insert(queue);
    } else {
        held_.insert(queue);
    }
    queue.expiry = queue.waiters.next_too_late();
    if (queue.expiry != base::TimePoint::max()) expiring_.insert(queue);
}

void RateLimiter::finish(Ticket const& ticket, base::TimePoint now) noexcept {
    key_.end(now);
    if (ticket.queue == nullptr) return;
    EndpointQueue& queue = *ticket.queue;
    --queue.tickets;
    queue.window.end(now);
    if (queue.phase == Phase::recovering && queue.recovery == ticket.recovery) {
        --queue.under_way;
        ++queue.width;
        bool const open = queue.waiters.empty() || queue.width >= wide_open;
        enter(queue, open ? Phase::open : Phase::recovering, base::TimePoint::min());
    }
    index(queue, now);
}

void RateLimiter::withdraw(Ticket const& ticket, base::TimePoint now) noexcept {
    key_.withdraw();
    if (ticket.queue == nullptr) return;
    EndpointQueue& queue = *ticket.queue;
    --queue.tickets;
    queue.window.withdraw();
    // It was not sent, so another request may start instead.
    if (queue.phase == Phase::recovering && queue.recovery == ticket.recovery) {
        --queue.under_way;
        queue.opens_at = base::TimePoint::min();
    }
    index(queue, now);
}

void RateLimiter::park(Endpoint const& endpoint, milliseconds time, base::TimePoint now, Left& left) {
    if (!parks_ || closed_ || time <= milliseconds::zero()) return;
    EndpointQueue& queue = make_queue(endpoint, now);
    base::TimePoint until = base::later(now, std::min(time, longest_park));
    if (queue.phase == Phase::parked) until = std::max(until, queue.opens_at);
    enter(queue, Phase::parked, until);
    remember(queue, until);
    expel(queue, until, now, left);
}

void RateLimiter::release(base::TimePoint now, Left& left) noexcept {
    while (!expiring_.empty() && expiring_.begin()->expiry <= now) expel(*expiring_.begin(), now, now, left);
    if (waiting_ == 0) return;
    key_.advance(now);
    while (!held_.empty() && held_.begin()->ready <= now) index(*held_.begin(), now);
    while (!ready_.empty() && key_.open(now)) {
        EndpointQueue& queue = *ready_.begin();
        Left expelled;
        unindex(queue);
        transport::WaitQueue::Waiter* const first = queue.waiters.first(now, expelled);
        tell_expelled(queue, now, expelled, left);
        if (first != nullptr) {
            queue.waiters.erase(*first);
            depart(*first, Verdict::admitted);
            static_cast<Waiter*>(first)->ticket = take(&queue, now);
            left.push_back(*first);
        }
        index(queue, now);
    }
}

void RateLimiter::close(Left& left) noexcept {
    closed_ = true;
    dismiss(Verdict::closed, left);
}

void RateLimiter::dismiss(Verdict verdict, Left& left) noexcept {
    for (auto& [name, queue] : queues_) {
        unindex(queue);
        while (!queue.waiters.empty()) {
            transport::WaitQueue::Waiter& waiter = queue.waiters.front();
            queue.waiters.erase(waiter);
            depart(waiter, verdict);
            left.push_back(waiter);
        }
    }
}

base::TimePoint RateLimiter::next_event() const noexcept {
    base::TimePoint next = base::TimePoint::max();
    if (!expiring_.empty()) next = expiring_.begin()->expiry;
    if (!held_.empty()) next = std::min(next, held_.begin()->ready);
    if (!ready_.empty()) next = std::min(next, key_.next_place());
    return next;
}

bool RateLimiter::quiet(base::TimePoint now) const noexcept {
    return key_.limit() == 0 && !closed_ && waiting_ == 0 && now >= disturbed_until_;
}

RateLimiterGauges RateLimiter::gauges(base::TimePoint now) noexcept {
    key_.advance(now);
    std::size_t parked = 0;
    for (auto& [name, queue] : queues_) {
        refresh(queue, now);
        if (queue.phase != Phase::open) ++parked;
    }
    return {.waiting = waiting_, .used = key_.used(), .limit = key_.limit(), .parked = parked, .admitted = admitted_};
}

}  // namespace clerk::client
