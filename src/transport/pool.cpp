#include "transport/pool.hpp"

#include "base/clock.hpp"
#include "transport/one_shot_signal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>

namespace clerk::transport {

namespace asio = boost::asio;
using base::Clock;

namespace {

// How long the timer runs without a call. io_context::run() may return that much later.
constexpr std::chrono::milliseconds linger{5};

LeaseResult failure(errc code, std::string message) {
    LeaseResult result{};
    result.code = make_error_code(code);
    result.message = std::move(message);
    return result;
}

LeaseResult closed() { return failure(errc::client_closed, "the client is closed"); }

// Stopped by this client, or by the deadline that a connect has when there is no connect timeout. Such an end is not
// reported to calls, which have their own deadlines.
bool was_stopped(boost::system::error_code code) { return code == errc::cancelled || code == errc::deadline_exceeded; }

}  // namespace

// How a connect ended. The connection itself has been moved out.
struct Pool::ConnectReport {
    ConnectResult result{};
    std::exception_ptr thrown{};
};

struct Pool::PoolWaiter : Waiter {
    explicit PoolWaiter(asio::any_io_executor const& executor) : woken{executor} {}

    OneShotSignal woken;
    std::shared_ptr<ConnectReport const>
        connect{};  // the connect whose connection or failure it got; null: none, or no memory for the report
};

// A place in the queue. It is given up however the coroutine ends, also when the io_context is destroyed.
class Pool::Place {
public:
    Place(Pool& pool, PoolWaiter& waiter) noexcept : pool_{pool}, waiter_{waiter} {}
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;
    ~Place() {
        if (left_) return;
        Grant const grant = leave();
        if (grant.kind == Grant::Kind::connection) pool_.release(grant.slot, Fate::unused, PoolCore::Ended::otherwise);
    }

    // The result of the wait. If it is a connection, it belongs to the caller.
    Grant leave() noexcept {
        left_ = true;
        std::lock_guard const lock{pool_.mutex_};
        pool_.core_.leave(waiter_);
        pool_.disarm_if_idle(Clock::now());
        return waiter_.grant;
    }

private:
    Pool& pool_;
    PoolWaiter& waiter_;
    bool left_{};
};

// Connections removed under the lock, to be closed after it is released.
class Pool::Retired {
public:
    Retired() = default;
    Retired(Retired const&) = delete;
    Retired& operator=(Retired const&) = delete;
    ~Retired() {
        while (first_) {
            first_->close();
            first_ = std::move(first_->next_);
        }
    }

    void add(std::unique_ptr<Connection> connection) noexcept {
        connection->next_ = std::move(first_);
        first_ = std::move(connection);
    }

private:
    std::unique_ptr<Connection> first_{};
};

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back(Fate::spent);
        pool_ = std::move(other.pool_);
        slot_ = other.slot_;
        reused_ = other.reused_;
    }
    return *this;
}

Connection& Lease::connection() const noexcept { return *pool_->connections_[slot_]; }

errc Lease::give_back(Fate fate, PoolCore::Ended ended) noexcept {
    auto const pool = std::move(pool_);
    return pool == nullptr ? errc{} : pool->release(slot_, fate, ended);
}

Pool::Pool(asio::any_io_executor executor, PoolOptions const& options, std::unique_ptr<Connector> connector)
    : executor_{std::move(executor)},
      connector_{std::move(connector)},
      core_{options},
      connections_{options.max_connections},
      steps_(options.max_connections),
      timer_{executor_} {}

// No lease exists any more, so all open connections are idle.
Pool::~Pool() {
    for (auto const& connection : connections_) {
        if (connection) connection->close();
    }
}

Lease Pool::try_lease(LeaseRequest const& request) {
    for (;;) {
        std::optional<Grant> grant;
        bool connect{};
        {
            Retired retired;
            std::lock_guard const lock{mutex_};
            grant = core_.take_idle(request);
            take_out(retired);
            if (grant) arm(request.now, grant->deadline);
            connect = core_.may_connect();
        }
        if (connect) start_connects();
        if (!grant) return {};
        Lease lease{shared_from_this(), grant->slot, true};
        if ((grant->just_used && request.harmless) || lease.connection().alive()) return lease;
    }
}

Grant Pool::acquire(LeaseRequest const& request, PoolWaiter& waiter, bool ahead) {
    Retired retired;
    std::lock_guard const lock{mutex_};
    auto const idle = core_.take_idle(request);
    take_out(retired);
    Grant grant{};
    if (idle) {
        grant = *idle;
    } else {
        grant.kind = core_.enqueue(waiter, request, ahead);
        grant.deadline = waiter.too_late_at(request.now);
    }
    if (idle || grant.kind == Grant::Kind::wait) arm(request.now, grant.deadline);
    return grant;
}

asio::awaitable<LeaseResult> Pool::lease(LeaseRequest request) {
    // Checked before each step, because an operation that begins after the cancellation would not notice it.
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    auto const cancelled = [&cancellation] { return cancellation.cancelled() != asio::cancellation_type::none; };
    auto const self = shared_from_this();
    TimePoint const begun = request.now;
    for (bool ahead = false; !cancelled(); ahead = true) {
        PoolWaiter waiter{executor_};
        Grant grant = acquire(request, waiter, ahead);
        if (grant.kind == Grant::Kind::wait) {
            Place place{*this, waiter};
            start_connects();
            co_await waiter.woken.wait();
            waiter.woken.join();
            grant = place.leave();
        }
        request.now = Clock::now();
        LeaseResult result{};
        if (grant.kind == Grant::Kind::connection) {
            result.lease = Lease{self, grant.slot, grant.reused};
            if (cancelled()) {
                result.lease.give_back(Fate::unused);
                break;
            }
            // If the peer has just closed it, the call takes the next one.
            if (grant.reused && !result.lease.connection().alive()) continue;
        } else if (grant.kind == Grant::Kind::wait) {
            break;
        } else {
            result = describe_failure(waiter, grant.kind);
        }
        result.waited = request.now - begun;
        if (waiter.connect == nullptr) co_return result;
        // A call that came while the connect was in progress has not waited for its whole duration.
        ConnectTiming const& timing = waiter.connect->result.timing;
        auto const total = timing.resolve + timing.connect + timing.tls;
        result.timing.resumed = timing.resumed;
        if (total > result.waited) co_return result;
        result.timing = timing;
        result.waited -= total;
        co_return result;
    }
    LeaseResult result = stopped_waiting(errc::cancelled);
    result.waited = Clock::now() - begun;
    co_return result;
}

LeaseResult Pool::describe_failure(PoolWaiter const& waiter, Grant::Kind kind) {
    if (kind == Grant::Kind::full) {
        return failure(errc::pool_exhausted, "all connections are busy and the queue is full");
    }
    if (kind == Grant::Kind::refused) {
        return failure(errc::deadline_exceeded, "no connection would be free in time: too many calls wait");
    }
    if (kind == Grant::Kind::closed) return stopped_waiting(errc::client_closed);
    if (kind == Grant::Kind::expired) return stopped_waiting(errc::deadline_exceeded);
    LeaseResult result{};
    result.tried = true;
    result.code = make_error_code(errc::connect_failed);
    if (waiter.connect == nullptr) {
        result.cause = make_error_code(boost::system::errc::not_enough_memory);
        return result;
    }
    if (waiter.connect->thrown) std::rethrow_exception(waiter.connect->thrown);
    ConnectResult const& failed = waiter.connect->result;
    result.code = failed.code;
    result.cause = failed.cause;
    result.message = failed.message;
    return result;
}

// The message names the step of the oldest connect.
LeaseResult Pool::stopped_waiting(errc code) {
    char const* step = "waiting for a connection";
    bool connecting{};
    {
        std::lock_guard const lock{mutex_};
        auto const oldest = core_.oldest_connect();
        connecting = oldest.has_value();
        if (connecting) step = steps_[*oldest];
    }
    std::string const how = code == errc::cancelled       ? "cancelled while "
                            : code == errc::client_closed ? "the client was closed while "
                                                          : "time ran out while ";
    LeaseResult result = failure(code, how + step);
    result.tried = connecting;
    return result;
}

asio::awaitable<LeaseResult> Pool::add_connection(std::size_t count, TimePoint deadline) {
    auto const report = std::make_shared<ConnectReport>();
    std::optional<SlotId> slot;
    {
        std::lock_guard const lock{mutex_};
        if (core_.closed()) co_return closed();
        slot = core_.add_connection(count, Clock::now());
    }
    LeaseResult result{};
    if (!slot) co_return result;
    co_await connect(shared_from_this(), *slot, deadline, report);
    if (report->thrown) std::rethrow_exception(report->thrown);
    result.tried = true;
    result.code = report->result.code;
    result.cause = report->result.cause;
    result.message = std::move(report->result.message);
    co_return result;
}

void Pool::start_connects() noexcept {
    for (;;) {
        std::optional<PoolCore::Connect> next;
        {
            Retired retired;
            std::lock_guard const lock{mutex_};
            next = core_.next_connect(Clock::now());
            take_out(retired);
            if (!next) return;
        }
        TimePoint const deadline = connector_->has_timeout() ? no_deadline : next->deadline;
        try {
            auto report = std::make_shared<ConnectReport>();
            asio::co_spawn(executor_, connect(shared_from_this(), next->slot, deadline, std::move(report)),
                           asio::detached);
        } catch (...) {
            end_connect(next->slot, nullptr);
        }
    }
}

asio::awaitable<void> Pool::connect(std::shared_ptr<Pool> self, SlotId slot, TimePoint deadline,
                                    std::shared_ptr<ConnectReport> report) {
    // Frees the slot if this coroutine is destroyed: with the io_context, or by Asio when there is no memory to start
    // an operation.
    struct Guard {
        Pool& pool;
        SlotId slot;
        bool ended{};
        ~Guard() {
            if (!ended) pool.end_connect(slot, nullptr);
        }
    };
    Guard guard{*self, slot};
    try {
        self->steps_[slot] = "connecting";
        report->result = co_await self->connector_->connect(deadline, self->steps_[slot]);
    } catch (...) {
        report->thrown = std::current_exception();
    }
    guard.ended = true;
    self->end_connect(slot, report);
    self->start_connects();
}

void Pool::end_connect(SlotId slot, std::shared_ptr<ConnectReport> const& report) noexcept {
    Retired retired;
    std::lock_guard const lock{mutex_};
    auto const now = Clock::now();
    PoolCore::Left left;
    if (report == nullptr) {
        core_.connect_lost(slot, now, left);
    } else if (report->result.connection != nullptr) {
        if (core_.connected(slot, now, report->result.timing.resumed, left)) {
            connections_[slot] = std::move(report->result.connection);
        } else {
            report->result.code = make_error_code(errc::client_closed);
            retired.add(std::move(report->result.connection));
        }
    } else if (was_stopped(report->result.code)) {
        core_.connect_stopped(slot);
    } else {
        core_.connect_failed(slot, now, left);
    }
    tell(left, now, report);
    if (core_.closed() && core_.connecting() == 0) connects_ended_.set();
    disarm_if_idle(now);
}

errc Pool::release(SlotId slot, Fate fate, PoolCore::Ended ended) noexcept {
    std::unique_ptr<Connection> retired;  // destroyed after the lock is released
    errc expired{};
    bool connect{};
    {
        std::lock_guard const lock{mutex_};
        auto const now = Clock::now();
        PoolCore::Left left;
        auto const released = core_.release(slot, now, fate, ended, left);
        expired = released.expired;
        if (released.close) retired = std::move(connections_[slot]);
        tell(left, now);
        disarm_if_idle(now);
        connect = core_.may_connect();
    }
    if (retired && fate == Fate::reusable && expired == errc{}) retired->close();
    retired.reset();
    if (connect) start_connects();
    return expired;
}

void Pool::take_out(Retired& retired) noexcept {
    while (auto const slot = core_.next_retired()) retired.add(std::move(connections_[*slot]));
}

// A waiter's coroutine needs the mutex before it can end, so it is alive.
void Pool::tell(PoolCore::Left& left, TimePoint now, std::shared_ptr<ConnectReport> const& report) noexcept {
    while (!left.empty()) {
        auto& waiter = static_cast<PoolWaiter&>(left.front());
        left.pop_front();
        bool const connected = waiter.grant.kind == Grant::Kind::connection;
        if (connected || waiter.grant.kind == Grant::Kind::connect_failed) waiter.connect = report;
        if (connected) arm(now, waiter.grant.deadline);
        waiter.woken.set();
    }
}

// Called under the lock, which the owner of the exchange needs to give back the connection and destroy it.
void Pool::expire(TimePoint now) noexcept {
    PoolCore::Left left;
    core_.expire(now, [this](SlotId slot) { connections_[slot]->abort(); });
    core_.expel(now, left);
    tell(left, now);
}

void Pool::arm(TimePoint now, TimePoint deadline) noexcept {
    if (deadline < armed_until_) set_timer(now, deadline);
}

void Pool::set_timer(TimePoint now, TimePoint until) noexcept {
    armed_at_ = now;
    armed_until_ = until;
    try {
        timer_.expires_at(armed_until_);
        timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
            if (ec) return;
            if (auto const pool = weak.lock()) pool->tick();
        });
    } catch (...) {
        // Without memory for a timer the waits would never end, so they are ended now: too early is better than never.
        armed_until_ = no_deadline;
        expire(no_deadline - std::chrono::nanoseconds{1});
    }
}

// When short calls follow each other, setting the timer for each would cost two system calls. So it keeps running while
// there are calls, and for a short time afterwards.
void Pool::disarm_if_idle(TimePoint now) noexcept {
    if (core_.has_lonely_connects()) return arm(now, core_.next_event(now));
    if (armed_until_ == no_deadline || core_.active()) return;
    if (!core_.closed()) {
        if (armed_until_ <= now + linger) return;
        if (now - armed_at_ < linger) return set_timer(now, now + linger);
    }
    armed_until_ = no_deadline;
    timer_.cancel();
}

void Pool::tick() noexcept {
    auto const now = Clock::now();
    {
        std::lock_guard const lock{mutex_};
        expire(now);
    }
    stop_connects(now);
    start_connects();
    std::lock_guard const lock{mutex_};
    armed_until_ = no_deadline;
    arm(now, core_.next_event(now));
}

// Not called under the lock, because a stopped connect may end at once.
void Pool::stop_connects(TimePoint now) noexcept {
    for (;;) {
        std::optional<SlotId> lonely;
        {
            std::lock_guard const lock{mutex_};
            lonely = core_.abandon(now);
        }
        if (!lonely) return;
        connector_->stop(steps_[*lonely]);
    }
}

void Pool::close() {
    {
        Retired retired;
        std::lock_guard const lock{mutex_};
        PoolCore::Left left;
        core_.close(left);
        core_.abort_busy([this](SlotId slot) { connections_[slot]->abort(); });  // under the lock, as in expire()
        tell(left, Clock::now());
        take_out(retired);
        if (core_.connecting() == 0) connects_ended_.set();
    }
    connector_->close();
}

asio::awaitable<void> Pool::wait_for_connects() {
    while (!connects_ended_.is_set()) co_await connects_ended_.wait_until(no_deadline);
}

PoolGauges Pool::gauges() const {
    std::lock_guard const lock{mutex_};
    return core_.gauges();
}

}  // namespace clerk::transport
