// Checks an `ApiRequest` and makes the HTTP request of it, before anything is sent. Pure.
#pragma once

#include <clerk/api_request.hpp>
#include <clerk/result.hpp>

#include "http/request.hpp"

namespace clerk::api {

// Errors: `errc::invalid_argument` and `errc::request_too_large`, with the member's name in Error::field().
[[nodiscard]] Result<http::Request> any_request(ApiRequest const& request);

}  // namespace clerk::api
