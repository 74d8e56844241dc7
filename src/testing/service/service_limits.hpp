// The published rate limits as fixed windows of ten seconds that begin with their first request.
#pragma once

#include <clerk/testing/emulator.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace clerk::testing {

class RateLimits {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimits(RateLimit limit) noexcept;

    [[nodiscard]] bool off() const noexcept { return per_key_ == 0; }
    // Counts a request. A refusal is not counted; its value is Retry-After, at least a second.
    [[nodiscard]] std::optional<std::chrono::seconds> admit(Time now);
    // Counts one of the three writes that share a limit per organization.
    [[nodiscard]] std::optional<std::chrono::seconds> admit_write(std::string_view organization_id, Time now);

private:
    struct Window {
        Time begin{};
        std::uint32_t count{};
    };
    [[nodiscard]] static std::optional<std::chrono::seconds> admit(Window& window, std::uint32_t limit, Time now);

    std::uint32_t per_key_{};
    Window key_{};
    std::unordered_map<std::string, Window> organizations_{};
    std::size_t prune_at_{1024};
};

}  // namespace clerk::testing
