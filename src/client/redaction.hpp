// Takes the key out of what a peer has said: some proxies and error pages send back the request that they got. Pure.
#pragma once

#include <clerk/error.hpp>

#include <string_view>

namespace clerk::client {

// A secret of fewer than 8 characters is not looked for: it is in many a word. Neither is one that JSON escaped.
void redact(ErrorDetails& details, std::string_view secret);

}  // namespace clerk::client
