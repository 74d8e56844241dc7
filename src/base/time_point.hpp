// Points in time, as parameters of the state machines.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace clerk::base {

using TimePoint = std::chrono::steady_clock::time_point;

// Longer waits are cut to a century, so that adding one to a point in time does not overflow.
inline constexpr std::chrono::milliseconds longest_wait = std::chrono::hours{24} * 365 * 100;

// `base + step * count`, or the end of time when that overflows. `step` is not negative.
[[nodiscard]] constexpr TimePoint later(TimePoint base, std::chrono::nanoseconds step, std::size_t count = 1) noexcept {
    if (step.count() == 0 || count == 0) return base;
    // The difference of a negative and the largest time would overflow itself.
    auto const room = TimePoint::max() - std::max(base, TimePoint{});
    if (count > static_cast<std::size_t>(room / step)) return TimePoint::max();
    return base + step * static_cast<std::chrono::nanoseconds::rep>(count);
}

}  // namespace clerk::base
