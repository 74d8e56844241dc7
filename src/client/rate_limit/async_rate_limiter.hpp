// Drives client::RateLimiter: waiting coroutines, and one timer that is armed only while a call waits. Any thread may
// use it.
//
//     Permit permit;
//     if (!limiter.try_admit(admission, Clock::now(), permit)) {
//         if (auto const refused = co_await limiter.admit(admission, permit)) …
//     }
//     … one attempt; after a 429: limiter.park(admission, retry_after) …
//     permit.end();  // or permit.withdraw(), when nothing was sent
#pragma once

#include "client/rate_limit/rate_limiter.hpp"
#include "transport/timer.hpp"

#include <clerk/client.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>

namespace clerk::client {

class AsyncRateLimiter;

// The right to make one attempt. It occupies a place from its start until one window after its end. The limiter
// outlives it.
class Permit {
public:
    Permit() noexcept = default;
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { end(); }

    // The attempt is over. Idempotent, as is the next; without an admission both do nothing.
    void end() noexcept;
    // Nothing was sent: its place is free again.
    void withdraw() noexcept;

private:
    friend class AsyncRateLimiter;

    AsyncRateLimiter* limiter_{};  // null when the limits are off
    client::RateLimiter::Ticket ticket_{};
};

// What an attempt must be admitted to. The objects to which it refers outlive the wait.
struct Admission {
    client::Endpoint endpoint{};
    client::RateLimiter::Terms terms{};
};

class AsyncRateLimiter : public std::enable_shared_from_this<AsyncRateLimiter> {
public:
    AsyncRateLimiter(boost::asio::any_io_executor executor, client::RateLimits const& limits);
    ~AsyncRateLimiter();

    // Admits at once if possible; otherwise call admit(). Costs two atomic operations while there is nothing to limit.
    [[nodiscard]] bool try_admit(Admission const& admission, base::TimePoint now, Permit& permit);
    // Waits for its turn. `permit` outlives the coroutine, which expects throw_if_cancelled(false). Errors:
    // rate_limited (it could not end before the deadline), deadline_exceeded (which has passed), cancelled,
    // client_closed.
    [[nodiscard]] boost::asio::awaitable<boost::system::error_code> admit(Admission admission, Permit& permit);
    // The service refused an attempt of this endpoint: all others wait for `time`. Call it before the permit of that
    // attempt ends.
    void park(Admission const& admission, std::chrono::milliseconds time);
    // Another limit for the key; see RequestWindow::set_limit().
    void set_requests(std::size_t requests);
    // Ends every wait, and any later one at once, with client_closed. Idempotent.
    void close();
    [[nodiscard]] RateLimiterGauges gauges() const;

private:
    friend class Permit;
    struct AsyncWaiter;
    class Place;
    class Wakeups;

    [[nodiscard]] client::RateLimiter::Verdict begin(Admission const& admission,
                                                     std::shared_ptr<AsyncWaiter> const& waiter);
    void give_back(client::RateLimiter::Ticket const& ticket, bool sent) noexcept;
    void tick();
    // The caller holds the mutex for these three, and releases it before the wake-ups are destroyed.
    void advance(base::TimePoint now, Wakeups& wakeups) noexcept;
    void settle(base::TimePoint now, Wakeups& wakeups) noexcept;
    // False when there is no memory for it.
    [[nodiscard]] bool arm(base::TimePoint time) noexcept;

    boost::asio::any_io_executor executor_;
    mutable std::mutex mutex_;  // guards all below but the atomics; held for bookkeeping only, never across an await
    mutable client::RateLimiter limiter_;
    transport::Timer timer_;
    base::TimePoint armed_until_{base::TimePoint::max()};  // max(): the timer is not running
    std::atomic<bool> quiet_;                              // endpoints without a limit do not need the mutex
    std::atomic<std::size_t> unasked_{};                   // admitted without the mutex
};

}  // namespace clerk::client
