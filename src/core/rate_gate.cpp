#include "core/rate_gate.hpp"

#include "net/wakeup.hpp"

#include <boost/asio/this_coro.hpp>

#include <utility>
#include <vector>

namespace clerk::core {

namespace asio = boost::asio;
using boost::system::error_code;
using policy::RateLimiter;
using policy::TimePoint;
using std::chrono::steady_clock;
using Verdict = RateLimiter::Verdict;

namespace {

policy::Endpoint endpoint_of(Admission const& admission) noexcept {
    return {admission.operation, admission.organization};
}

}  // namespace

struct RateGate::GateWaiter : RateLimiter::Waiter, std::enable_shared_from_this<GateWaiter> {
    explicit GateWaiter(asio::any_io_executor const& executor) : woken{executor} {}

    net::Wakeup woken;
};

// Waiters that left the queue; they are woken on destruction, when the mutex is free again.
class RateGate::Wakeups {
public:
    Wakeups() = default;
    Wakeups(Wakeups const&) = delete;
    Wakeups& operator=(Wakeups const&) = delete;
    ~Wakeups() {
        for (auto const& waiter : waiters_) waiter->woken.wake();
    }

    // Fills a list and keeps what is in it alive. Under the mutex, without which a waiter may go away.
    template <class Fill>
    void collect(Fill fill) {
        RateLimiter::Waiters left;
        fill(left);
        for (RateLimiter::Waiter* const waiter : left) {
            waiters_.push_back(static_cast<GateWaiter*>(waiter)->shared_from_this());
        }
    }

private:
    std::vector<std::shared_ptr<GateWaiter>> waiters_{};
};

// A place in the queue, given up however the coroutine ends, destruction of the io_context included.
class RateGate::Place {
public:
    Place(std::shared_ptr<RateGate> gate, std::shared_ptr<GateWaiter> waiter) noexcept
        : gate_{std::move(gate)}, waiter_{std::move(waiter)} {}
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;
    ~Place() {
        if (leave() == Verdict::admitted) gate_->give_back(waiter_->ticket, false);
    }

    // What came of the waiting. The ticket of an admitted waiter is the caller's then.
    Verdict leave() {
        if (!gate_ || left_) return Verdict::wait;
        left_ = true;
        TimePoint const now = steady_clock::now();
        std::lock_guard const lock{gate_->mutex_};
        gate_->limiter_.leave(*waiter_, now);
        gate_->settle(now);
        return waiter_->verdict;
    }

private:
    std::shared_ptr<RateGate> gate_;
    std::shared_ptr<GateWaiter> waiter_;
    bool left_{};
};

Permit::Permit(Permit&& other) noexcept : gate_{std::exchange(other.gate_, nullptr)}, ticket_{other.ticket_} {}

Permit& Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        end();
        gate_ = std::exchange(other.gate_, nullptr);
        ticket_ = other.ticket_;
    }
    return *this;
}

void Permit::end() noexcept {
    if (RateGate* const gate = std::exchange(gate_, nullptr)) gate->give_back(ticket_, true);
}

void Permit::withdraw() noexcept {
    if (RateGate* const gate = std::exchange(gate_, nullptr)) gate->give_back(ticket_, false);
}

RateGate::RateGate(asio::any_io_executor executor, policy::RateLimits const& limits)
    : executor_{std::move(executor)}, limiter_{limits}, timer_{executor_}, quiet_{limiter_.quiet(TimePoint::min())} {}

RateGate::~RateGate() = default;

bool RateGate::try_admit(Admission const& admission, TimePoint now, Permit& permit) {
    permit.end();
    if (quiet_.load(std::memory_order_acquire)) {
        unasked_.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    Wakeups wakeups;
    std::lock_guard const lock{mutex_};
    advance(now, wakeups);
    Verdict const verdict = limiter_.admit(endpoint_of(admission), now, admission.deadline, permit.ticket_);
    settle(now);
    if (verdict != Verdict::admitted) return false;
    permit.gate_ = this;
    return true;
}

asio::awaitable<error_code> RateGate::admit(Admission admission, Permit& permit) {
    permit.end();
    // Checked before each step: an operation begun after the cancellation would not notice it.
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    auto const cancelled = [&cancellation] { return cancellation.cancelled() != asio::cancellation_type::none; };
    if (cancelled()) co_return make_error_code(errc::cancelled);

    auto const self = shared_from_this();
    auto const waiter = std::make_shared<GateWaiter>(executor_);
    waiter->deadline = admission.deadline;
    Verdict verdict = begin(admission, *waiter);
    if (verdict == Verdict::wait) {
        Place place{self, waiter};
        co_await waiter->woken.wait();
        verdict = place.leave();
    }
    switch (verdict) {
        case Verdict::wait:
            break;
        case Verdict::admitted:
            permit.gate_ = this;
            permit.ticket_ = waiter->ticket;
            if (!cancelled()) co_return error_code{};
            permit.withdraw();
            break;
        case Verdict::refused:
            co_return make_error_code(errc::rate_limited);
        case Verdict::expired:
            co_return make_error_code(errc::deadline_exceeded);
        case Verdict::closed:
            co_return make_error_code(errc::client_closed);
    }
    co_return make_error_code(errc::cancelled);
}

RateLimiter::Verdict RateGate::begin(Admission const& admission, GateWaiter& waiter) {
    Wakeups wakeups;
    TimePoint const now = steady_clock::now();
    policy::Endpoint const endpoint = endpoint_of(admission);
    std::lock_guard const lock{mutex_};
    advance(now, wakeups);
    Verdict const verdict = limiter_.admit(endpoint, now, admission.deadline, waiter.ticket);
    if (verdict == Verdict::wait) limiter_.enqueue(waiter, endpoint, now);
    settle(now);
    return verdict == Verdict::refused && admission.deadline <= now ? Verdict::expired : verdict;
}

void RateGate::give_back(RateLimiter::Ticket const& ticket, bool sent) noexcept {
    Wakeups wakeups;
    TimePoint const now = steady_clock::now();
    std::lock_guard const lock{mutex_};
    if (sent) {
        limiter_.finish(ticket, now);
    } else {
        limiter_.withdraw(ticket, now);
    }
    advance(now, wakeups);
    settle(now);
}

void RateGate::park(Admission const& admission, std::chrono::milliseconds time) {
    Wakeups wakeups;
    TimePoint const now = steady_clock::now();
    std::lock_guard const lock{mutex_};
    wakeups.collect([&](auto& left) { limiter_.park(endpoint_of(admission), time, now, left); });
    settle(now);
}

void RateGate::close() {
    Wakeups wakeups;
    std::lock_guard const lock{mutex_};
    wakeups.collect([&](auto& left) { limiter_.close(left); });
    settle(steady_clock::now());
}

RateLimiterGauges RateGate::gauges() const {
    std::lock_guard const lock{mutex_};
    RateLimiterGauges gauges = limiter_.gauges(steady_clock::now());
    gauges.admitted += unasked_.load(std::memory_order_relaxed);
    return gauges;
}

void RateGate::advance(TimePoint now, Wakeups& wakeups) {
    if (limiter_.waiting() == 0) return;
    wakeups.collect([&](auto& left) { limiter_.release(now, left); });
}

void RateGate::settle(TimePoint now) {
    if (bool const quiet = limiter_.quiet(now); quiet != quiet_.load(std::memory_order_relaxed)) {
        quiet_.store(quiet, std::memory_order_release);
    }
    if (limiter_.waiting() != 0) {
        arm(limiter_.next_event());
    } else if (armed_until_ != TimePoint::max()) {
        // Lets io_context::run() return once nobody waits.
        armed_until_ = TimePoint::max();
        timer_.cancel();
    }
}

void RateGate::arm(TimePoint time) {
    if (time >= armed_until_) return;
    armed_until_ = time;
    timer_.expires_at(time);
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
        if (ec) return;
        if (auto const gate = weak.lock()) gate->tick();
    });
}

void RateGate::tick() {
    Wakeups wakeups;
    TimePoint const now = steady_clock::now();
    std::lock_guard const lock{mutex_};
    armed_until_ = TimePoint::max();
    advance(now, wakeups);
    settle(now);
}

}  // namespace clerk::core
