// The connection pool as a pure state machine: which connection a call gets, who waits, what is closed.
// Time is a parameter; there are no sockets, no locks and no clock here. `Pool` drives it under its mutex.
#pragma once

#include "policy/wait_queue.hpp"

#include <clerk/client.hpp>
#include <clerk/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clerk::net {

using policy::ExchangeTime;
using policy::TimePoint;
constexpr TimePoint no_deadline = TimePoint::max();

using SlotId = std::uint32_t;

// For so long nobody can tell what a peer said after its answer from what is still on its way: looking for it is no
// use.
constexpr std::chrono::microseconds just_now{10};

// What a call was given.
struct Grant {
    enum class Kind {
        reuse,    // `slot` holds an open connection
        open,     // `slot` is reserved: connect, then report opened() or release()
        wait,     // queue up with enqueue()
        full,     // the queue is full too
        refused,  // no connection would be free in time
        expired,  // too little time is left after waiting
        closed,   // the pool was closed
    };
    Kind kind{Kind::wait};
    SlotId slot{};
    bool just_used{};  // `slot` was given back a moment ago
};

// A call in the queue.
struct Waiter : policy::WaitQueue::Waiter {
    Grant grant{};  // meaningful once the waiter has left the queue
    bool queued{};  // PoolCore's
};

class PoolCore {
public:
    explicit PoolCore(PoolOptions const& options);

    // An idle connection fit for use, if there is one. Idle connections found too old are appended to `closing`.
    // `time` learns how long the exchange takes; null: nobody wants to know.
    [[nodiscard]] std::optional<Grant> take_idle(TimePoint now, TimePoint deadline, ExchangeTime* time,
                                                 std::vector<SlotId>& closing);
    // Gives a connection, a reserved slot, or the advice to wait. Idle connections found too old are appended to
    // `closing`; close those before using the granted slot. `fresh` refuses idle connections (they may be stale too).
    [[nodiscard]] Grant acquire(TimePoint now, TimePoint deadline, ExchangeTime* time, bool fresh,
                                std::vector<SlotId>& closing);
    // Queues a call that was told to wait.
    void enqueue(Waiter& waiter, TimePoint now) noexcept;
    // Takes a waiter that gave up out of the queue. False when it had been granted something already.
    bool leave(Waiter& waiter) noexcept;
    // The connection of an `open` slot stands.
    void opened(SlotId slot, TimePoint now, TimePoint deadline, ExchangeTime* time, bool resumed = false) noexcept;

    // A granted connection turned out to be dead: its call keeps the slot and connects anew.
    void reopen(SlotId slot) noexcept;

    // A slot for one more connection while there are fewer than `count`, in use or not.
    [[nodiscard]] std::optional<Grant> add_connection(std::size_t count) noexcept;

    // Waiters that left the queue, each with its grant: wake them.
    using Left = policy::WaitQueue::Left;
    struct Released {
        bool close{};    // the slot's connection must be destroyed
        bool expired{};  // its call had passed the deadline
    };
    enum class Ended { otherwise, answered };
    // The call is over, or its connect failed. `reusable`: the connection may carry another call. The waiter that gets
    // it is appended to `left`, after those that cannot succeed any more.
    [[nodiscard]] Released release(SlotId slot, TimePoint now, bool reusable, Ended ended, Left& left) noexcept;

    // Busy slots whose deadline has passed: each is told to `abort`, once.
    template <class Abort>
    void expire(TimePoint now, Abort abort) {
        for (SlotId id = 0; id < slots_.size() && busy_ != 0; ++id) {
            Slot& slot = slots_[id];
            if (slot.state != State::busy || slot.deadline > now) continue;
            slot.expired = true;
            slot.deadline = no_deadline;
            abort(id);
        }
    }
    // Appends the waiters that cannot succeed any more.
    void expel(TimePoint now, Left& left) noexcept;
    // No more calls: waiters leave with `closed`.
    void close(Left& left) noexcept;
    // After close(): connections in use are told to `abort`; they go when their call gives them back.
    template <class Abort>
    void abort_busy(Abort abort) {
        for (SlotId id = 0; id < slots_.size(); ++id) {
            if (slots_[id].state == State::busy) abort(id);
        }
    }
    // After close(): an idle connection, which must be closed; none when there are no more.
    [[nodiscard]] std::optional<SlotId> evict_idle() noexcept;
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    // The earliest deadline of a busy connection or waiter; `no_deadline` when there is none.
    [[nodiscard]] TimePoint next_deadline() const noexcept;
    // Whether any call is on a connection or in the queue.
    [[nodiscard]] bool active() const noexcept { return busy_ + connecting_ + waiters_.size() != 0; }
    [[nodiscard]] bool has_idle() const noexcept { return !idle_.empty(); }
    [[nodiscard]] PoolGauges gauges() const noexcept;

private:
    enum class State : std::uint8_t { unused, connecting, busy, idle };
    struct Slot {
        State state{State::unused};
        bool expired{};
        TimePoint opened_at{};
        TimePoint idle_since{};
        TimePoint deadline{no_deadline};
        TimePoint busy_since{};
        ExchangeTime* time{};  // of the exchange that it carries
    };

    void evict(std::size_t idle_index, std::vector<SlotId>& closing);
    void evict_expired(TimePoint now, std::vector<SlotId>& closing);
    [[nodiscard]] bool too_old(Slot const& slot, TimePoint now) const noexcept;
    // An idle connection will be.
    void expect_too_old(Slot const& slot) noexcept;
    [[nodiscard]] Grant reserve() noexcept;
    void make_busy(SlotId slot, TimePoint now, TimePoint deadline, ExchangeTime* time) noexcept;
    void measure(Slot const& slot, TimePoint now, Ended ended) noexcept;
    // When a connection comes free for a newcomer, that nobody in the queue gives up assumed.
    [[nodiscard]] TimePoint expected_turn(TimePoint now) const noexcept;
    [[nodiscard]] Waiter* first_waiter(TimePoint now, Left& left) noexcept;
    static void tell(Left& gone, Grant::Kind kind, Left& left) noexcept;
    void grant(Waiter& waiter, Grant const& grant, Left& left) noexcept;

    PoolOptions options_;
    std::vector<Slot> slots_;
    std::vector<SlotId> unused_;
    std::vector<SlotId> idle_;             // oldest first; the back is reused first
    TimePoint next_too_old_{no_deadline};  // no idle connection is before that
    policy::WaitQueue waiters_{};
    std::chrono::nanoseconds hold_{};  // how long a call keeps a connection, on average
    std::size_t busy_{};
    std::size_t connecting_{};
    std::size_t opened_{};
    std::size_t resumed_{};
    bool closed_{};
};

}  // namespace clerk::net
