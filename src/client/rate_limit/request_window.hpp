// Counts requests so that the service never counts more than the limit in any window of time, wherever that window
// begins. Pure.
//
// The service counts a request somewhere between its start and its end here, so a place is taken at the start and is
// free again one window after the end: two requests that share a place are counted at least a window apart, however
// long connecting or the queue took. The cost is the latency of one request per window.
//
// All places may be taken at once. But once a request had to be refused because no place became free in time, they are
// released evenly for a window: otherwise a window would be used up at its beginning, and requests that cannot wait for
// the next one would find no place.
#pragma once

#include "base/time_point.hpp"

#include <boost/circular_buffer.hpp>

#include <chrono>
#include <cstddef>

namespace clerk::client {

class RequestWindow {
public:
    // A limit of 0 admits everything and counts nothing. `length` > 0.
    RequestWindow(std::size_t limit, std::chrono::nanoseconds length) noexcept;

    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    // Places taken, as of the last advance().
    [[nodiscard]] std::size_t used() const noexcept { return under_way_ + ended_.size(); }
    [[nodiscard]] bool full() const noexcept { return limit_ != 0 && used() >= limit_; }
    // Whether a request may begin, as of the last advance() at `now`.
    [[nodiscard]] bool open(base::TimePoint now) const noexcept { return !full() && next_ <= now; }

    // Changes the limit; requests that began before still count. Has no effect when the old or the new limit is 0.
    void set_limit(std::size_t limit) noexcept;
    // Reserves memory for `more` further requests, so that begin() need not allocate. The second overload is for a
    // limit that will be set afterwards.
    void reserve(std::size_t more) { reserve(more, limit_); }
    void reserve(std::size_t more, std::size_t limit);
    // Frees the places of requests that ended a window ago. An earlier time than in the last call has no effect.
    void advance(base::TimePoint now) noexcept;
    // A request takes a place. Preconditions: open(now); reserve() was called for it.
    void begin(base::TimePoint now) noexcept;
    // The request has ended: the service may have counted it until now. Does not allocate.
    void end(base::TimePoint now) noexcept;
    // The request was never sent.
    void withdraw() noexcept;
    // A request found no place in time: for one window from now, places are released evenly.
    void turned_away(base::TimePoint now) noexcept;

    // When a request may begin: in the past when it may now, base::TimePoint::max() while it depends on requests under
    // way.
    [[nodiscard]] base::TimePoint next_place() const noexcept;
    // The earliest time at which a request behind `ahead` others can get a place, if none of those gives up.
    [[nodiscard]] base::TimePoint earliest(std::size_t ahead, base::TimePoint now) const noexcept;

private:
    void set_spacing() noexcept;
    // Places taken beyond the limit, after it was reduced.
    [[nodiscard]] std::size_t excess() const noexcept { return used() > limit_ ? used() - limit_ : 0; }

    std::size_t limit_;
    std::chrono::nanoseconds length_;
    std::chrono::nanoseconds spacing_{};  // of places that are given out evenly
    std::chrono::nanoseconds credit_{};   // how far places may be released late and caught up
    std::size_t under_way_{};
    boost::circular_buffer<base::TimePoint> ended_{};  // oldest first; has room for all requests in flight
    base::TimePoint next_{base::TimePoint::min()};  // not before; the earliest time unless places are given out evenly
    base::TimePoint even_until_{base::TimePoint::min()};
};

}  // namespace clerk::client
