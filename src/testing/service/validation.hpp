// Turns JSON bodies and query strings into requests, or into the service's errors. Several problems of a body are
// reported together. Pure.
#pragma once

#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/service_requests.hpp"
#include "testing/service/text.hpp"

#include <string_view>

namespace clerk::testing {

[[nodiscard]] Outcome<CreateFields> read_create(Json const& body);
// Metadata is unknown to the endpoint from API version 2026-05-12 on.
[[nodiscard]] Outcome<UpdateFields> read_update(Json const& body, bool accept_metadata);
// `null_is_value`: a null is stored (PUT) instead of leaving the field alone (PATCH).
[[nodiscard]] Outcome<MetadataFields> read_metadata(Json const& body, bool null_is_value);

// An API version may come in the query of any request.
inline constexpr std::string_view api_version_param = "__clerk_api_version";

[[nodiscard]] Outcome<Include> read_include(QueryParams const& params);
[[nodiscard]] Outcome<ListFields> read_list(QueryParams const& params);

}  // namespace clerk::testing
