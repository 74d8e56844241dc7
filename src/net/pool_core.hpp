// The connection pool as a pure state machine: which connection a call gets, who waits, what is closed.
// Time is a parameter; there are no sockets, no locks and no clock here. `Pool` drives it under its mutex.
#pragma once

#include <clerk/client.hpp>
#include <clerk/config.hpp>

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clerk::net {

using TimePoint = std::chrono::steady_clock::time_point;
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
        expired,  // the deadline passed while waiting
        closed,   // the pool was closed
    };
    Kind kind{Kind::wait};
    SlotId slot{};
    bool just_used{};  // `slot` was given back a moment ago
};

// A call in the queue. The driver derives from it; the hook leaves the list on destruction.
struct Waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::safe_link>> {
    TimePoint deadline{no_deadline};
    Grant grant{};  // meaningful once the waiter has left the queue
};

class PoolCore {
public:
    explicit PoolCore(PoolOptions const& options);

    // An idle connection fit for use, if there is one. Idle connections found too old are appended to `closing`.
    [[nodiscard]] std::optional<Grant> take_idle(TimePoint now, TimePoint deadline, std::vector<SlotId>& closing);
    // Gives a connection, a reserved slot, or the advice to wait. Idle connections found too old are appended to
    // `closing`; close those before using the granted slot. `fresh` refuses idle connections (they may be stale too).
    [[nodiscard]] Grant acquire(TimePoint now, TimePoint deadline, bool fresh, std::vector<SlotId>& closing);
    // Queues a call that was told to wait.
    void enqueue(Waiter& waiter);
    // Takes a waiter that gave up out of the queue. False when it had been granted something already.
    bool leave(Waiter& waiter);
    // The connection of an `open` slot stands.
    void opened(SlotId slot, TimePoint now, TimePoint deadline, bool resumed = false);

    // A granted connection turned out to be dead: its call keeps the slot and connects anew.
    void reopen(SlotId slot) noexcept;

    // A slot for one more connection while there are fewer than `count`, in use or not.
    [[nodiscard]] std::optional<Grant> add_connection(std::size_t count) noexcept;

    struct Released {
        bool close{};      // the slot's connection must be destroyed
        bool expired{};    // its call had passed the deadline
        Waiter* served{};  // left the queue with a grant: wake it
    };
    // The call is over, or its connect failed. `reusable`: the connection may carry another call.
    [[nodiscard]] Released release(SlotId slot, TimePoint now, bool reusable);

    // Calls whose deadline has passed: busy slots to abort, and waiters that left the queue with `expired`.
    void expire(TimePoint now, std::vector<SlotId>& aborting, std::vector<Waiter*>& expired);
    // No more calls: waiters leave with `closed`, idle connections go. Connections in use are listed too; they go when
    // their call gives them back.
    void close(std::vector<SlotId>& closing, std::vector<SlotId>& in_use, std::vector<Waiter*>& refused);
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    // The earliest deadline of a busy connection or waiter; `no_deadline` when there is none.
    [[nodiscard]] TimePoint next_deadline() const noexcept;
    // Whether any call is on a connection or in the queue.
    [[nodiscard]] bool active() const noexcept { return busy_ + connecting_ + waiters_.size() != 0; }
    [[nodiscard]] PoolGauges gauges() const noexcept;

private:
    enum class State : std::uint8_t { unused, connecting, busy, idle };
    struct Slot {
        State state{State::unused};
        bool expired{};
        TimePoint opened_at{};
        TimePoint idle_since{};
        TimePoint deadline{no_deadline};
    };
    using Waiters = boost::intrusive::list<Waiter>;

    void evict(std::size_t idle_index, std::vector<SlotId>& closing);
    void evict_expired(TimePoint now, std::vector<SlotId>& closing);
    [[nodiscard]] bool too_old(Slot const& slot, TimePoint now) const noexcept;
    // An idle connection will be.
    void expect_too_old(Slot const& slot) noexcept;
    [[nodiscard]] Grant reserve() noexcept;
    void make_busy(SlotId slot, TimePoint deadline) noexcept;

    PoolOptions options_;
    std::vector<Slot> slots_;
    std::vector<SlotId> unused_;
    std::vector<SlotId> idle_;             // oldest first; the back is reused first
    TimePoint next_too_old_{no_deadline};  // no idle connection is before that
    Waiters waiters_;
    std::size_t busy_{};
    std::size_t connecting_{};
    std::size_t opened_{};
    std::size_t resumed_{};
    bool closed_{};
};

}  // namespace clerk::net
