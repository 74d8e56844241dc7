// When a timeout ends.
#pragma once

#include "net/pool_core.hpp"
#include "policy/retry_after.hpp"

#include <chrono>

namespace clerk::core {

// Zero means no limit, and so does more than a century: the sum must not overflow.
constexpr net::TimePoint deadline_after(net::TimePoint now, std::chrono::milliseconds timeout) noexcept {
    if (timeout.count() <= 0 || timeout > policy::longest_retry_after) return net::no_deadline;
    return now + timeout;
}

}  // namespace clerk::core
