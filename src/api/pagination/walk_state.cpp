#include "api/pagination/walk_state.hpp"

namespace clerk::api {

std::string_view to_text(IncompleteReason reason) noexcept {
    switch (reason) {
        case IncompleteReason::unordered:
            return "the pages were not in the order of created_at";
        case IncompleteReason::short_pages:
            return "the pages were too short to overlap";
        case IncompleteReason::undecoded:
            return "items could not be decoded";
        case IncompleteReason::ties:
            return "items with the same created_at changed their order";
        case IncompleteReason::repeats:
            return "a page held the same item twice";
        case IncompleteReason::totals:
            return "total_count and the pages disagree";
        case IncompleteReason::offset:
            return "the walk began at an offset";
    }
    return {};
}

std::string_view most_serious(std::uint32_t reasons) noexcept {
    std::uint32_t const lowest_bit = reasons & (~reasons + 1);
    return reasons == 0 ? std::string_view{} : to_text(static_cast<IncompleteReason>(lowest_bit));
}

WalkState walk_from(std::int64_t start_offset) {
    WalkState state{};
    state.start = state.position = start_offset;
    return state;
}

}  // namespace clerk::api
