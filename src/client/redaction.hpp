// Removes the key from what a peer has sent: some proxies and error pages send the request back. Pure.
#pragma once

#include <clerk/error.hpp>

#include <string_view>

namespace clerk::client {

// A secret of fewer than 8 characters is not searched for, because words contain it. Neither is one that JSON escaped.
void redact(ErrorDetails& details, std::string_view secret);

}  // namespace clerk::client
