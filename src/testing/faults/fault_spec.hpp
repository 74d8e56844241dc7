// The language of fault injection: `KIND[=VALUE][@NAME=VALUE]…; …; seed=N`. docs/emulator.md describes it for users.
// Pure.
#pragma once

#include "testing/service/refusal.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace clerk::testing {

// When a fault happens. A request takes effect between before_effect and after_effect.
enum class FaultPhase : std::uint8_t { none, connect, before_effect, after_effect, mid_answer, after_answer };

enum class FaultAction : std::uint8_t {
    none,
    answer,      // with another status
    close,       // TLS and TCP, in order
    cut,         // TCP only: no close_notify
    reset,       // TCP RST
    hang,        // nothing more is sent until the client closes
    cut_record,  // the answer's last TLS record stays incomplete, then cut
    garble,      // bytes that are not HTTP, then close
    drip,        // the answer in small pieces with pauses
    announce,    // `Connection: close` in the answer, then close
};

// One rule: what happens, and to which requests.
struct FaultRule {
    static constexpr std::uint64_t certain = 1'000'000'000;

    FaultPhase phase{};  // none: the rule only adds latency
    FaultAction action{};
    unsigned status{};
    ApiRefusal const* refusal{};  // one of published_refusals(), instead of the usual one for the status
    std::optional<std::chrono::seconds> retry_after{};
    std::chrono::milliseconds pause{};        // drip: between two pieces; after_answer: before the end
    std::size_t bytes{};                      // mid_answer: sent, 0 for half; drip: of a piece
    std::chrono::milliseconds min_latency{};  // added before the answer, uniformly random in this range
    std::chrono::milliseconds max_latency{};

    std::uint64_t probability{certain};                              // in billionths, so that it is exact everywhere
    std::uint64_t after{};                                           // skip so many matching requests at first
    std::uint64_t every{1};                                          // then apply to every such request
    std::uint64_t burst{1};                                          // each time to so many matching requests in a row
    std::uint64_t count{std::numeric_limits<std::uint64_t>::max()};  // and at most so many in all
    std::vector<std::string_view> operations{};                      // their names; none: all requests
};

struct FaultSpec {
    std::uint64_t seed{};
    std::vector<FaultRule> rules{};
};

// Throws std::invalid_argument that says which rule is wrong, and why.
[[nodiscard]] FaultSpec parse_fault_spec(std::string_view text);

}  // namespace clerk::testing
