#include "client/rate_limit/rate_limits.hpp"

namespace clerk::client {

namespace {

constexpr std::string_view service_host = "api.clerk.com";
constexpr std::string_view production_prefix = "sk_live_";
constexpr std::size_t production_requests = 1000;
constexpr std::size_t development_requests = 100;

}  // namespace

RateLimits effective_limits(RateLimitOptions const& options, std::string_view host,
                            std::string_view secret_key) noexcept {
    RateLimits limits{};
    limits.window = options.window;
    limits.park = options.park;
    bool const on =
        options.mode == RateLimiting::on || (options.mode == RateLimiting::automatic && host == service_host);
    if (!on) return limits;
    std::size_t const published =
        secret_key.starts_with(production_prefix) ? production_requests : development_requests;
    limits.requests = options.requests != 0 ? options.requests : published;
    limits.writes_per_organization = options.writes_per_organization;
    return limits;
}

}  // namespace clerk::client
