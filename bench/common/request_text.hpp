// The request of the baseline and the other clients, equal to that of this library in every relevant byte.
#pragma once

#include "common/bench_options.hpp"
#include "common/endpoint.hpp"

#include <string>

namespace clerk_bench {

inline constexpr char const* api_version = "2026-05-12";

// "/v1/organizations/org_1" or "/v1/organizations?limit=500".
[[nodiscard]] std::string request_target(Options const& options, Endpoint const& endpoint);
// The whole request: request line, header fields and the empty line.
[[nodiscard]] std::string request_text(Options const& options, Endpoint const& endpoint);

}  // namespace clerk_bench
