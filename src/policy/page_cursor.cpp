#include "policy/page_cursor.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace clerk::policy {

namespace {

constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();

// Both arguments are not negative.
constexpr std::int64_t saturating_add(std::int64_t left, std::int64_t right) noexcept {
    return left > no_end - right ? no_end : left + right;
}

}  // namespace

PageCursor::PageCursor(std::int64_t page_size, std::int64_t start_offset, std::int64_t max_items)
    : page_size_{page_size},
      position_{start_offset},
      end_{max_items == 0 ? no_end : saturating_add(start_offset, max_items)} {
    assert(page_size >= 1 && start_offset >= 0 && max_items >= 0);
}

PageCursor::PageCursor(std::int64_t page_size, std::int64_t max_items, WalkState const& state)
    : PageCursor{page_size, state.start, max_items} {
    position_ = state.position;
    first_total_ = state.first_total;
    total_ = state.total;
    pages_ = state.pages;
    growth_pages_ = state.growth_pages;
    if (state.done || position_ >= end_) state_ = PageVerdict::State::done;
}

void PageCursor::save(WalkState& state) const {
    state.done = done() && !stalled();
    state.position = position_;
    state.first_total = first_total_;
    state.total = total_;
    state.pages = pages_;
    state.growth_pages = growth_pages_;
}

std::optional<PageRequest> PageCursor::next_request(std::size_t max_in_flight) {
    if (done()) return std::nullopt;
    std::int64_t offset = position_;
    if (!in_flight_.empty()) {
        if (in_flight_.size() >= max_in_flight || !total_) return std::nullopt;
        offset = saturating_add(in_flight_.back().offset, in_flight_.back().limit);
        if (offset >= end_ || offset >= *total_) return std::nullopt;
    }
    std::int64_t const wanted = std::max<std::int64_t>(end_ - offset, 1);
    return in_flight_.emplace_back(PageRequest{offset, std::min(page_size_, wanted)});
}

PageVerdict PageCursor::accept(PageFacts const& facts) {
    assert(!in_flight_.empty() && !done());
    PageRequest const request = in_flight_.front();
    in_flight_.pop_front();
    std::int64_t const total = std::max<std::int64_t>(facts.total_count, 0);
    if (!first_total_) first_total_ = total;
    total_ = total;

    if (facts.received <= 0) return finish(PageVerdict::State::done, 0);
    if (repeats(facts) || runs_away()) return finish(PageVerdict::State::stalled, 0);
    previous_ = facts;
    std::int64_t const keep = std::min(facts.received, end_ - position_);
    position_ += keep;
    if (position_ >= end_ || position_ >= total) return finish(PageVerdict::State::done, keep);

    PageVerdict verdict{PageVerdict::State::more, keep, false};
    if (facts.received != request.limit) {
        verdict.discard_in_flight = true;
        discard_in_flight();
    }
    return verdict;
}

void PageCursor::discard_in_flight() noexcept { in_flight_.clear(); }

bool PageCursor::repeats(PageFacts const& facts) const noexcept {
    bool const readable = !facts.first_id.empty() && !facts.last_id.empty();
    bool const same = facts.received == previous_.received && facts.first_id == previous_.first_id &&
                      facts.last_id == previous_.last_id;
    bool const shifted = facts.received == 1 && facts.total_count > previous_.total_count;
    return readable && same && !shifted;
}

bool PageCursor::runs_away() {
    if (++pages_ > max_pages) return true;
    if (position_ < *first_total_) return false;
    std::int64_t const first_pages = *first_total_ / page_size_ + (*first_total_ % page_size_ == 0 ? 0 : 1);
    std::int64_t const allowed = std::max(least_growth_pages, 3 * std::min(first_pages, max_pages));
    return ++growth_pages_ > allowed;
}

PageVerdict PageCursor::finish(PageVerdict::State state, std::int64_t keep) noexcept {
    state_ = state;
    bool const discard = !in_flight_.empty();
    discard_in_flight();
    return {state, keep, discard};
}

}  // namespace clerk::policy
