#include "api/pagination/keyset_cursor.hpp"

#include "api/pagination/listed_page.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace clerk::api {

namespace {

constexpr std::int64_t longest_list = 10'000'000;  // larger totals are not used as a bound
constexpr std::int64_t patience = 2;               // pages without new items, before a page may begin within the group

// Offsets stay below this, so that adding a page does not overflow.
constexpr std::int64_t furthest = no_end / 2;

}  // namespace

KeysetCursor::KeysetCursor(KeysetOptions options, std::int64_t start_offset)
    : KeysetCursor{options, walk_from(std::min(start_offset, furthest))} {
    if (start_offset != 0) state_.add(IncompleteReason::offset);
}

KeysetCursor::KeysetCursor(KeysetOptions options, WalkState state)
    : options_{options},
      state_{std::move(state)},
      planner_{options.page_size, options.overlap},
      frontier_{options.max_known, state_},
      taken_total_{state_.total.value_or(0)} {
    assert(options_.page_size >= 1 && options_.overlap >= 1 && options_.max_items >= 0);
    bool const begun = state_.frontier || Frontier::trailing(state_) != 0 || by_offset();
    planner_.begin_at(state_.position - (begun ? overlap_behind_group() : 0));
}

// Items until max_items.
std::int64_t KeysetCursor::left() const noexcept {
    if (options_.max_items == 0) return no_end;
    return std::max<std::int64_t>(0, options_.max_items - state_.delivered - state_.undecoded);
}

bool KeysetCursor::group_is_small() const noexcept {
    std::int64_t const size = count_of(state_.known);
    return !state_.known_cut && size <= planner_.half_page() && size + 1 < planner_.effective_size();
}

// How far before position() a page should begin: before the group of the frontier if possible.
std::int64_t KeysetCursor::overlap_behind_group() const noexcept {
    std::int64_t overlap = std::min(planner_.overlap(), planner_.half_page());
    if (!by_offset() && group_is_small()) overlap = std::max(overlap, count_of(state_.known) + 2);
    return std::min(overlap, planner_.effective_size() - 1);
}

std::optional<PageRequest> KeysetCursor::next_request(std::size_t max_in_flight) {
    if (done()) return std::nullopt;
    return planner_.next_request(max_in_flight, state_.total, saturating_add(state_.position, left()));
}

KeysetPage KeysetCursor::look_at(ListedPage const& listed) {
    KeysetPage page{};
    page.request = planner_.take_oldest();
    page.items = listed.items;
    page.total = std::max<std::int64_t>(listed.total_count, 0);
    page.received = count_of(listed.items);
    page.full = std::min(page.request.limit, planner_.effective_size());
    page.reach = saturating_add(page.request.offset, page.received);
    page.total_changed = state_.total && *state_.total != page.total;
    page.total_grew = state_.total && *state_.total < page.total;
    page.keep.assign(page.items.size(), false);
    page.end = page.items.size();
    if (!state_.first_total) state_.first_total = page.total;
    state_.total = page.total;
    return page;
}

KeysetVerdict KeysetCursor::accept(ListedPage const& listed) {
    assert(planner_.in_flight() != 0 && !done());
    KeysetPage page = look_at(listed);
    std::size_t const outstanding = planner_.in_flight();
    if (StallGuard::too_many_pages(state_, state_.delivered + state_.undecoded, planner_.page_size())) {
        stalled_ = true;
    } else {
        page.ordered = in_order(page.items);
        // A list that fits in one answer needs no order.
        bool const is_whole_list = state_.pages == 1 && page.request.offset == 0 && page.shows_the_end();
        if (!by_offset() && !page.ordered && !is_whole_list) {
            state_.add(IncompleteReason::unordered);
            frontier_.know_the_tail(state_);
        }
        Frontier::look_up_known(state_, page, by_offset());
        if (by_offset()) {
            take_by_offset(page);
        } else if (Join const join = classify_page(page); join == Join::strong || join == Join::weak) {
            take(page, join);
        } else {
            step_back(page, join);
        }
    }
    if (done()) planner_.discard_in_flight();
    KeysetVerdict verdict{};
    verdict.progress = stalled_ ? WalkProgress::stalled : done() ? WalkProgress::done : WalkProgress::more;
    verdict.keep = std::move(page.keep);
    if (stalled_) verdict.keep.assign(page.items.size(), false);
    verdict.discard_in_flight = planner_.in_flight() != outstanding;
    return verdict;
}

Join KeysetCursor::classify_page(KeysetPage const& page) const {
    if (page.request.offset == 0 || state_.has(IncompleteReason::short_pages)) return Join::strong;
    if (!state_.frontier) return page.request.offset <= state_.position ? Join::strong : Join::gap;
    // When nothing of the overlap can be decoded, only the offset can be compared.
    std::int64_t const trailing = Frontier::trailing(state_);
    bool const overlap_is_unreadable = trailing > 0 && page.request.offset >= state_.position - trailing;
    ListedItem const* const first = first_decoded(page.items);
    if (first == nullptr) {
        bool const continues =
            !page.items.empty() && page.request.offset <= state_.position && page.total >= taken_total_;
        return continues || overlap_is_unreadable ? Join::strong : Join::gap;
    }
    if (*first->created_at < *state_.frontier || overlap_is_unreadable) return Join::strong;
    if (*first->created_at > *state_.frontier) return Join::gap;
    // With undecoded items around and inside the group, a page may be too small to begin before the group.
    bool const has_no_room =
        trailing > 0 || (state_.has(IncompleteReason::undecoded) && guard_.idle_pages() >= patience);
    if (group_is_small() && !has_no_room) return Join::inside_group;
    if (page.known_count != 0) return Join::weak;
    // Inside a group whose first ids were dropped: the known ids follow later, so neighbouring pages must overlap.
    bool const continues = state_.known_cut && previous_joined_ &&
                           std::any_of(page.items.begin(), page.items.end(),
                                       [this](auto& item) { return item.id == guard_.previous().last_id; });
    return continues ? Join::weak : Join::gap;
}

// The page does not join: one from a smaller offset is requested.
void KeysetCursor::step_back(KeysetPage const& page, Join join) {
    ++state_.refetches;
    planner_.learn_page_size(state_, page);
    if (join == Join::gap || page.total_changed) ++state_.drift_events;
    std::int64_t back = 0;
    if (join == Join::inside_group) {
        // The known ids that are missing on this page come before it, perhaps with others between them.
        std::int64_t const slack = std::int64_t{1} << std::min<std::int64_t>(planner_.steps_back(), 32);
        back = count_of(state_.known) - page.known_count + slack;
    } else {
        std::int64_t const distance = std::max<std::int64_t>(state_.position - page.request.offset, 1);
        back = std::max(distance, std::max<std::int64_t>(0, taken_total_ - page.total));
    }
    planner_.step_back(page, back);
    count_idle(page);
}

void KeysetCursor::take(KeysetPage& page, Join join) {
    page.joins = true;
    if (!Frontier::mark_new(state_, page)) {
        stalled_ = true;
        return;
    }
    state_.duplicates_dropped += std::count(page.keep.begin(), page.keep.end(), false);
    cut_to_fit(page);
    count_delivered(page);
    planner_.learn_page_size(state_, page);
    if (planner_.adapt(page, state_.position)) ++state_.drift_events;
    frontier_.advance(state_, page, join);
    if (page.fresh > 0) {
        frontier_.remember_end(state_, page, 2 * planner_.overlap());
        if (group_is_small()) planner_.at_least_overlap(count_of(state_.known) + 2);
        state_.position = page.reach;
        planner_.begin_behind(page.reach, overlap_behind_group());
    } else {
        state_.position = std::max(state_.position, page.reach);
        std::int64_t const next = page.reach - std::min(planner_.overlap(), planner_.half_page());
        planner_.begin_at(page.is_short() ? next : std::max(next, page.request.offset + 1));
    }
    taken_total_ = page.total;
    if (page.cut) {
        if (page.end == page.items.size() && page.is_short()) finish();
    } else if (page.shows_the_end()) {
        finish();
    } else {
        count_idle(page);  // one more request shows whether the list ends here
    }
}

// The list is not in order: continue by offset, and drop the overlap by ids.
void KeysetCursor::take_by_offset(KeysetPage& page) {
    bool const behind = page.reach <= state_.position;  // requested while the list still seemed to be in order
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        bool const overlaps = page.request.offset + static_cast<std::int64_t>(i) < state_.position;
        bool const again = behind || (page.items[i].id.empty() ? overlaps : page.known[i] != KeysetPage::not_known);
        page.keep[i] = !again;
    }
    state_.duplicates_dropped += std::count(page.keep.begin(), page.keep.end(), false);
    cut_to_fit(page);
    count_delivered(page);
    frontier_.know_the_page(state_, page);
    if (state_.undecoded != 0) state_.add(IncompleteReason::undecoded);
    if (page.total_changed) ++state_.drift_events;
    planner_.learn_page_size(state_, page);
    if (page.received != page.full) planner_.discard_in_flight();
    state_.position = std::max(state_.position, page.reach);
    planner_.begin_at(state_.position - std::min({planner_.overlap(), planner_.half_page(), page.received / 2}));
    if (page.cut) return;
    if (page.received == 0 || state_.position >= page.total) return finish();
    count_idle(page);
}

void KeysetCursor::cut_to_fit(KeysetPage& page) const {
    std::int64_t wanted = left();
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        if (!page.keep[i]) continue;
        if (wanted == 0) {
            page.keep[i] = false;
            continue;
        }
        ++page.fresh;
        if (--wanted == 0) {
            page.end = i + 1;
            page.cut = true;
        }
    }
    page.reach = saturating_add(page.request.offset, static_cast<std::int64_t>(page.end));
}

void KeysetCursor::count_delivered(KeysetPage const& page) {
    for (std::size_t i = 0; i != page.end; ++i) {
        if (page.keep[i]) ++(page.items[i].decoded ? state_.delivered : state_.undecoded);
    }
}

// Whether a page that brought nothing new lists everything up to the frontier, and nothing behind it.
bool KeysetCursor::seems_last(KeysetPage const& page) const {
    if (page.received == 0 || by_offset()) return true;
    ListedItem const* const last = last_decoded(page.items);
    return last == nullptr ? page.joins : last->created_at == state_.frontier;
}

void KeysetCursor::count_idle(KeysetPage const& page) {
    PageEnds ends{};
    ends.received = page.received;
    if (!page.items.empty()) {
        ends.first_id = page.items.front().id;
        ends.last_id = page.items.back().id;
    }
    bool const repeats =
        page.received != 0 && ends == guard_.previous() && page.request.offset > previous_offset_ && !page.total_grew;
    guard_.remember(std::move(ends));
    previous_offset_ = page.request.offset;
    previous_joined_ = page.joins;
    if (page.fresh > 0) return guard_.found_something_new();
    std::int64_t const grown = std::max<std::int64_t>(0, page.total - *state_.first_total);
    std::int64_t const list =
        std::min(saturating_add(saturating_add(state_.position, state_.delivered), grown), longest_list);
    StallGuard::IdlePage const idle{repeats, page.contradicts() && seems_last(page),
                                    pages_for(list, planner_.effective_size())};
    switch (guard_.found_nothing_new(idle)) {
        case StallGuard::Verdict::more:
            break;
        case StallGuard::Verdict::totals_disagree:
            state_.add(IncompleteReason::totals);
            finish();
            break;
        case StallGuard::Verdict::stalled:
            stalled_ = true;
            break;
    }
}

void KeysetCursor::finish() noexcept {
    state_.done = true;
    // When the list did not change, the number of items is known.
    bool const stood_still = state_.drift_events == 0 && state_.incomplete_reasons == 0;
    if (stood_still && state_.delivered != *state_.total) state_.add(IncompleteReason::totals);
}

}  // namespace clerk::api
