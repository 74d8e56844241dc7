#include "client/rate_limit/async_rate_limiter.hpp"

#include "base/clock.hpp"
#include "transport/one_shot_signal.hpp"

#include <boost/asio/this_coro.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace clerk::client {

namespace asio = boost::asio;
using base::Clock;
using base::TimePoint;
using boost::system::error_code;
using client::RateLimiter;
using Verdict = RateLimiter::Verdict;

struct AsyncRateLimiter::AsyncWaiter : RateLimiter::Waiter {
    explicit AsyncWaiter(asio::any_io_executor const& executor) : woken{executor} {}

    transport::OneShotSignal woken;
    std::shared_ptr<AsyncWaiter> self{};  // from joining the queue until it is woken
};

// Waiters that left the queue; the destructor wakes them after the mutex was released.
class AsyncRateLimiter::Wakeups {
public:
    Wakeups() = default;
    Wakeups(Wakeups const&) = delete;
    Wakeups& operator=(Wakeups const&) = delete;
    ~Wakeups() {
        while (!left.empty()) {
            auto const waiter = std::move(static_cast<AsyncWaiter&>(left.front()).self);
            left.pop_front();
            waiter->woken.set();
        }
    }

    RateLimiter::Left left{};
};

// A place in the queue, given up however the coroutine ends, destruction of the io_context included.
class AsyncRateLimiter::Place {
public:
    Place(std::shared_ptr<AsyncRateLimiter> limiter, std::shared_ptr<AsyncWaiter> waiter) noexcept
        : limiter_{std::move(limiter)}, waiter_{std::move(waiter)} {}
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;
    ~Place() {
        if (leave() == Verdict::admitted) limiter_->give_back(waiter_->ticket, false);
    }

    // The result of the wait. The ticket of an admitted waiter then belongs to the caller.
    Verdict leave() {
        if (!limiter_ || left_) return Verdict::wait;
        left_ = true;
        Wakeups wakeups;
        TimePoint const now = Clock::now();
        std::lock_guard const lock{limiter_->mutex_};
        if (limiter_->limiter_.leave(*waiter_, now)) waiter_->self.reset();
        limiter_->settle(now, wakeups);
        return waiter_->verdict;
    }

private:
    std::shared_ptr<AsyncRateLimiter> limiter_;
    std::shared_ptr<AsyncWaiter> waiter_;
    bool left_{};
};

Permit::Permit(Permit&& other) noexcept : limiter_{std::exchange(other.limiter_, nullptr)}, ticket_{other.ticket_} {}

Permit& Permit::operator=(Permit&& other) noexcept {
    if (this != &other) {
        end();
        limiter_ = std::exchange(other.limiter_, nullptr);
        ticket_ = other.ticket_;
    }
    return *this;
}

void Permit::end() noexcept {
    if (AsyncRateLimiter* const limiter = std::exchange(limiter_, nullptr)) limiter->give_back(ticket_, true);
}

void Permit::withdraw() noexcept {
    if (AsyncRateLimiter* const limiter = std::exchange(limiter_, nullptr)) limiter->give_back(ticket_, false);
}

AsyncRateLimiter::AsyncRateLimiter(asio::any_io_executor executor, client::RateLimits const& limits)
    : executor_{std::move(executor)}, limiter_{limits}, timer_{executor_}, quiet_{limiter_.quiet(TimePoint::min())} {}

AsyncRateLimiter::~AsyncRateLimiter() = default;

bool AsyncRateLimiter::try_admit(Admission const& admission, TimePoint now, Permit& permit) {
    permit.end();
    if (admission.endpoint.limit == 0 && quiet_.load(std::memory_order_acquire)) {
        unasked_.fetch_add(1, std::memory_order_relaxed);
        return true;
    }
    Wakeups wakeups;
    std::lock_guard const lock{mutex_};
    advance(now, wakeups);
    Verdict const verdict = limiter_.admit(admission.endpoint, now, admission.terms, permit.ticket_);
    settle(now, wakeups);
    if (verdict != Verdict::admitted) return false;
    permit.limiter_ = this;
    return true;
}

asio::awaitable<error_code> AsyncRateLimiter::admit(Admission admission, Permit& permit) {
    permit.end();
    // Checked before each step, because an operation that begins after the cancellation would not notice it.
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    auto const cancelled = [&cancellation] { return cancellation.cancelled() != asio::cancellation_type::none; };
    if (cancelled()) co_return make_error_code(errc::cancelled);

    auto const self = shared_from_this();
    auto const waiter = std::make_shared<AsyncWaiter>(executor_);
    waiter->deadline = admission.terms.deadline;
    waiter->time = admission.terms.time;
    Verdict verdict = begin(admission, waiter);
    if (verdict == Verdict::wait) {
        Place place{self, waiter};
        co_await waiter->woken.wait();
        waiter->woken.join();
        verdict = place.leave();
    }
    switch (verdict) {
        case Verdict::wait:
            break;
        case Verdict::admitted:
            permit.limiter_ = this;
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

RateLimiter::Verdict AsyncRateLimiter::begin(Admission const& admission, std::shared_ptr<AsyncWaiter> const& waiter) {
    Wakeups wakeups;
    TimePoint const now = Clock::now();
    std::lock_guard const lock{mutex_};
    advance(now, wakeups);
    Verdict const verdict = limiter_.admit(admission.endpoint, now, admission.terms, waiter->ticket);
    if (verdict == Verdict::wait) {
        limiter_.enqueue(*waiter, admission.endpoint, now);
        waiter->self = waiter;
    }
    settle(now, wakeups);
    return verdict == Verdict::refused && admission.terms.deadline <= now ? Verdict::expired : verdict;
}

void AsyncRateLimiter::give_back(RateLimiter::Ticket const& ticket, bool sent) noexcept {
    Wakeups wakeups;
    TimePoint const now = Clock::now();
    std::lock_guard const lock{mutex_};
    if (sent) {
        limiter_.finish(ticket, now);
    } else {
        limiter_.withdraw(ticket, now);
    }
    advance(now, wakeups);
    settle(now, wakeups);
}

void AsyncRateLimiter::park(Admission const& admission, std::chrono::milliseconds time) {
    Wakeups wakeups;
    TimePoint const now = Clock::now();
    std::lock_guard const lock{mutex_};
    limiter_.park(admission.endpoint, time, now, wakeups.left);
    settle(now, wakeups);
}

void AsyncRateLimiter::set_requests(std::size_t requests) {
    Wakeups wakeups;
    TimePoint const now = Clock::now();
    std::lock_guard const lock{mutex_};
    limiter_.set_requests(requests);
    advance(now, wakeups);
    settle(now, wakeups);
}

void AsyncRateLimiter::close() {
    Wakeups wakeups;
    std::lock_guard const lock{mutex_};
    limiter_.close(wakeups.left);
    settle(Clock::now(), wakeups);
}

RateLimiterGauges AsyncRateLimiter::gauges() const {
    std::lock_guard const lock{mutex_};
    RateLimiterGauges gauges = limiter_.gauges(Clock::now());
    gauges.admitted += unasked_.load(std::memory_order_relaxed);
    return gauges;
}

void AsyncRateLimiter::advance(TimePoint now, Wakeups& wakeups) noexcept {
    if (limiter_.waiting() != 0) limiter_.release(now, wakeups.left);
}

void AsyncRateLimiter::settle(TimePoint now, Wakeups& wakeups) noexcept {
    if (bool const quiet = limiter_.quiet(now); quiet != quiet_.load(std::memory_order_relaxed)) {
        quiet_.store(quiet, std::memory_order_release);
    }
    if (limiter_.waiting() != 0) {
        // Without a timer, waiters would never be woken.
        if (!arm(limiter_.next_event())) limiter_.dismiss(Verdict::refused, wakeups.left);
    } else if (armed_until_ != TimePoint::max()) {
        // Lets io_context::run() return once no call waits.
        armed_until_ = TimePoint::max();
        timer_.cancel();
    }
}

bool AsyncRateLimiter::arm(TimePoint time) noexcept {
    if (time >= armed_until_) return true;
    armed_until_ = TimePoint::max();
    try {
        timer_.expires_at(time);
        timer_.async_wait([weak = weak_from_this()](error_code ec) {
            if (ec) return;
            if (auto const limiter = weak.lock()) limiter->tick();
        });
    } catch (std::exception const&) {
        return false;
    }
    armed_until_ = time;
    return true;
}

void AsyncRateLimiter::tick() {
    Wakeups wakeups;
    TimePoint const now = Clock::now();
    std::lock_guard const lock{mutex_};
    armed_until_ = TimePoint::max();
    advance(now, wakeups);
    settle(now, wakeups);
}

}  // namespace clerk::client
