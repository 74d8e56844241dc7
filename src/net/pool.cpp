#include "net/pool.hpp"

#include "net/wakeup.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <new>

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
    std::shared_ptr<PoolWaiter> self{};  // from joining the queue until it is woken
};

// Waiters that left the queue; they are woken on destruction, when the mutex is free again.
class Pool::Wakeups {
public:
    Wakeups() = default;
    Wakeups(Wakeups const&) = delete;
    Wakeups& operator=(Wakeups const&) = delete;
    ~Wakeups() {
        while (!left.empty()) {
            auto const waiter = std::move(static_cast<PoolWaiter&>(left.front()).self);
            left.pop_front();
            waiter->woken.wake();
        }
    }

    PoolCore::Left left{};
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

bool Lease::give_back(bool reusable, PoolCore::Ended ended) noexcept {
    auto const pool = std::move(pool_);
    return pool != nullptr && pool->release(slot_, reusable, ended);
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
    // First, since it may throw.
    arm(request.now, policy::too_late(request.deadline, request.time, request.now));
    Grant const grant = core_.acquire(request.now, request.deadline, request.time, request.fresh, closing);
    take_out(closing, retired);
    if (grant.kind == Grant::Kind::wait) {
        core_.enqueue(*waiter, request.now);
        waiter->self = waiter;
    }
    disarm_if_idle(request.now);
    return grant;
}

Lease Pool::try_lease(LeaseRequest const& request) {
    while (!request.fresh) {
        std::optional<Grant> grant;
        {
            std::vector<SlotId> closing;
            Retired retired;
            std::lock_guard const lock{mutex_};
            if (!core_.has_idle()) break;
            arm(request.now, request.deadline);  // first, since it may throw
            grant = core_.take_idle(request.now, request.deadline, request.time, closing);
            take_out(closing, retired);
            if (!grant) disarm_if_idle(request.now);
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
    waiter->time = request.time;
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
            co_return co_await open(std::move(result.lease), request, waited);
        }
        case Grant::Kind::open: {
            Lease reserved{shared_from_this(), grant.slot, false};
            if (cancelled()) co_return cancelled_waiting();
            co_return co_await open(std::move(reserved), request, waited);
        }
        case Grant::Kind::wait:
            co_return cancelled_waiting();
        case Grant::Kind::full:
            co_return failure(errc::pool_exhausted, "all connections are busy and the queue is full");
        case Grant::Kind::refused:
            co_return failure(errc::deadline_exceeded, "no connection would be free in time: too many calls wait");
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
    LeaseRequest const request{.now = {}, .deadline = deadline};
    LeaseResult result = co_await open(Lease{shared_from_this(), grant->slot, false}, request, {});
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
            if (pool.core_.leave(waiter)) waiter.self.reset();  // not the last owner
            pool.disarm_if_idle(steady_clock::now());
            return waiter.grant;
        }
        ~Guard() {
            if (settled) return;
            Grant const grant = settle();
            if (grant.kind == Grant::Kind::reuse || grant.kind == Grant::Kind::open)
                pool.release(grant.slot, false, PoolCore::Ended::otherwise);
        }
    };
    auto const self = shared_from_this();
    Guard guard{*this, *waiter};
    co_await waiter->woken.wait();
    co_return guard.settle();
}

asio::awaitable<LeaseResult> Pool::open(Lease reserved, LeaseRequest request, std::chrono::nanoseconds waited) {
    LeaseResult result{.lease = std::move(reserved), .tried = true, .waited = waited};
    result.lease.reused_ = false;
    ConnectResult connected = co_await connector_->connect(request.deadline);
    result.timing = connected.timing;
    if (!connected.connection) {
        result.lease = Lease{};
        result.code = connected.code;
        result.cause = connected.cause;
        result.message = std::move(connected.message);
        co_return result;
    }
    if (!install(result.lease.slot_, std::move(connected), request)) {
        result.lease = Lease{};
        result.code = make_error_code(errc::client_closed);
    }
    co_return result;
}

bool Pool::install(SlotId slot, ConnectResult connected, LeaseRequest const& request) {
    Retired retired;
    std::lock_guard const lock{mutex_};
    if (core_.closed()) {
        retired.connections.push_back(std::move(connected.connection));
        return false;
    }
    connections_[slot] = std::move(connected.connection);
    auto const now = steady_clock::now();
    arm(now, request.deadline);
    core_.opened(slot, now, request.deadline, request.time, connected.timing.resumed);
    return true;
}

void Pool::reopen(SlotId slot) {
    std::unique_ptr<Connection> closed;  // destroyed after the lock is gone
    std::lock_guard const lock{mutex_};
    closed = std::move(connections_[slot]);
    core_.reopen(slot);
}

bool Pool::release(SlotId slot, bool reusable, PoolCore::Ended ended) noexcept {
    std::unique_ptr<Connection> retired;  // destroyed after the lock is gone
    Wakeups wakeups;
    bool expired{};
    {
        std::lock_guard const lock{mutex_};
        auto const now = steady_clock::now();
        auto const released = core_.release(slot, now, reusable, ended, wakeups.left);
        expired = released.expired;
        if (released.close) retired = std::move(connections_[slot]);
        disarm_if_idle(now);
    }
    if (retired && reusable && !expired) retired->close();
    return expired;
}

void Pool::take_out(std::vector<SlotId> const& slots, Retired& out) {
    for (SlotId const slot : slots) out.connections.push_back(std::move(connections_[slot]));
}

void Pool::arm(TimePoint now, TimePoint deadline) {
    if (deadline < armed_until_) set_timer(now, deadline);
}

void Pool::set_timer(TimePoint now, TimePoint until) {
    armed_until_ = no_deadline;
    timer_.expires_at(until);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
        if (ec) return;
        if (auto const pool = weak.lock()) pool->tick();
    });
    armed_at_ = now;
    armed_until_ = until;
}

// Where short calls come one at a time, setting the timer for each would cost two system calls. So it is left running
// for a moment, and for as long as it finds another call.
void Pool::disarm_if_idle(TimePoint now) noexcept {
    if (armed_until_ == no_deadline || core_.active()) return;
    if (!core_.closed()) {
        if (armed_until_ <= now + linger) return;
        try {
            if (now - armed_at_ < linger) return set_timer(now, now + linger);
        } catch (std::bad_alloc const&) {
            return;  // nobody needs it now
        }
    }
    armed_until_ = no_deadline;
    timer_.cancel();
}

void Pool::tick() {
    Wakeups wakeups;
    std::lock_guard const lock{mutex_};
    auto const now = steady_clock::now();
    // Under the lock: the owner of the exchange needs it to give the connection back and destroy it.
    auto const end_those_until = [&](TimePoint time) {
        core_.expire(time, [this](SlotId slot) { connections_[slot]->abort(); });
        core_.expel(time, wakeups.left);
    };
    end_those_until(now);
    armed_until_ = no_deadline;
    try {
        arm(now, core_.next_deadline());
    } catch (std::bad_alloc const&) {
        // Nobody would be told the time any more.
        end_those_until(no_deadline - std::chrono::nanoseconds{1});
    }
}

void Pool::close() {
    {
        Wakeups wakeups;
        std::lock_guard const lock{mutex_};
        core_.close(wakeups.left);
        core_.abort_busy([this](SlotId slot) { connections_[slot]->abort(); });  // under the lock, as in tick()
    }
    connector_->close();
    for (;;) {
        std::unique_ptr<Connection> idle;
        {
            std::lock_guard const lock{mutex_};
            auto const slot = core_.evict_idle();
            if (!slot) return;
            idle = std::move(connections_[*slot]);
        }
        idle->close();
    }
}

PoolGauges Pool::gauges() const {
    std::lock_guard const lock{mutex_};
    return core_.gauges();
}

}  // namespace clerk::net
