// The date forms of RFC 9110 5.6.7. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace clerk::client {

// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`. `now` decides the
// century of a two-digit year: never more than 50 years ahead. Names in any case; the weekday is not compared with the
// date. Empty for anything else, impossible dates included.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                                      std::chrono::sys_seconds now);

}  // namespace clerk::client
