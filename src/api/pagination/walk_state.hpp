// The position of a walk and what it has delivered: all that another process needs to continue it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::api {

// Why a walk is not known to be complete, as bits; the most serious first.
enum class IncompleteReason : std::uint32_t {
    unordered = 1U << 0U,    // pages were not in ascending order of created_at
    short_pages = 1U << 1U,  // pages of one item cannot overlap
    undecoded = 1U << 2U,    // items could not be decoded
    ties = 1U << 3U,         // a large group with one created_at changed its order
    repeats = 1U << 4U,      // a page held an item twice
    totals = 1U << 5U,       // total_count and the pages disagree
    offset = 1U << 6U,       // the walk did not begin at offset 0
};
inline constexpr std::uint32_t all_incomplete_reasons = (1U << 7U) - 1;

[[nodiscard]] std::string_view to_text(IncompleteReason reason) noexcept;
// The most serious of these bits; empty when there is none.
[[nodiscard]] std::string_view most_serious(std::uint32_t reasons) noexcept;

// None of the numbers is negative.
struct WalkState {
    bool done{};       // the list ended
    bool known_cut{};  // `known` lost its first ids, because there were too many
    std::uint32_t incomplete_reasons{};
    std::int64_t start{};         // offset at which the walk began
    std::int64_t position{};      // offset behind the last item used, in the list as it was then
    std::int64_t pages{};         // used
    std::int64_t growth_pages{};  // of these, beyond the first total
    std::int64_t delivered{};
    std::int64_t undecoded{};
    std::int64_t duplicates_dropped{};
    std::int64_t drift_events{};
    std::int64_t refetches{};
    std::optional<std::int64_t> first_total{};
    std::optional<std::int64_t> total{};
    // Of a keyset walk. `known`: the ids delivered with created_at == frontier, in the order of the list; for a list
    // that is not in order, the ids of the last page.
    std::optional<std::int64_t> frontier{};
    std::vector<std::string> known{};
    // Undecoded items behind the last decoded one: readable ids, and how many had none.
    std::vector<std::string> trailing{};
    std::int64_t trailing_nameless{};

    void add(IncompleteReason reason) noexcept { incomplete_reasons |= static_cast<std::uint32_t>(reason); }
    [[nodiscard]] bool has(IncompleteReason reason) const noexcept {
        return (incomplete_reasons & static_cast<std::uint32_t>(reason)) != 0;
    }

    friend bool operator==(WalkState const&, WalkState const&) = default;
};

// The state before the first page.
[[nodiscard]] WalkState walk_from(std::int64_t start_offset);

}  // namespace clerk::api
