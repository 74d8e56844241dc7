// A page of any resource as the cursors see it: ids and times, in the order of the list. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace clerk::api {

struct PageRequest {
    std::int64_t offset{};
    std::int64_t limit{};

    friend bool operator==(PageRequest const&, PageRequest const&) = default;
};

struct ListedItem {
    std::string_view id{};                     // empty when unreadable
    std::optional<std::int64_t> created_at{};  // of decoded items only
    bool decoded{true};
};

struct ListedPage {
    std::span<ListedItem const> items{};
    std::int64_t total_count{};
};

enum class WalkProgress { more, done, stalled };

inline constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();

// The right one is not negative.
constexpr std::int64_t saturating_add(std::int64_t left, std::int64_t right) noexcept {
    return left > no_end - right ? no_end : left + right;
}

constexpr std::int64_t pages_for(std::int64_t items, std::int64_t page_size) noexcept {
    return items / page_size + (items % page_size == 0 ? 0 : 1);
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

// Whether the decoded items are in ascending order of created_at.
inline bool in_order(std::span<ListedItem const> items) {
    std::optional<std::int64_t> before{};
    for (ListedItem const& item : items) {
        if (!item.decoded) continue;
        if (!item.created_at || (before && *item.created_at < *before)) return false;
        before = item.created_at;
    }
    return true;
}

}  // namespace clerk::api
