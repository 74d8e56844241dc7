// Percent-encoding for one path segment or one query key or value (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace clerk::base {

// Appends `text`; every byte outside RFC 3986 unreserved becomes %XX, so `+` is `%2B` and a space `%20`.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace clerk::base
