// Where a walk stands and what it has seen: all that another process needs to go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::policy {

// Why a walk cannot say that it is complete, as bits; the gravest first.
enum class Doubt : std::uint32_t {
    unordered = 1U << 0U,    // pages were not in ascending order of created_at
    short_pages = 1U << 1U,  // pages of one item cannot overlap
    undecoded = 1U << 2U,    // items could not be decoded
    ties = 1U << 3U,         // a large group with one created_at changed its order
    repeats = 1U << 4U,      // a page held an organization twice
    totals = 1U << 5U,       // total_count and the pages disagree
    offset = 1U << 6U,       // the walk did not begin at the beginning
    cut = 1U << 7U,          // max_items
};
inline constexpr std::uint32_t all_doubts = (1U << 8U) - 1;

[[nodiscard]] std::string_view to_text(Doubt doubt) noexcept;
// The gravest of these bits; empty when there is none.
[[nodiscard]] std::string_view gravest(std::uint32_t doubts) noexcept;

// None of the numbers is negative.
struct WalkState {
    bool done{};
    bool known_cut{};  // `known` lost its first ids, because there were too many
    std::uint32_t doubts{};
    std::int64_t start{};         // offset at which the walk began
    std::int64_t position{};      // offset behind the last item looked at, as the list was then
    std::int64_t pages{};         // looked at
    std::int64_t growth_pages{};  // of these, beyond the first total
    std::int64_t delivered{};
    std::int64_t undecoded{};
    std::int64_t duplicates_dropped{};
    std::int64_t drift_events{};
    std::int64_t refetches{};
    std::optional<std::int64_t> first_total{};
    std::optional<std::int64_t> total{};
    // Of an anchored walk. `known`: the ids delivered with created_at == frontier, in the order of the list; for a list
    // that is not in order, the ids of the last page.
    std::optional<std::int64_t> frontier{};
    std::vector<std::string> known{};
    // Undecoded items behind the last decoded one: readable ids, and how many had none.
    std::vector<std::string> trailing{};
    std::int64_t trailing_nameless{};

    void add(Doubt doubt) noexcept { doubts |= static_cast<std::uint32_t>(doubt); }
    [[nodiscard]] bool has(Doubt doubt) const noexcept { return (doubts & static_cast<std::uint32_t>(doubt)) != 0; }

    friend bool operator==(WalkState const&, WalkState const&) = default;
};

}  // namespace clerk::policy
