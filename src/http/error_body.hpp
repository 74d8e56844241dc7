// Reads Clerk's error document.
#pragma once

#include <clerk/error.hpp>
#include <clerk/metadata.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::http {

struct ErrorBody {
    std::vector<ApiError> errors{};
    Metadata meta{};
    std::string trace_id{};
};

// `{"errors":[{code,message,long_message,meta}],"meta"?,"clerk_trace_id"?}`. A member of the wrong type is skipped and
// the rest is kept. Empty when the text is not a JSON object or holds none of the three members in a readable form:
// then the body does not come from Clerk.
[[nodiscard]] std::optional<ErrorBody> parse_error_body(std::string_view text);

// The id to quote to the service's support: the body's, else the field Clerk-Trace-Id, else cf-ray; empty when there is
// none.
[[nodiscard]] std::string trace_id(ErrorBody const* body, std::string_view clerk_trace_id, std::string_view cf_ray);

}  // namespace clerk::http
