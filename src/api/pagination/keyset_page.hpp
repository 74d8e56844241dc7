// A page while KeysetCursor processes it, and how it joins the delivered items. For the sources of the cursor only.
// Pure.
#pragma once

#include "api/pagination/listed_page.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clerk::api {

// How a page joins the items delivered before it.
enum class Join {
    strong,        // it begins before the frontier's group
    weak,          // it begins within a large group, and holds one of its known ids
    inside_group,  // it begins within a small group, so the first items of the group are missing
    gap,           // items may be missing between
};

struct KeysetPage {
    static constexpr std::size_t not_known = static_cast<std::size_t>(-1);

    PageRequest request{};
    std::span<ListedItem const> items{};
    std::int64_t total{};
    std::int64_t received{};
    std::int64_t full{};   // size of a full page: the limit, or less if the service returns less
    std::int64_t reach{};  // offset behind its last item
    bool ordered{};        // by created_at
    bool total_changed{};
    bool total_grew{};
    bool joins{};
    std::vector<bool> keep{};
    std::vector<std::size_t> known{};  // index in WalkState::known, for items with the frontier's created_at
    std::int64_t known_count{};
    std::int64_t fresh{};  // items not seen before
    std::size_t end{};     // items used; fewer than received when max_items was reached
    bool cut{};

    [[nodiscard]] bool is_short() const noexcept { return received < full; }
    // After a full page more items may follow, whatever its total says. A page with more items than its limit comes
    // from a service that has no pages.
    [[nodiscard]] bool shows_the_end() const noexcept {
        return reach >= total && (is_short() || received > request.limit);
    }
    // Fewer items than the total allows.
    [[nodiscard]] bool contradicts() const noexcept { return is_short() && reach < total; }
};

}  // namespace clerk::api
