// Which request gets which fault. Pure: no clock, no I/O, and the same answers for the same seed everywhere.
#pragma once

#include "testing/faults/fault_spec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace clerk::testing {

// What to do with one request or one connection.
struct FaultDecision {
    FaultPhase phase{};
    FaultAction action{};
    unsigned status{};
    ApiRefusal const* refusal{};
    std::optional<std::chrono::seconds> retry_after{};
    std::chrono::milliseconds pause{};
    std::size_t bytes{};
    std::chrono::milliseconds latency{};  // before the answer, or without one before the end of the connection
    unsigned rules{};                     // rules that were applied
};

class FaultPlan {
public:
    FaultPlan() = default;
    explicit FaultPlan(FaultSpec const& spec);

    [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }
    // Decides about the next request; `operation` is its name, empty when it is not an operation of the API.
    [[nodiscard]] FaultDecision next_request(std::string_view operation);
    // Decides about the next connection.
    [[nodiscard]] FaultDecision next_connection();

private:
    // A rule and its counters. Random numbers depend only on the seed, the position of the rule and the number of
    // requests that it has matched, not on other rules or the order of other requests.
    struct Counter {
        FaultRule rule{};
        std::uint64_t seed{};
        std::uint64_t matched{};
        std::uint64_t struck{};
        std::uint64_t left_of_burst{};

        [[nodiscard]] bool strikes() noexcept;
        void apply_to(FaultDecision& decision) const noexcept;
        [[nodiscard]] std::uint64_t noise(std::uint64_t stream) const noexcept;
    };

    std::vector<Counter> rules_{};
};

}  // namespace clerk::testing
