// The limits of one client, from its options. Pure.
#pragma once

#include <clerk/config.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>

namespace clerk::client {

struct RateLimits {
    std::size_t requests{};                 // in any window; 0: the limiter is off
    std::size_t writes_per_organization{};  // replaces the limit in a request; 0: that limit applies
    std::chrono::milliseconds window{};     // > 0
    bool park{};                            // endpoints after a 429
};

// Fills in the published limits. `host` in lower case; of `secret_key` only the prefix is used.
[[nodiscard]] RateLimits effective_limits(RateLimitOptions const& options, std::string_view host,
                                          std::string_view secret_key) noexcept;

}  // namespace clerk::client
