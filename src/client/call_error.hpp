// Builds the Error of a call from the result of its last attempt. Pure.
#pragma once

#include "http/body_sink.hpp"
#include "http/error_body.hpp"
#include "http/response_head.hpp"

#include <clerk/config.hpp>
#include <clerk/error.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::client {

// Facts that every error of a call contains.
struct CallFacts {
    std::string_view operation{};
    int attempts{};
    StopReason stop_reason{StopReason::none};
    std::optional<std::chrono::milliseconds> retry_after{};
    bool may_have_taken_effect{};
    std::vector<std::string_view> secrets{};  // the keys, which no error may contain
};

// An answer with a status from 400, or with one that the API does not define, or whose body is not JSON. `body` is null
// when `text` is not Clerk's error document.
[[nodiscard]] Error status_error(boost::system::error_code code, http::ResponseHead const& head,
                                 std::optional<http::ErrorBody> body, std::string const& text, CallFacts const& facts);

// A success whose body is not what the API describes.
[[nodiscard]] Error body_error(http::BodyFailure const& failure, http::ResponseHead const& head,
                               CallFacts const& facts);

// A call that began after close().
[[nodiscard]] Error closed_error(std::string_view operation);

// A call whose timeout is 0 or negative.
[[nodiscard]] bool no_time_left(CallOptions const& options) noexcept;
[[nodiscard]] Error no_time_error(std::string_view operation);

// No complete answer.
[[nodiscard]] Error transport_error(boost::system::error_code code, boost::system::error_code cause,
                                    std::string message, http::ResponseHead const& head, CallFacts const& facts);

}  // namespace clerk::client
