// The options of one call, checked and copied before the function of the call returns.
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

// Adds a copy of the headers to the request, or replaces it by that error. Afterwards `options` has no headers.
inline void take_headers(CallOptions& options, Result<http::Request>& request) {
    if (!options.headers.empty() || options.max_attempts) copy_headers(options, request);
}

}  // namespace clerk::api
