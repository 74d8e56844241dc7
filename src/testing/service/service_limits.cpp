#include "testing/service/service_limits.hpp"

#include <algorithm>

namespace clerk::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto key_window = 10s;

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

std::optional<std::chrono::seconds> RateLimits::admit(Window& window, std::uint32_t requests,
                                                      std::chrono::seconds length, Time now) {
    if (window.count == 0 || now >= window.end) window = Window{now + length, 0};
    if (window.count < requests) {
        ++window.count;
        return std::nullopt;
    }
    return std::max(std::chrono::ceil<std::chrono::seconds>(window.end - now), 1s);
}

std::optional<std::chrono::seconds> RateLimits::admit(Time now) {
    if (off()) return std::nullopt;
    return admit(key_, per_key_, key_window, now);
}

std::optional<std::chrono::seconds> RateLimits::admit(RequestLimit const& limit, std::span<std::string const> ids,
                                                      Time now) {
    if (off() || limit.requests == 0) return std::nullopt;
    if (windows_.size() >= prune_at_) {
        std::erase_if(windows_, [now](auto const& entry) { return now >= entry.second.end; });
        prune_at_ = std::max<std::size_t>(1024, windows_.size() * 2);
    }
    std::string key{limit.name};
    for (std::string const& id : ids.first(limit.ids)) (key += '/') += id;
    return admit(windows_[key], limit.requests, limit.window, now);
}

}  // namespace clerk::testing
