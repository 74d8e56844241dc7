// Removes the key from what a peer has sent: some proxies and error pages send the request back. Pure.
#pragma once

#include <clerk/error.hpp>

#include <string_view>

namespace clerk::client {

// Secrets of fewer than 8 characters are not searched for, because ordinary words may contain them. Nor are secrets
// that JSON has escaped.
void redact(ErrorDetails& details, std::string_view secret);

}  // namespace clerk::client
