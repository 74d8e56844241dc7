#include "policy/walk_state.hpp"

namespace clerk::policy {

std::string_view to_text(Doubt doubt) noexcept {
    switch (doubt) {
        case Doubt::unordered:
            return "the pages were not in the order of created_at";
        case Doubt::short_pages:
            return "the pages were too short to overlap";
        case Doubt::undecoded:
            return "items could not be decoded";
        case Doubt::ties:
            return "organizations with the same created_at changed their order";
        case Doubt::repeats:
            return "a page held the same organization twice";
        case Doubt::totals:
            return "total_count and the pages disagree";
        case Doubt::offset:
            return "the walk began at an offset";
        case Doubt::cut:
            return "cut by max_items";
    }
    return {};
}

std::string_view gravest(std::uint32_t doubts) noexcept {
    // The lowest bit.
    return doubts == 0 ? std::string_view{} : to_text(static_cast<Doubt>(doubts & (~doubts + 1)));
}

}  // namespace clerk::policy
