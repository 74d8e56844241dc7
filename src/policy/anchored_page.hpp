// A page while AnchoredCursor looks at it. For its sources only.
#pragma once

#include "policy/anchored_cursor.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace clerk::policy {

inline constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

// The right one is not negative.
constexpr std::int64_t saturating_add(std::int64_t left, std::int64_t right) noexcept {
    return left > most - right ? most : left + right;
}

constexpr std::int64_t count_of(auto const& items) noexcept { return static_cast<std::int64_t>(items.size()); }

inline ListedItem const* first_decoded(std::span<ListedItem const> items) {
    auto const found = std::find_if(items.begin(), items.end(), [](ListedItem const& item) { return item.decoded; });
    return found == items.end() ? nullptr : &*found;
}

inline ListedItem const* last_decoded(std::span<ListedItem const> items) {
    auto const found = std::find_if(items.rbegin(), items.rend(), [](ListedItem const& item) { return item.decoded; });
    return found == items.rend() ? nullptr : &*found;
}

struct AnchoredCursor::Page {
    PageRequest request{};
    std::span<ListedItem const> items{};
    std::int64_t total{};
    std::int64_t received{};
    std::int64_t full{};  // items of a page that does not show the end: the limit, or less where the service gives less
    std::int64_t reach{};  // offset behind its last item
    bool ordered{};        // by created_at
    bool total_changed{};
    bool total_grew{};
    bool joins{};
    std::vector<bool> keep{};
    std::vector<std::size_t> known{};  // index in WalkState::known, for items with the frontier's created_at
    std::int64_t known_count{};
    std::int64_t fresh{};  // items not seen before
    std::size_t end{};     // items looked at: behind it max_items was reached
    bool cut{};

    [[nodiscard]] bool is_short() const noexcept { return received < full; }
    // A full page leaves open whether something follows it, whatever its total says; one beyond its limit is of a
    // service that knows no pages.
    [[nodiscard]] bool shows_the_end() const noexcept {
        return reach >= total && (is_short() || received > request.limit);
    }
    // Fewer items than the total allows.
    [[nodiscard]] bool contradicts() const noexcept { return is_short() && reach < total; }
};

}  // namespace clerk::policy
