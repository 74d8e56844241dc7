// Drives PoolCore: connections, waiting coroutines, and one timer that enforces every deadline.
#pragma once

#include "transport/connection.hpp"
#include "transport/pool_core.hpp"
#include "transport/timed_event.hpp"
#include "transport/timer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace clerk::transport {

class Pool;

// The right to use one connection. Without give_back() the connection is not used again.
class Lease {
public:
    Lease() noexcept = default;
    Lease(std::shared_ptr<Pool> pool, SlotId slot, bool reused) noexcept
        : pool_{std::move(pool)}, slot_{slot}, reused_{reused} {}
    Lease(Lease&& other) noexcept : pool_{std::move(other.pool_)}, slot_{other.slot_}, reused_{other.reused_} {}
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { give_back(Fate::spent); }

    [[nodiscard]] explicit operator bool() const noexcept { return pool_ != nullptr; }
    [[nodiscard]] Connection& connection() const noexcept;
    // The connection has been idle or has carried calls before, so the peer may have closed it.
    [[nodiscard]] bool reused() const noexcept { return reused_; }
    // Ends the lease. Returns the limit that aborted the exchange: deadline_exceeded, attempt_timeout or none.
    errc give_back(Fate fate, PoolCore::Ended ended = PoolCore::Ended::otherwise) noexcept;

private:
    std::shared_ptr<Pool> pool_{};
    SlotId slot_{};
    bool reused_{};
};

// A lease, or the reason why there is none.
struct LeaseResult {
    Lease lease{};
    boost::system::error_code code{};  // clerk::errc
    boost::system::error_code cause{};
    std::string message{};
    bool tried{};                       // a connect was tried, the call did not only wait in the queue
    std::chrono::nanoseconds waited{};  // without the times in `timing`
    ConnectTiming timing{};             // of the connect, if the call has waited for it from its beginning
};

class Pool : public std::enable_shared_from_this<Pool> {
public:
    Pool(boost::asio::any_io_executor executor, PoolOptions const& options, std::unique_ptr<Connector> connector);
    ~Pool();

    // Returns an idle connection at once, or an empty lease: then call lease().
    [[nodiscard]] Lease try_lease(LeaseRequest const& request);
    // Waits for a connection: one that becomes free, or a new one. Cancellable at any point. When the call gives up, a
    // connect that was started for it continues, see longest_lonely_connect; io_context::run() returns after its end.
    [[nodiscard]] boost::asio::awaitable<LeaseResult> lease(LeaseRequest request);

    // Opens one more connection and leaves it idle, when there are fewer than `count` in all. `tried` is false when
    // there is nothing to do.
    [[nodiscard]] boost::asio::awaitable<LeaseResult> add_connection(std::size_t count, TimePoint deadline);

    // See Connector::reload_tls(). Open connections stay.
    [[nodiscard]] Result<void> reload_tls() { return connector_->reload_tls(); }

    // Refuses new leases, waiters and connects, closes idle connections, and aborts those in use. Idempotent.
    void close();
    // After close(): returns when no connect is in progress.
    [[nodiscard]] boost::asio::awaitable<void> wait_for_connects();
    [[nodiscard]] PoolGauges gauges() const;
    [[nodiscard]] std::size_t max_connections() const noexcept { return connections_.size(); }

private:
    friend class Lease;
    struct ConnectReport;
    struct PoolWaiter;
    class Place;
    class Retired;

    // Returns an idle connection, or a place in the queue.
    [[nodiscard]] Grant acquire(LeaseRequest const& request, PoolWaiter& waiter, bool ahead);
    // Begins the connects that are needed now.
    void start_connects() noexcept;
    // Stops connects that no call waits for, when their time is over.
    void stop_connects(TimePoint now) noexcept;
    [[nodiscard]] static boost::asio::awaitable<void> connect(std::shared_ptr<Pool> self, SlotId slot,
                                                              TimePoint deadline,
                                                              std::shared_ptr<ConnectReport> report);
    void end_connect(SlotId slot, std::shared_ptr<ConnectReport> const& report) noexcept;
    [[nodiscard]] LeaseResult describe_failure(PoolWaiter const& waiter, Grant::Kind kind);
    [[nodiscard]] LeaseResult stopped_waiting(errc code);
    errc release(SlotId slot, Fate fate, PoolCore::Ended ended) noexcept;
    void tick() noexcept;
    // The caller of the following functions holds the mutex.
    void take_out(Retired& retired) noexcept;
    void tell(PoolCore::Left& left, TimePoint now, std::shared_ptr<ConnectReport> const& report = nullptr) noexcept;
    void expire(TimePoint now) noexcept;
    // Makes the timer expire at `deadline` at the latest.
    void arm(TimePoint now, TimePoint deadline) noexcept;
    void set_timer(TimePoint now, TimePoint until) noexcept;
    // Lets io_context::run() return when no call is left: at once, or after `linger` when another call is likely.
    void disarm_if_idle(TimePoint now) noexcept;

    boost::asio::any_io_executor executor_;
    std::unique_ptr<Connector> connector_;
    mutable std::mutex mutex_;  // guards all below; held for bookkeeping only, never across an await
    PoolCore core_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<ConnectStep> steps_;  // the current step of each connect
    Timer timer_;
    TimePoint armed_until_{no_deadline};  // no_deadline: the timer is not running
    TimePoint armed_at_{};
    TimedEvent connects_ended_{};  // no connect is in progress, and none will start
};

}  // namespace clerk::transport
