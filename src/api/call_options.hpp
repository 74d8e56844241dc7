// What a call may override, checked and copied while the arguments of its function live.
#pragma once

#include "http/request.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <string>
#include <string_view>

namespace clerk::api {

// The lines of the headers; empty when there are none. Errors: errc::invalid_argument with the field that cannot be
// used: a header, or max_attempts.
[[nodiscard]] Result<std::string> header_lines(CallOptions const& options, std::string_view operation);

void copy_headers(CallOptions& options, Result<http::Request>& request);

// Gives the request a copy of the headers, or turns it into that error. `options` has none afterwards.
inline void take_headers(CallOptions& options, Result<http::Request>& request) {
    if (!options.headers.empty() || options.max_attempts) copy_headers(options, request);
}

}  // namespace clerk::api
