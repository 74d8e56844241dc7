// The connection pool as a pure state machine: which connection a call gets, which calls wait, what is opened and
// closed.
// Time is a parameter; there are no sockets, no locks and no clock here. `Pool` drives it under its mutex. Pure.
//
// A call takes an idle connection or waits, and waiting calls start connects: next_connect() names them. The first
// connection that is ready, returned by another call or new, goes to the call at the front of the queue. After
// construction nothing allocates, so nothing throws.
#pragma once

#include "transport/deadline.hpp"
#include "transport/wait_queue.hpp"

#include <clerk/client.hpp>
#include <clerk/config.hpp>
#include <clerk/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clerk::transport {

using transport::ExchangeTime;

using SlotId = std::uint32_t;

// Data that the peer sent after its answer may still be in transit for this long, so checking earlier is useless.
constexpr std::chrono::microseconds just_now{10};

// A connect that takes longer has probably lost a packet (TCP repeats its first one after a second): later calls get
// another connect in parallel.
constexpr std::chrono::seconds slow_connect{1};

// A connect that no call waits for continues for this long from its beginning: enough for any handshake that does not
// lose packets.
constexpr std::chrono::seconds longest_lonely_connect{2};

// The pause after a failed connect, while other connections are open or no call waits; doubled with each failure.
constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{5000};

// What a call requires.
struct LeaseRequest {
    TimePoint now{};
    TimePoint deadline{no_deadline};              // of the call
    std::chrono::milliseconds attempt_timeout{};  // counted from when it has a connection; 0 means no limit
    TimePoint proven_since{TimePoint::min()};     // a connection opened, or proven by a call, since then
    bool harmless{};                              // the request may be sent again if the connection was closed
    ExchangeTime* time{};  // estimate for such exchanges, updated by this one. Outlives the lease
};

// What a call gets.
struct Grant {
    enum class Kind {
        connection,      // `slot` holds an open one
        wait,            // in the queue
        full,            // the queue has no room
        refused,         // no connection would be free in time
        expired,         // too little time is left after waiting
        connect_failed,  // and no other connect can still succeed
        closed,          // the pool was closed
    };
    Kind kind{Kind::wait};
    SlotId slot{};
    bool reused{};                    // it may have carried calls before
    bool just_used{};                 // it was given back less than `just_now` ago
    TimePoint deadline{no_deadline};  // of the exchange
};

// A call in the queue. The driver derives from it.
struct Waiter : transport::WaitQueue::Waiter {
    LeaseRequest request{};
    Grant grant{};  // valid after the waiter has left the queue
    bool queued{};  // set by PoolCore
};

// The state of a connection when its call gives it back.
enum class Fate {
    reusable,  // it has carried its call and may carry another
    unused,    // this call has not used it
    spent,     // it cannot be used again, but others are not affected
    failed,    // it timed out or broke; connections that have been idle since before are suspect
};

class PoolCore {
public:
    explicit PoolCore(PoolOptions const& options);

    // An idle connection fit for the request, if there is one.
    [[nodiscard]] std::optional<Grant> take_idle(LeaseRequest const& request) noexcept;
    // Queues a call that found no idle connection. Returns `wait`, or `full`, `refused` or `closed`. `ahead`: it was at
    // the front before.
    Grant::Kind enqueue(Waiter& waiter, LeaseRequest const& request, bool ahead = false) noexcept;
    // Removes a waiter that gave up. False when it already has a grant.
    bool leave(Waiter& waiter) noexcept;

    // A slot whose connect must start now, for a waiter or for `min_idle`; call it until there is none. `deadline`
    // applies when there is no connect timeout.
    struct Connect {
        SlotId slot{};
        TimePoint deadline{no_deadline};
    };
    [[nodiscard]] std::optional<Connect> next_connect(TimePoint now) noexcept;
    // False when next_connect() returns nothing, now or later, until another function is called.
    [[nodiscard]] bool may_connect() const noexcept {
        return !closed_ && (!waiters_.empty() || total() < options_.min_idle);
    }
    // A slot for one more connection while there are fewer than `count`, in use or not.
    [[nodiscard]] std::optional<SlotId> add_connection(std::size_t count, TimePoint now) noexcept;

    // Waiters that left the queue, each with its grant: wake them.
    using Left = transport::WaitQueue::Left;

    // The connect has succeeded. Returns false when the pool is closed and the connection is not needed. Appends to
    // `left` the waiters that cannot succeed any more, then the one that gets the connection.
    bool connected(SlotId slot, TimePoint now, bool resumed, Left& left) noexcept;
    // Appends the waiters that leave with `connect_failed`: the first one, so that each failure is reported to a call;
    // and, when no connection is open and no connect in progress is as old, all that were waiting when the connect
    // began.
    void connect_failed(SlotId slot, TimePoint now, Left& left) noexcept;
    // The connect was destroyed for lack of memory. Like connect_failed(), but also for waiters that came later.
    void connect_lost(SlotId slot, TimePoint now, Left& left) noexcept;
    // The connect was stopped, which is no failure.
    void connect_stopped(SlotId slot) noexcept;

    struct Released {
        bool close{};    // the slot's connection must be destroyed
        errc expired{};  // the limit that its call had passed: deadline_exceeded, attempt_timeout or none
    };
    enum class Ended { otherwise, answered };
    // The call has ended. Appends to `left` the waiters that cannot succeed any more, then the one that gets the
    // connection.
    Released release(SlotId slot, TimePoint now, Fate fate, Ended ended, Left& left) noexcept;

    // Calls `abort` once for each busy slot whose deadline has passed.
    template <class Abort>
    void expire(TimePoint now, Abort abort);
    // Appends the waiters that cannot succeed any more.
    void expel(TimePoint now, Left& left) noexcept;
    // A connect to stop: it was started for a call, no call waits for it, and its time is over. Call it until there is
    // none.
    [[nodiscard]] std::optional<SlotId> abandon(TimePoint now) noexcept;
    // Refuses further calls: waiters leave with `closed`, idle connections are retired.
    void close(Left& left) noexcept;
    // After close(): calls `abort` for each busy slot; its connection is closed when the call gives it back.
    template <class Abort>
    void abort_busy(Abort abort);
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    // An idle connection that was removed and must be closed. Call it after every other member until there is none,
    // because the slot may be used again.
    [[nodiscard]] std::optional<SlotId> next_retired() noexcept;

    // When expire(), expel(), abandon() or next_connect() has something to do next; `no_deadline` when never.
    [[nodiscard]] TimePoint next_event(TimePoint now) const noexcept;
    // Whether any call has a connection or waits, or a connect that no call needs is still in progress.
    [[nodiscard]] bool active() const noexcept { return busy_ + waiters_.size() + lonely_ != 0; }
    [[nodiscard]] bool has_lonely_connects() const noexcept { return lonely_ != 0 && waiters_.empty(); }
    [[nodiscard]] std::size_t connecting() const noexcept { return connecting_; }
    // The connect that has taken longest so far.
    [[nodiscard]] std::optional<SlotId> oldest_connect() const noexcept;
    [[nodiscard]] PoolGauges gauges() const noexcept;

private:
    enum class State : std::uint8_t { unused, connecting, busy, idle };
    struct Slot {
        State state{State::unused};
        bool may_be_lonely{};  // the connect was started for a call, and was not abandoned
        errc expired{};        // the limit of the call that has passed
        errc limit{};          // what `deadline` is
        TimePoint since{};     // connecting, or busy
        TimePoint opened_at{};
        TimePoint proven_at{};  // the last time that it was known to work: opened, or the end of a call
        TimePoint deadline{no_deadline};
        ExchangeTime* time{};  // of the exchange that it carries
    };

    [[nodiscard]] std::size_t open() const noexcept { return idle_.size() + busy_; }
    [[nodiscard]] std::size_t total() const noexcept { return open() + connecting_; }
    void evict(std::size_t idle_index) noexcept;
    void evict_unfit(TimePoint now) noexcept;
    [[nodiscard]] bool too_old(Slot const& slot, TimePoint now) const noexcept;
    // Records when this idle connection will be too old.
    void expect_too_old(Slot const& slot) noexcept;
    [[nodiscard]] bool waiters_need_connect(TimePoint now) const noexcept;
    [[nodiscard]] SlotId reserve(TimePoint now, bool may_be_lonely) noexcept;
    void stop_counting(Slot& connecting) noexcept;
    [[nodiscard]] TimePoint make_busy(SlotId slot, LeaseRequest const& request, TimePoint now) noexcept;
    // Gives the connection to the first waiter that can succeed; without one it becomes idle.
    void hand_over(SlotId slot, TimePoint now, bool reused, Left& left) noexcept;
    void measure(Slot const& slot, TimePoint now, Ended ended) noexcept;
    // When a connection becomes free for a new call, if no queued call gives up.
    [[nodiscard]] TimePoint expected_turn(TimePoint now) const noexcept;
    static void tell(Left& gone, Grant::Kind kind, Left& left) noexcept;
    void let_go(Waiter& waiter, Grant const& grant, Left& left) noexcept;
    void pause(TimePoint now) noexcept;

    PoolOptions options_;
    std::vector<Slot> slots_;
    std::vector<SlotId> unused_;
    std::vector<SlotId> idle_;  // by proven_at; the back is reused first
    std::vector<SlotId> retired_;
    TimePoint next_too_old_{no_deadline};        // no idle connection is too old before that
    TimePoint trusted_since_{TimePoint::min()};  // idle connections that were proven only before it are closed
    transport::WaitQueue waiters_{};
    std::chrono::nanoseconds hold_{};  // how long a call keeps a connection, on average
    std::size_t busy_{};
    std::size_t connecting_{};
    std::size_t lonely_{};  // number of slots with may_be_lonely
    std::size_t opened_{};
    std::size_t resumed_{};
    int failures_{};  // failed connects since the last success
    TimePoint pause_until_{TimePoint::min()};
    bool closed_{};
};

template <class Abort>
void PoolCore::expire(TimePoint now, Abort abort) {
    for (SlotId id = 0; id < slots_.size() && busy_ != 0; ++id) {
        Slot& slot = slots_[id];
        if (slot.state != State::busy || slot.deadline > now) continue;
        slot.expired = slot.limit;
        slot.deadline = no_deadline;
        abort(id);
    }
}

template <class Abort>
void PoolCore::abort_busy(Abort abort) {
    for (SlotId id = 0; id < slots_.size(); ++id) {
        if (slots_[id].state == State::busy) abort(id);
    }
}

}  // namespace clerk::transport
