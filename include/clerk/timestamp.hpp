/// @file
/// Points in time as the service counts them.
#pragma once

#include <clerk/export.hpp>
#include <clerk/result.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{values} */
/// A point in time as the service counts it: Unix milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Reads an RFC 3339 time (`2012-10-20T07:15:20.902Z`, any offset, any fraction; digits past the millisecond are
/// dropped). Errors: `errc::invalid_argument`.
///
/// @code
/// request.created_at = clerk::parse_timestamp("2026-01-02T03:04:05Z").value();
/// @endcode
[[nodiscard]] CLERK_EXPORT Result<Timestamp> parse_timestamp(std::string_view text);
/// RFC 3339 in UTC with milliseconds: `2012-10-20T07:15:20.902Z`. Years 0000…9999.
[[nodiscard]] CLERK_EXPORT std::string to_string(Timestamp time);
/** @} */
}  // namespace clerk
