// The connection pool as a pure state machine: which connection a call gets, who waits, what is opened and closed.
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

// Within this time, data that the peer sent after its answer may still be in transit: checking for it is
// useless.
constexpr std::chrono::microseconds just_now{10};

// A connect that takes longer has lost a packet (TCP repeats its first after a second): calls that come then get
// another one beside it.
constexpr std::chrono::seconds slow_connect{1};

// A connect that no call waits for continues for this long from its beginning: enough for any handshake that does not
// lose packets.
constexpr std::chrono::seconds longest_lonely_connect{2};

// The pause after a failed connect, while other connections are open or no call waits; doubled with each failure.
constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{5000};

// What a call asks for.
struct LeaseRequest {
    TimePoint now{};
    TimePoint deadline{no_deadline};              // of the call
    std::chrono::milliseconds attempt_timeout{};  // from when it has its connection; 0 means no limit
    TimePoint proven_since{TimePoint::min()};     // not one that was opened, or has carried a call, only before that
    bool harmless{};                              // to send again if the connection turns out to be closed
    ExchangeTime* time{};  // of such exchanges: tells what is needed, learns what this one takes. Outlives the lease
};

// What a call was given.
struct Grant {
    enum class Kind {
        connection,      // `slot` holds an open one
        wait,            // in the queue
        full,            // the queue has no room
        refused,         // no connection would be free in time
        expired,         // too little time is left after waiting
        connect_failed,  // and no other connect may still succeed
        closed,          // the pool was closed
    };
    Kind kind{Kind::wait};
    SlotId slot{};
    bool reused{};                    // it may have carried calls before
    bool just_used{};                 // it was given back a moment ago
    TimePoint deadline{no_deadline};  // of the exchange
};

// A call in the queue. The driver derives from it.
struct Waiter : transport::WaitQueue::Waiter {
    LeaseRequest request{};
    Grant grant{};  // meaningful once the waiter has left the queue
    bool queued{};  // PoolCore's
};

// What is known of a connection when its call gives it back.
enum class Fate {
    reusable,  // it has carried its call and may carry another
    unused,    // it may carry a call, but this one has not tried
    spent,     // it cannot be used again, which says nothing of the others
    failed,    // it timed out or broke: so may connections that have been idle since before
};

class PoolCore {
public:
    explicit PoolCore(PoolOptions const& options);

    // An idle connection fit for the request, if there is one.
    [[nodiscard]] std::optional<Grant> take_idle(LeaseRequest const& request) noexcept;
    // Queues a call that found none: `wait`, or why not, `full`, `refused` or `closed`. `ahead`: it was at the front
    // before.
    Grant::Kind enqueue(Waiter& waiter, LeaseRequest const& request, bool ahead = false) noexcept;
    // Removes a waiter that gave up. False when it had been granted something already.
    bool leave(Waiter& waiter) noexcept;

    // A slot whose connect must begin now, for a waiter or for `min_idle`; ask until there is none. `deadline` is for a
    // connect without a timeout of its own.
    struct Connect {
        SlotId slot{};
        TimePoint deadline{no_deadline};
    };
    [[nodiscard]] std::optional<Connect> next_connect(TimePoint now) noexcept;
    // False when next_connect() has nothing to say, now or later, until something else happens.
    [[nodiscard]] bool may_connect() const noexcept {
        return !closed_ && (!waiters_.empty() || total() < options_.min_idle);
    }
    // A slot for one more connection while there are fewer than `count`, in use or not.
    [[nodiscard]] std::optional<SlotId> add_connection(std::size_t count, TimePoint now) noexcept;

    // Waiters that left the queue, each with its grant: wake them.
    using Left = transport::WaitQueue::Left;

    // The connection is open. False when the pool is closed: it is not needed. The waiter that gets it is appended to
    // `left`, after those that cannot succeed any more.
    bool connected(SlotId slot, TimePoint now, bool resumed, Left& left) noexcept;
    // Appends the waiters that leave with `connect_failed`: the first, so that each failure is reported to a call;
    // and all that had come before the connect began when no connection is open and no connect in progress is as
    // old.
    void connect_failed(SlotId slot, TimePoint now, Left& left) noexcept;
    // The connect was destroyed for lack of memory. As connect_failed(), but also for those who came later.
    void connect_lost(SlotId slot, TimePoint now, Left& left) noexcept;
    // The connect was stopped, which is no failure.
    void connect_stopped(SlotId slot) noexcept;

    struct Released {
        bool close{};    // the slot's connection must be destroyed
        errc expired{};  // the limit that its call had passed: deadline_exceeded, attempt_timeout or none
    };
    enum class Ended { otherwise, answered };
    // The call is over. The waiter that gets the connection is appended to `left`, after those that cannot succeed any
    // more.
    Released release(SlotId slot, TimePoint now, Fate fate, Ended ended, Left& left) noexcept;

    // Busy slots whose deadline has passed: each is told to `abort`, once.
    template <class Abort>
    void expire(TimePoint now, Abort abort);
    // Appends the waiters that cannot succeed any more.
    void expel(TimePoint now, Left& left) noexcept;
    // A connect that was begun for a call, that no call waits for, and whose time is over: it must be stopped. Ask
    // until there is none.
    [[nodiscard]] std::optional<SlotId> abandon(TimePoint now) noexcept;
    // No more calls: waiters leave with `closed`, idle connections are retired.
    void close(Left& left) noexcept;
    // After close(): connections in use are told to `abort`; they go when their call gives them back.
    template <class Abort>
    void abort_busy(Abort abort);
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    // An idle connection that was taken out and must be closed. Ask after every call of another member, until there is
    // none: the slot may be given out again.
    [[nodiscard]] std::optional<SlotId> next_retired() noexcept;

    // When expire(), expel(), abandon() or next_connect() has something to do next; `no_deadline` when never.
    [[nodiscard]] TimePoint next_event(TimePoint now) const noexcept;
    // Whether any call is on a connection or in the queue, or has left a connect behind.
    [[nodiscard]] bool active() const noexcept { return busy_ + waiters_.size() + lonely_ != 0; }
    [[nodiscard]] bool has_lonely_connects() const noexcept { return lonely_ != 0 && waiters_.empty(); }
    [[nodiscard]] std::size_t connecting() const noexcept { return connecting_; }
    // The one that has taken longest.
    [[nodiscard]] std::optional<SlotId> oldest_connect() const noexcept;
    [[nodiscard]] PoolGauges gauges() const noexcept;

private:
    enum class State : std::uint8_t { unused, connecting, busy, idle };
    struct Slot {
        State state{State::unused};
        bool may_be_lonely{};  // the connect was begun for a call, and was not abandoned
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
    // An idle connection will be.
    void expect_too_old(Slot const& slot) noexcept;
    [[nodiscard]] bool waiters_need_connect(TimePoint now) const noexcept;
    [[nodiscard]] SlotId reserve(TimePoint now, bool may_be_lonely) noexcept;
    void stop_counting(Slot& connecting) noexcept;
    [[nodiscard]] TimePoint make_busy(SlotId slot, LeaseRequest const& request, TimePoint now) noexcept;
    // To the first in the queue that can succeed, else it is idle.
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
    TimePoint next_too_old_{no_deadline};        // no idle connection is before that
    TimePoint trusted_since_{TimePoint::min()};  // idle ones proven only before are closed
    transport::WaitQueue waiters_{};
    std::chrono::nanoseconds hold_{};  // how long a call keeps a connection, on average
    std::size_t busy_{};
    std::size_t connecting_{};
    std::size_t lonely_{};  // of the slots, those that may be
    std::size_t opened_{};
    std::size_t resumed_{};
    int failures_{};  // of connects, since one succeeded
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
