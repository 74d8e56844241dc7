// The published rate limits as fixed windows that begin with their first request.
#pragma once

#include "testing/service/operation.hpp"

#include <clerk/testing/emulator.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace clerk::testing {

class RateLimits {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimits(RateLimit limit) noexcept;

    [[nodiscard]] bool off() const noexcept { return per_key_ == 0; }
    // Counts a request. Returns Retry-After, at least a second, when it is refused; a refused request is not counted.
    [[nodiscard]] std::optional<std::chrono::seconds> admit(Time now);
    // Counts a request against the limit of its operation. `ids` are those of its path.
    [[nodiscard]] std::optional<std::chrono::seconds> admit(RequestLimit const& limit, std::span<std::string const> ids,
                                                            Time now);

private:
    struct Window {
        Time end{};
        std::uint32_t count{};
    };
    [[nodiscard]] static std::optional<std::chrono::seconds> admit(Window& window, std::uint32_t requests,
                                                                   std::chrono::seconds length, Time now);

    std::uint32_t per_key_{};
    Window key_{};
    std::unordered_map<std::string, Window> windows_{};
    std::size_t prune_at_{1024};
};

}  // namespace clerk::testing
