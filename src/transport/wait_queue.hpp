// The queue of calls that wait for a resource: first in, first out among those that can still succeed. A call that
// could not end before its deadline if it started now leaves the queue at that moment. A call without a deadline is
// never overtaken. Pure.
//
// The queue does not allocate: waiters are linked where they are, in the queue and afterwards in the list of those that
// left it. Everything takes logarithmic time for each waiter that is moved.
#pragma once

#include "base/time_point.hpp"
#include "transport/exchange_time.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <cstddef>

namespace clerk::transport {

class WaitQueue {
public:
    // The driver derives from it. It must not be in a queue or list when it is destroyed.
    class Waiter : public boost::intrusive::list_base_hook<>, public boost::intrusive::set_base_hook<> {
    public:
        base::TimePoint deadline{base::TimePoint::max()};
        ExchangeTime* time{};  // estimate of the exchange; null: nothing is known. Outlives the wait

        // When it is too late to begin; base::TimePoint::max(): never.
        [[nodiscard]] base::TimePoint too_late_at(base::TimePoint now) const noexcept;

    private:
        friend class WaitQueue;
        base::TimePoint listed_{};  // too_late_at() when it was put into by_time_
    };
    // Waiters that left a queue and must be notified.
    using Left = boost::intrusive::list<Waiter>;

    [[nodiscard]] bool empty() const noexcept { return waiters_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return waiters_.size(); }
    // Precondition of these two: !empty().
    [[nodiscard]] Waiter& front() noexcept { return waiters_.front(); }
    [[nodiscard]] Waiter const& front() const noexcept { return waiters_.front(); }

    void push_back(Waiter& waiter, base::TimePoint now) noexcept;
    // Puts back a waiter that was the first before.
    void push_front(Waiter& waiter, base::TimePoint now) noexcept;
    void erase(Waiter& waiter) noexcept;

    // Moves waiters that are too late if they begin at `begin`, which is now or later, to the end of `left`.
    void expel(base::TimePoint begin, base::TimePoint now, Left& left) noexcept;
    // The first waiter that can succeed; those before it are moved to the end of `left`. Null when there is none.
    [[nodiscard]] Waiter* first(base::TimePoint now, Left& left) noexcept;
    // When expel() has something to do, at the latest; base::TimePoint::max(): never.
    [[nodiscard]] base::TimePoint next_too_late() const noexcept;

private:
    void list(Waiter& waiter, base::TimePoint now) noexcept;

    struct ByTime {
        bool operator()(Waiter const& a, Waiter const& b) const noexcept { return a.listed_ < b.listed_; }
    };

    boost::intrusive::list<Waiter> waiters_{};
    boost::intrusive::multiset<Waiter, boost::intrusive::compare<ByTime>> by_time_{};  // those with a deadline
};

// When it is too late to begin an exchange that must end before `deadline`; base::TimePoint::max(): never. `time` may
// be null.
[[nodiscard]] base::TimePoint too_late(base::TimePoint deadline, ExchangeTime const* time,
                                       base::TimePoint now) noexcept;

}  // namespace clerk::transport
