#include "testing/service/service_limits.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

constexpr std::chrono::seconds window_length{10};
constexpr std::uint32_t writes_per_organization = 10;

}  // namespace

RateLimits::RateLimits(RateLimit limit) noexcept {
    switch (limit) {
        case RateLimit::off:
            break;
        case RateLimit::development:
            per_key_ = 100;
            break;
        case RateLimit::production:
            per_key_ = 1000;
            break;
    }
}

std::optional<std::chrono::seconds> RateLimits::admit(Window& window, std::uint32_t limit, Time now) {
    if (window.count == 0 || now - window.begin >= window_length) window = Window{now, 0};
    if (window.count < limit) {
        ++window.count;
        return std::nullopt;
    }
    return std::max(std::chrono::ceil<std::chrono::seconds>(window.begin + window_length - now),
                    std::chrono::seconds{1});
}

std::optional<std::chrono::seconds> RateLimits::admit(Time now) {
    if (off()) return std::nullopt;
    return admit(key_, per_key_, now);
}

std::optional<std::chrono::seconds> RateLimits::admit_write(std::string_view organization_id, Time now) {
    if (off()) return std::nullopt;
    if (organizations_.size() >= prune_at_) {
        std::erase_if(organizations_, [now](auto const& entry) { return now - entry.second.begin >= window_length; });
        prune_at_ = std::max<std::size_t>(1024, organizations_.size() * 2);
    }
    return admit(organizations_[std::string{organization_id}], writes_per_organization, now);
}

}  // namespace clerk::testing
