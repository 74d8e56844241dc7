// A page while KeysetCursor looks at it, and how it meets what was delivered before. For its sources only. Pure.
#pragma once

#include "api/pagination/listed_page.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clerk::api {

// How a page meets what was delivered before it.
enum class Join {
    strong,        // it begins before the frontier's group
    weak,          // it begins within a large group, and holds one of its known ids
    inside_group,  // it begins within a small group, so it lacks some of it
    gap,           // items may be missing between
};

struct KeysetPage {
    static constexpr std::size_t not_known = static_cast<std::size_t>(-1);

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

}  // namespace clerk::api
