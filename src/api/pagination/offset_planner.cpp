#include "api/pagination/offset_planner.hpp"

#include <algorithm>

namespace clerk::api {

namespace {

constexpr std::int64_t most_single_items = 2;  // so many may also occur at the end of a list whose total is too high
constexpr std::int64_t few = 2;                // so many items may be deleted between counting and listing

}  // namespace

OffsetPlanner::OffsetPlanner(std::int64_t page_size, std::int64_t overlap)
    : page_size_{std::max(page_size, smallest_page)},
      least_overlap_{overlap},
      effective_size_{page_size_},
      overlap_{std::min(overlap, half_page())} {}

std::optional<PageRequest> OffsetPlanner::next_request(std::size_t max_in_flight, std::optional<std::int64_t> total,
                                                       std::int64_t wanted_end) {
    std::int64_t offset = next_offset_;
    if (!in_flight_.empty()) {
        if (in_flight_.size() >= std::min(max_in_flight, window_) || !total) return std::nullopt;
        PageRequest const& last = in_flight_.back();
        std::int64_t const end = saturating_add(last.offset, effective_size_);
        if (end > *total || end >= wanted_end) return std::nullopt;
        offset = std::max(last.offset + 1, end - std::min(overlap_, half_page()));
    }
    std::int64_t const wanted = std::max(wanted_end - offset, smallest_page);
    return in_flight_.emplace_back(PageRequest{offset, std::min(page_size_, wanted)});
}

PageRequest OffsetPlanner::take_oldest() {
    PageRequest const oldest = in_flight_.front();
    in_flight_.pop_front();
    return oldest;
}

void OffsetPlanner::step_back(KeysetPage const& page, std::int64_t distance) {
    in_flight_.clear();
    window_ = 1;
    ++steps_back_;
    std::int64_t const last_page = std::max<std::int64_t>(0, page.total - std::min(overlap_, half_page()));
    begin_at(std::min(std::max<std::int64_t>(0, page.request.offset - distance), last_page));
}

void OffsetPlanner::at_least_overlap(std::int64_t overlap) noexcept {
    overlap_ = std::max(overlap_, std::min(half_page(), overlap));
}

bool OffsetPlanner::adapt(KeysetPage const& page, std::int64_t position) {
    bool const stepped_back = steps_back_ != 0;
    steps_back_ = 0;
    std::int64_t shift = 0;  // positive: the delivered items have moved to the front
    bool const located = page.fresh > 0 || page.is_short();
    if (located || page.reach > position) shift = position - (page.reach - page.fresh);
    bool const moved = shift != 0 || page.total_changed;
    anticipated_shift_ = 0;
    if (shift > half_page() / 2) {
        // Too much for an overlap: one page at a time, each from where the last one joined.
        window_ = 1;
        anticipated_shift_ = std::min(shift, page_size_);
        return moved;
    }
    std::int64_t const least = std::min(least_overlap_, half_page());
    if (2 * shift > overlap_) {
        overlap_ = 4 * shift;
    } else if (overlap_ > least) {
        overlap_ -= (overlap_ - least + 7) / 8;
    }
    overlap_ = std::clamp(overlap_, least, half_page());
    if (!stepped_back && window_ <= std::numeric_limits<std::size_t>::max() / 2) window_ *= 2;
    return moved;
}

void OffsetPlanner::learn_page_size(WalkState& state, KeysetPage const& page) {
    if (page.received == 0 || page.cut) return;
    bool const is_single = page.received == 1 && page.request.limit > 1 && page.reach < page.total;
    if (is_single && ++single_items_ > most_single_items) state.add(IncompleteReason::short_pages);
    if (page.contradicts()) {
        // When only the last few are missing, they may have been deleted between counting and listing.
        if (page.fresh > few && page.total - page.reach <= few) return;
        std::int64_t const size =
            state.has(IncompleteReason::short_pages) ? page.received : std::max(page.received, smallest_page);
        if (size < effective_size_) in_flight_.clear();  // they leave gaps
        effective_size_ = size;
    } else if (page.received > effective_size_) {
        effective_size_ = std::min(page.received, page_size_);
    }
    overlap_ = std::min(overlap_, half_page());
}

}  // namespace clerk::api
