// When a timeout ends.
#pragma once

#include "base/clock.hpp"
#include "policy/retry_after.hpp"

#include <chrono>

namespace clerk::net {

using TimePoint = base::Clock::time_point;
constexpr TimePoint no_deadline = TimePoint::max();

// Zero means no limit, and so does more than a century: the sum must not overflow.
constexpr TimePoint deadline_after(TimePoint now, std::chrono::milliseconds timeout) noexcept {
    if (timeout.count() <= 0 || timeout > policy::longest_retry_after) return no_deadline;
    return now + timeout;
}

}  // namespace clerk::net
