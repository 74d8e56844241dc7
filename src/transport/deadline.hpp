// When a timeout ends. Pure.
#pragma once

#include "base/time_point.hpp"

#include <chrono>

namespace clerk::transport {

using base::TimePoint;
constexpr TimePoint no_deadline = TimePoint::max();

// Zero means no limit, and so does more than a century: the sum must not overflow.
constexpr TimePoint deadline_after(TimePoint now, std::chrono::milliseconds timeout) noexcept {
    if (timeout.count() <= 0 || timeout > base::longest_wait) return no_deadline;
    return now + timeout;
}

}  // namespace clerk::transport
