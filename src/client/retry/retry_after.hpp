// The Retry-After field of RFC 9110 10.2.3. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace clerk::client {

// Seconds from now, or any of the three date forms of RFC 9110 5.6.7; a date in the past means no wait. Empty when the
// value is neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         std::chrono::sys_seconds now);

}  // namespace clerk::client
