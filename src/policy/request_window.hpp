// How many requests a window of time holds, such that the service counts no more of them than the limit in any window
// of its own, wherever that begins.
//
// The service counts a request somewhere between its start and its end here, so a place is taken at the start and is
// free again one window after the end: two requests that share a place are counted at least a window apart, however
// long connecting or the queue took. The price is the latency of a request per window.
#pragma once

#include <boost/circular_buffer.hpp>

#include <chrono>
#include <cstddef>

namespace clerk::policy {

using TimePoint = std::chrono::steady_clock::time_point;

// `base + step * count`, or the end of time when that overflows. `step` is not negative.
[[nodiscard]] TimePoint later(TimePoint base, std::chrono::nanoseconds step, std::size_t count = 1) noexcept;

class RequestWindow {
public:
    // A limit of 0 admits everything and counts nothing. `length` > 0.
    RequestWindow(std::size_t limit, std::chrono::nanoseconds length) noexcept : limit_{limit}, length_{length} {}

    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    // Places taken, as of the last advance().
    [[nodiscard]] std::size_t used() const noexcept { return under_way_ + ended_.size(); }
    [[nodiscard]] bool full() const noexcept { return limit_ != 0 && used() >= limit_; }

    // Frees the places of requests that ended a window ago. An earlier time than before changes nothing.
    void advance(TimePoint now) noexcept;
    // A request takes a place. Precondition: !full().
    void begin();
    // It is over: the service may have counted it until now. Does not allocate.
    void end(TimePoint now) noexcept;
    // It was never sent.
    void withdraw() noexcept;

    // When a place is free: TimePoint::min() when one is, TimePoint::max() while it depends on requests under way.
    [[nodiscard]] TimePoint next_place() const noexcept;
    // The earliest that somebody behind `ahead` others can get a place, when none of those gives up.
    [[nodiscard]] TimePoint earliest(std::size_t ahead, TimePoint now) const noexcept;

private:
    std::size_t limit_;
    std::chrono::nanoseconds length_;
    std::size_t under_way_{};
    boost::circular_buffer<TimePoint> ended_{};  // oldest first; has room for all under way
};

}  // namespace clerk::policy
