#include "api/pagination/page_cursor.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace clerk::api {

PageCursor::PageCursor(std::int64_t page_size, std::int64_t start_offset, std::int64_t max_items)
    : PageCursor{page_size, max_items, walk_from(start_offset)} {}

PageCursor::PageCursor(std::int64_t page_size, std::int64_t max_items, WalkState state)
    : page_size_{page_size},
      end_{max_items == 0 ? no_end : saturating_add(state.start, max_items)},
      state_{std::move(state)} {
    assert(page_size >= 1 && state_.start >= 0 && max_items >= 0);
}

std::optional<PageRequest> PageCursor::next_request(std::size_t max_in_flight) {
    if (done()) return std::nullopt;
    std::int64_t offset = state_.position;
    if (!in_flight_.empty()) {
        if (in_flight_.size() >= max_in_flight || !state_.total) return std::nullopt;
        offset = saturating_add(in_flight_.back().offset, in_flight_.back().limit);
        if (offset >= end_ || offset >= *state_.total) return std::nullopt;
    }
    std::int64_t const wanted = std::max<std::int64_t>(end_ - offset, 1);
    return in_flight_.emplace_back(PageRequest{offset, std::min(page_size_, wanted)});
}

PageVerdict PageCursor::accept(PageFacts const& facts) {
    assert(!in_flight_.empty() && !done());
    PageRequest const request = in_flight_.front();
    in_flight_.pop_front();
    std::int64_t const total = std::max<std::int64_t>(facts.total_count, 0);
    std::int64_t const received = facts.ends.received;
    if (!state_.first_total) state_.first_total = total;
    if (state_.total && *state_.total != total) ++state_.drift_events;
    state_.total = total;

    if (received <= 0) {
        state_.done = true;
        return finish(WalkProgress::done, 0);
    }
    if (repeats(facts) || StallGuard::too_many_pages(state_, state_.position, page_size_)) {
        return finish(WalkProgress::stalled, 0);
    }
    guard_.remember(facts.ends);
    previous_total_ = facts.total_count;
    std::int64_t const keep = std::min(received, end_ - state_.position);
    state_.position += keep;
    state_.done = state_.position >= total;
    if (done()) return finish(WalkProgress::done, keep);

    bool const offsets_are_wrong = received != request.limit;
    if (offsets_are_wrong) discard_in_flight();
    return {WalkProgress::more, keep, offsets_are_wrong};
}

void PageCursor::discard_in_flight() noexcept { in_flight_.clear(); }

void PageCursor::count_delivered(std::int64_t decoded, std::int64_t undecoded) noexcept {
    state_.delivered += decoded;
    state_.undecoded += undecoded;
}

bool PageCursor::repeats(PageFacts const& facts) const noexcept {
    bool const readable = !facts.ends.first_id.empty() && !facts.ends.last_id.empty();
    bool const shifted = facts.ends.received == 1 && facts.total_count > previous_total_;
    return readable && facts.ends == guard_.previous() && !shifted;
}

PageVerdict PageCursor::finish(WalkProgress progress, std::int64_t keep) noexcept {
    stalled_ = progress == WalkProgress::stalled;
    bool const discard = !in_flight_.empty();
    discard_in_flight();
    return {progress, keep, discard};
}

}  // namespace clerk::api
