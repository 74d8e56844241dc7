// The times that RFC 3339 can write: years 0000 to 9999.
#pragma once

#include <clerk/timestamp.hpp>

namespace clerk::base {

constexpr Timestamp min_timestamp{std::chrono::milliseconds{-62'167'219'200'000}};  // 0000-01-01T00:00:00.000Z
constexpr Timestamp max_timestamp{std::chrono::milliseconds{253'402'300'799'999}};  // 9999-12-31T23:59:59.999Z

constexpr bool is_representable(Timestamp time) noexcept { return time >= min_timestamp && time <= max_timestamp; }

}  // namespace clerk::base
