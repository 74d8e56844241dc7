#include "net/pool.hpp"

#include "net/wakeup.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace clerk::net {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// How long the timer goes on without a call. io_context::run() may return that much later.
constexpr std::chrono::milliseconds linger{5};

LeaseResult failure(errc code, std::string message) {
    LeaseResult result{};
    result.code = make_error_code(code);
    result.message = std::move(message);
    return result;
}

LeaseResult closed() { return failure(errc::client_closed, "the client is closed"); }

LeaseResult cancelled_waiting() { return failure(errc::cancelled, "cancelled while waiting for a connection"); }

}  // namespace

struct Pool::PoolWaiter : Waiter, std::enable_shared_from_this<PoolWaiter> {
    explicit PoolWaiter(asio::any_io_executor const& executor) : woken{executor} {}

    Wakeup woken;
};

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back(false);
        pool_ = std::move(other.pool_);
        slot_ = other.slot_;
        reused_ = other.reused_;
    }
    return *this;
}

Connection& Lease::connection() const noexcept { return *pool_->connections_[slot_]; }

bool Lease::give_back(bool reusable) noexcept {
    auto const pool = std::move(pool_);
    return pool != nullptr && pool->release(slot_, reusable);
}

Pool::Pool(asio::any_io_executor executor, PoolOptions const& options, std::unique_ptr<Connector> connector)
    : executor_{std::move(executor)},
      connector_{std::move(connector)},
      core_{options},
      connections_{options.max_connections},
      timer_{executor_} {}

// No lease is left, so what is open is idle.
Pool::~Pool() {
    for (auto const& connection : connections_) {
        if (connection) connection->close();
    }
}

Pool::Retired::~Retired() {
    for (auto const& connection : connections) connection->close();
}

Grant Pool::acquire(LeaseRequest const& request, std::shared_ptr<PoolWaiter> const& waiter) {
    std::vector<SlotId> closing;
    Retired retired;
    std::lock_guard const lock{mutex_};
    Grant const grant = core_.acquire(request.now, request.deadline, request.fresh, closing);
    take_out(closing, retired);
    if (grant.kind == Grant::Kind::wait && waiter != nullptr) core_.enqueue(*waiter);
    if (grant.kind == Grant::Kind::reuse || grant.kind == Grant::Kind::wait) arm(request.now, request.deadline);
    return grant;
}

Lease Pool::try_lease(LeaseRequest const& request) {
    while (!request.fresh) {
        std::optional<Grant> grant;
        {
            std::vector<SlotId> closing;
            Retired retired;
            std::lock_guard const lock{mutex_};
            grant = core_.take_idle(request.now, request.deadline, closing);
            take_out(closing, retired);
            if (grant) arm(request.now, request.deadline);
        }
        if (!grant) break;
        Lease lease{shared_from_this(), grant->slot, true};
        if ((grant->just_used && request.harmless) || lease.connection().alive()) return lease;
    }
    return {};
}

asio::awaitable<LeaseResult> Pool::lease(LeaseRequest request) {
    // Checked before each step: an operation begun after the cancellation would not notice it.
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    auto const cancelled = [&cancellation] { return cancellation.cancelled() != asio::cancellation_type::none; };
    if (cancelled()) co_return cancelled_waiting();
    auto waiter = std::make_shared<PoolWaiter>(executor_);
    waiter->deadline = request.deadline;
    Grant grant = acquire(request, waiter);
    std::chrono::nanoseconds waited{};
    if (grant.kind == Grant::Kind::wait) {
        grant = co_await wait(waiter);
        waited = steady_clock::now() - request.now;
    }
    switch (grant.kind) {
        case Grant::Kind::reuse: {
            LeaseResult result{.lease = Lease{shared_from_this(), grant.slot, true}, .waited = waited};
            if (cancelled()) {
                result.lease.give_back(true);  // untouched, so somebody else may have it
                co_return cancelled_waiting();
            }
            if (result.lease.connection().alive()) co_return result;
            reopen(grant.slot);
            co_return co_await open(std::move(result.lease), request.deadline, waited);
        }
        case Grant::Kind::open: {
            Lease reserved{shared_from_this(), grant.slot, false};
            if (cancelled()) co_return cancelled_waiting();
            co_return co_await open(std::move(reserved), request.deadline, waited);
        }
        case Grant::Kind::wait:
            co_return cancelled_waiting();
        case Grant::Kind::full:
            co_return failure(errc::pool_exhausted, "all connections are busy and the queue is full");
        case Grant::Kind::expired:
            co_return failure(errc::deadline_exceeded, "time ran out while waiting for a connection");
        case Grant::Kind::closed:
            co_return closed();
    }
    co_return cancelled_waiting();
}

asio::awaitable<LeaseResult> Pool::add_connection(std::size_t count, TimePoint deadline) {
    std::optional<Grant> grant;
    {
        std::lock_guard const lock{mutex_};
        if (core_.closed()) co_return closed();
        grant = core_.add_connection(count);
    }
    if (!grant) co_return LeaseResult{};
    LeaseResult result = co_await open(Lease{shared_from_this(), grant->slot, false}, deadline, {});
    result.lease.give_back(true);
    co_return result;
}

asio::awaitable<Grant> Pool::wait(std::shared_ptr<PoolWaiter> waiter) {
    // Leaves the queue however this coroutine ends, destruction of the io_context included.
    struct Guard {
        Pool& pool;
        PoolWaiter& waiter;
        bool settled{};
        Grant settle() {
            settled = true;
            std::lock_guard const lock{pool.mutex_};
            pool.core_.leave(waiter);
            pool.disarm_if_idle(steady_clock::now());
            return waiter.grant;
        }
        ~Guard() {
            if (settled) return;
            Grant const grant = settle();
            if (grant.kind == Grant::Kind::reuse || grant.kind == Grant::Kind::open) pool.release(grant.slot, false);
        }
    };
    auto const self = shared_from_this();
    Guard guard{*this, *waiter};
    co_await waiter->woken.wait();
    co_return guard.settle();
}

asio::awaitable<LeaseResult> Pool::open(Lease reserved, TimePoint deadline, std::chrono::nanoseconds waited) {
    LeaseResult result{.lease = std::move(reserved), .tried = true, .waited = waited};
    result.lease.reused_ = false;
    ConnectResult connected = co_await connector_->connect(deadline);
    result.timing = connected.timing;
    if (!connected.connection) {
        result.lease = Lease{};
        result.code = connected.code;
        result.cause = connected.cause;
        result.message = std::move(connected.message);
        co_return result;
    }
    if (!install(result.lease.slot_, std::move(connected), deadline)) {
        result.lease = Lease{};
        result.code = make_error_code(errc::client_closed);
    }
    co_return result;
}

bool Pool::install(SlotId slot, ConnectResult connected, TimePoint deadline) {
    Retired retired;
    std::lock_guard const lock{mutex_};
    if (core_.closed()) {
        retired.connections.push_back(std::move(connected.connection));
        return false;
    }
    connections_[slot] = std::move(connected.connection);
    auto const now = steady_clock::now();
    core_.opened(slot, now, deadline, connected.timing.resumed);
    arm(now, deadline);
    return true;
}

void Pool::reopen(SlotId slot) {
    std::unique_ptr<Connection> closed;  // destroyed after the lock is gone
    std::lock_guard const lock{mutex_};
    closed = std::move(connections_[slot]);
    core_.reopen(slot);
}

bool Pool::release(SlotId slot, bool reusable) noexcept {
    std::unique_ptr<Connection> retired;  // destroyed after the lock is gone
    std::shared_ptr<PoolWaiter> served;
    bool expired{};
    {
        std::lock_guard const lock{mutex_};
        auto const now = steady_clock::now();
        auto const released = core_.release(slot, now, reusable);
        expired = released.expired;
        if (released.close) retired = std::move(connections_[slot]);
        disarm_if_idle(now);
        if (released.served != nullptr) served = static_cast<PoolWaiter*>(released.served)->shared_from_this();
    }
    if (retired && reusable && !expired) retired->close();
    if (served) served->woken.wake();
    return expired;
}

void Pool::take_out(std::vector<SlotId> const& slots, Retired& out) {
    for (SlotId const slot : slots) out.connections.push_back(std::move(connections_[slot]));
}

void Pool::arm(TimePoint now, TimePoint deadline) {
    if (deadline < armed_until_) set_timer(now, deadline);
}

void Pool::set_timer(TimePoint now, TimePoint until) {
    armed_at_ = now;
    armed_until_ = until;
    timer_.expires_at(armed_until_);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
        if (ec) return;
        if (auto const pool = weak.lock()) pool->tick();
    });
}

// Where short calls come one at a time, setting the timer for each would cost two system calls. So it is left running
// for a moment, and for as long as it finds another call.
void Pool::disarm_if_idle(TimePoint now) {
    if (armed_until_ == no_deadline || core_.active()) return;
    if (!core_.closed()) {
        if (armed_until_ <= now + linger) return;
        if (now - armed_at_ < linger) return set_timer(now, now + linger);
    }
    armed_until_ = no_deadline;
    timer_.cancel();
}

void Pool::tick() {
    std::vector<SlotId> aborting;
    std::vector<Waiter*> expired;
    std::vector<std::shared_ptr<PoolWaiter>> woken;
    {
        std::lock_guard const lock{mutex_};
        auto const now = steady_clock::now();
        core_.expire(now, aborting, expired);
        // Under the lock: the owner of the exchange needs it to give the connection back and destroy it.
        for (SlotId const slot : aborting) connections_[slot]->abort();
        for (Waiter* const waiter : expired) woken.push_back(static_cast<PoolWaiter*>(waiter)->shared_from_this());
        armed_until_ = no_deadline;
        arm(now, core_.next_deadline());
    }
    for (auto const& waiter : woken) waiter->woken.wake();
}

void Pool::close() {
    std::vector<SlotId> closing;
    std::vector<SlotId> in_use;
    std::vector<Waiter*> refused;
    Retired retired;
    std::vector<std::shared_ptr<PoolWaiter>> woken;
    {
        std::lock_guard const lock{mutex_};
        core_.close(closing, in_use, refused);
        take_out(closing, retired);
        for (SlotId const slot : in_use) connections_[slot]->abort();  // under the lock, as in tick()
        for (Waiter* const waiter : refused) woken.push_back(static_cast<PoolWaiter*>(waiter)->shared_from_this());
    }
    connector_->close();
    for (auto const& waiter : woken) waiter->woken.wake();
}

PoolGauges Pool::gauges() const {
    std::lock_guard const lock{mutex_};
    return core_.gauges();
}

}  // namespace clerk::net
