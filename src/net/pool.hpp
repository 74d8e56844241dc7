// Drives PoolCore: connections, waiting coroutines, and one timer that enforces every deadline.
#pragma once

#include "net/connection.hpp"
#include "net/pool_core.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clerk::net {

class Pool;

// The right to use one connection. Gives it back as broken unless told otherwise.
class Lease {
public:
    Lease() noexcept = default;
    Lease(std::shared_ptr<Pool> pool, SlotId slot, bool reused) noexcept
        : pool_{std::move(pool)}, slot_{slot}, reused_{reused} {}
    Lease(Lease&& other) noexcept : pool_{std::move(other.pool_)}, slot_{other.slot_}, reused_{other.reused_} {}
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { give_back(false); }

    [[nodiscard]] explicit operator bool() const noexcept { return pool_ != nullptr; }
    [[nodiscard]] Connection& connection() const noexcept;
    // The connection has carried calls before, so the peer may have closed it meanwhile.
    [[nodiscard]] bool reused() const noexcept { return reused_; }
    // Ends the lease. True when the deadline had passed and the exchange was aborted for it.
    bool give_back(bool reusable, PoolCore::Ended ended = PoolCore::Ended::otherwise) noexcept;

private:
    friend class Pool;

    std::shared_ptr<Pool> pool_{};
    SlotId slot_{};
    bool reused_{};
};

struct LeaseRequest {
    TimePoint now;
    TimePoint deadline{no_deadline};
    bool fresh{};          // not an idle connection: the last one was dead
    bool harmless{};       // to send over, should the connection turn out to be dead
    ExchangeTime* time{};  // of such exchanges: tells what is needed, learns what this one takes. Outlives the lease
};

// A lease, or why there is none.
struct LeaseResult {
    Lease lease{};
    boost::system::error_code code{};  // clerk::errc
    boost::system::error_code cause{};
    std::string message{};
    bool tried{};  // to connect: more than waiting in the queue
    std::chrono::nanoseconds waited{};
    ConnectTiming timing{};
};

class Pool : public std::enable_shared_from_this<Pool> {
public:
    Pool(boost::asio::any_io_executor executor, PoolOptions const& options, std::unique_ptr<Connector> connector);
    ~Pool();

    // An idle connection at once, or an empty lease: then call lease().
    [[nodiscard]] Lease try_lease(LeaseRequest const& request);
    // Waits its turn, connects when needed. Cancellable at any point.
    [[nodiscard]] boost::asio::awaitable<LeaseResult> lease(LeaseRequest request);

    // Opens one more connection and leaves it idle, when there are fewer than `count` in all. `tried` is false when
    // there is nothing to do.
    [[nodiscard]] boost::asio::awaitable<LeaseResult> add_connection(std::size_t count, TimePoint deadline);

    // Refuses new leases, waiters and connects, closes idle connections, and aborts those in use. Idempotent.
    void close();
    [[nodiscard]] PoolGauges gauges() const;
    [[nodiscard]] std::size_t max_connections() const noexcept { return connections_.size(); }

private:
    friend class Lease;
    struct PoolWaiter;
    class Wakeups;
    using Connections = std::vector<std::unique_ptr<Connection>>;
    // Connections taken out under the lock, to be closed after it.
    struct Retired {
        Retired() = default;
        Retired(Retired const&) = delete;
        Retired& operator=(Retired const&) = delete;
        ~Retired();
        Connections connections{};
    };

    [[nodiscard]] Grant acquire(LeaseRequest const& request, std::shared_ptr<PoolWaiter> const& waiter);
    [[nodiscard]] boost::asio::awaitable<LeaseResult> open(Lease reserved, LeaseRequest request,
                                                           std::chrono::nanoseconds waited);
    // False when the pool was closed meanwhile.
    [[nodiscard]] bool install(SlotId slot, ConnectResult connected, LeaseRequest const& request);
    [[nodiscard]] boost::asio::awaitable<Grant> wait(std::shared_ptr<PoolWaiter> waiter);
    void reopen(SlotId slot);
    bool release(SlotId slot, bool reusable, PoolCore::Ended ended) noexcept;
    void take_out(std::vector<SlotId> const& slots, Retired& out);
    // So that it goes off at `deadline` at the latest.
    void arm(TimePoint now, TimePoint deadline);
    void set_timer(TimePoint now, TimePoint until);
    // Lets io_context::run() return once no call is left: at once, or soon when another one is likely to come first.
    void disarm_if_idle(TimePoint now) noexcept;
    void tick();

    boost::asio::any_io_executor executor_;
    std::unique_ptr<Connector> connector_;
    mutable std::mutex mutex_;  // guards all below; held for bookkeeping only, never across an await
    PoolCore core_;
    Connections connections_;
    boost::asio::steady_timer timer_;
    TimePoint armed_until_{no_deadline};  // no_deadline: the timer is not running
    TimePoint armed_at_{};
};

}  // namespace clerk::net
