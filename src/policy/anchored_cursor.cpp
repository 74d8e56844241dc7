#include "policy/anchored_cursor.hpp"

#include "policy/anchored_page.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace clerk::policy {

namespace {

constexpr std::int64_t smallest_page = 2;          // one item cannot overlap and bring something new
constexpr std::int64_t longest_list = 10'000'000;  // as far as a total is believed where it sets a bound
constexpr std::int64_t idle_allowance = 64;
constexpr std::int64_t most_contradictions = 3;
constexpr std::int64_t most_repeats = 8;
constexpr std::int64_t most_single_items = 2;  // as the end of a list whose total is too high shows
constexpr std::int64_t few = 2;                // so many may go between counting and listing
constexpr std::int64_t patience = 2;           // pages without anything new, where not everything can be read

// Offsets stay below it, so that a page may be added.
constexpr std::int64_t furthest = most / 2;

WalkState state_from(std::int64_t start_offset) {
    WalkState state{};
    state.start = state.position = start_offset;
    return state;
}

constexpr std::int64_t pages_for(std::int64_t items, std::int64_t page_size) noexcept {
    return items / page_size + (items % page_size == 0 ? 0 : 1);
}

bool in_order(std::span<ListedItem const> items) {
    std::optional<std::int64_t> before{};
    for (ListedItem const& item : items) {
        if (!item.decoded) continue;
        if (!item.created_at || (before && *item.created_at < *before)) return false;
        before = item.created_at;
    }
    return true;
}

}  // namespace

AnchoredCursor::AnchoredCursor(AnchoredOptions options, std::int64_t start_offset)
    : AnchoredCursor{options, state_from(std::min(start_offset, furthest))} {
    if (start_offset != 0) state_.add(Doubt::offset);
}

AnchoredCursor::AnchoredCursor(AnchoredOptions options, WalkState state)
    : options_{options}, state_{std::move(state)}, window_{std::numeric_limits<std::size_t>::max()} {
    assert(options_.page_size >= 1 && options_.overlap >= 1 && options_.max_items >= 0);
    options_.page_size = std::max(options_.page_size, smallest_page);
    effective_size_ = options_.page_size;
    known_from_.assign(state_.known.size(), 0);
    overlap_ = std::min(options_.overlap, half_page());
    taken_total_ = state_.total.value_or(0);
    bool const begun = state_.frontier || trailing() != 0 || by_offset();
    next_offset_ = begun ? std::max<std::int64_t>(0, state_.position - overlap_behind_group()) : state_.position;
}

bool AnchoredCursor::group_is_small() const noexcept {
    std::int64_t const size = count_of(state_.known);
    return !state_.known_cut && size <= half_page() && size + 1 < effective_size_;
}

// How far before position() a page should begin, so that it begins before the group of the frontier where it can.
std::int64_t AnchoredCursor::overlap_behind_group() const noexcept {
    std::int64_t overlap = std::min(overlap_, half_page());
    if (!by_offset() && group_is_small()) overlap = std::max(overlap, count_of(state_.known) + 2);
    return std::min(overlap, effective_size_ - 1);
}

std::int64_t AnchoredCursor::trailing() const noexcept { return count_of(state_.trailing) + state_.trailing_nameless; }

std::optional<PageRequest> AnchoredCursor::next_request(std::size_t max_in_flight) {
    if (done()) return std::nullopt;
    std::int64_t offset = next_offset_;
    std::int64_t const wanted_end =
        options_.max_items == 0
            ? most
            : saturating_add(state_.position,
                             std::max<std::int64_t>(0, options_.max_items - state_.delivered - state_.undecoded));
    if (!in_flight_.empty()) {
        if (in_flight_.size() >= std::min(max_in_flight, window_) || !state_.total) return std::nullopt;
        PageRequest const& last = in_flight_.back();
        std::int64_t const end = saturating_add(last.offset, effective_size_);
        if (end > *state_.total || end >= wanted_end) return std::nullopt;
        offset = std::max(last.offset + 1, end - std::min(overlap_, half_page()));
    }
    std::int64_t const wanted = std::max(wanted_end - offset, smallest_page);
    return in_flight_.emplace_back(PageRequest{offset, std::min(options_.page_size, wanted)});
}

AnchoredVerdict AnchoredCursor::accept(ListedPage const& listed) {
    assert(!in_flight_.empty() && !done());
    Page page{};
    page.request = in_flight_.front();
    in_flight_.pop_front();
    page.items = listed.items;
    page.total = std::max<std::int64_t>(listed.total_count, 0);
    page.received = count_of(listed.items);
    page.full = std::min(page.request.limit, effective_size_);
    page.reach = saturating_add(page.request.offset, page.received);
    page.total_changed = state_.total && *state_.total != page.total;
    page.total_grew = state_.total && *state_.total < page.total;
    page.keep.assign(page.items.size(), false);
    page.end = page.items.size();
    std::size_t const outstanding = in_flight_.size();
    if (!state_.first_total) state_.first_total = page.total;
    state_.total = page.total;

    if (runs_away()) {
        stall();
    } else {
        page.ordered = in_order(page.items);
        // A list that comes whole in one answer needs no order.
        bool const is_whole_list = state_.pages == 1 && page.request.offset == 0 && page.shows_the_end();
        if (!by_offset() && !page.ordered && !is_whole_list) {
            state_.add(Doubt::unordered);
            state_.known.insert(state_.known.end(), tail_.begin(), tail_.end());
        }
        look_up_known(page);
        if (by_offset()) {
            take_by_offset(page);
        } else if (Join const join = judge(page); join == Join::strong || join == Join::weak) {
            take(page, join);
        } else {
            step_back(page, join);
        }
    }
    if (done()) in_flight_.clear();
    AnchoredVerdict verdict{};
    verdict.state = stalled_ ? PageVerdict::State::stalled
                    : done() ? PageVerdict::State::done
                             : PageVerdict::State::more;
    verdict.keep = std::move(page.keep);
    if (stalled_) verdict.keep.assign(page.items.size(), false);
    verdict.discard_in_flight = in_flight_.size() != outstanding;
    return verdict;
}

AnchoredCursor::Join AnchoredCursor::judge(Page const& page) const {
    if (page.request.offset == 0 || state_.has(Doubt::short_pages)) return Join::strong;
    if (!state_.frontier) return page.request.offset <= state_.position ? Join::strong : Join::gap;
    // Where nothing of the overlap can be decoded there is only the offset to go by.
    bool const overlap_is_unreadable = trailing() > 0 && page.request.offset >= state_.position - trailing();
    ListedItem const* const first = first_decoded(page.items);
    if (first == nullptr) {
        bool const continues =
            !page.items.empty() && page.request.offset <= state_.position && page.total >= taken_total_;
        return continues || overlap_is_unreadable ? Join::strong : Join::gap;
    }
    if (*first->created_at < *state_.frontier || overlap_is_unreadable) return Join::strong;
    if (*first->created_at > *state_.frontier) return Join::gap;
    // Undecoded items around and inside the group may leave no room for going back before it.
    bool const has_no_room = trailing() > 0 || (state_.has(Doubt::undecoded) && idle_pages_ >= patience);
    if (group_is_small() && !has_no_room) return Join::inside_group;
    if (page.known_count != 0) return Join::weak;
    // Among those whose ids are forgotten: the known ones are further on, and one page must meet the next.
    bool const goes_on = state_.known_cut && last_joined_ &&
                         std::any_of(page.items.begin(), page.items.end(),
                                     [this](ListedItem const& item) { return item.id == last_last_id_; });
    return goes_on ? Join::weak : Join::gap;
}

// The page does not meet what was delivered: one further back is asked for.
void AnchoredCursor::step_back(Page const& page, Join join) {
    in_flight_.clear();
    window_ = 1;
    ++state_.refetches;
    learn_page_size(page);
    if (join == Join::gap || page.total_changed) ++state_.drift_events;
    std::int64_t const offset = page.request.offset;
    std::int64_t back = 0;
    if (join == Join::inside_group) {
        // The known ids that this page lacks are before it, and perhaps others.
        std::int64_t const slack = std::int64_t{1} << std::min<std::int64_t>(steps_back_, 32);
        back = count_of(state_.known) - page.known_count + slack;
    } else {
        std::int64_t const distance = std::max<std::int64_t>(state_.position - offset, 1);
        back = std::max(distance, std::max<std::int64_t>(0, taken_total_ - page.total));
    }
    std::int64_t const last_page = std::max<std::int64_t>(0, page.total - std::min(overlap_, half_page()));
    next_offset_ = std::min(std::max<std::int64_t>(0, offset - back), last_page);
    ++steps_back_;
    count_idle(page);
}

void AnchoredCursor::take(Page& page, Join join) {
    page.joins = true;
    if (!mark_new(page)) return stall();
    mark_undecoded(page);
    state_.duplicates_dropped += std::count(page.keep.begin(), page.keep.end(), false);
    cut_to_fit(page);
    for (std::size_t i = 0; i != page.end; ++i) {
        if (page.keep[i]) ++(page.items[i].decoded ? state_.delivered : state_.undecoded);
    }
    learn_page_size(page);
    adapt(page);
    advance(page, join);
    steps_back_ = 0;
    taken_total_ = page.total;
    if (page.cut) {
        if (page.end != page.items.size() || !page.is_short()) state_.add(Doubt::cut);
        return finish();
    }
    // Otherwise one more request does.
    if (page.shows_the_end()) return finish();
    count_idle(page);
}

// Compares where the page was met with where it was expected.
void AnchoredCursor::adapt(Page const& page) {
    std::int64_t shift = 0;  // positive: what was delivered has moved to the front
    bool const located = page.fresh > 0 || page.is_short();
    if (located || page.reach > state_.position) shift = state_.position - (page.reach - page.fresh);
    if (shift != 0 || page.total_changed) ++state_.drift_events;
    std::int64_t const least = std::min(options_.overlap, half_page());
    anticipated_shift_ = 0;
    if (shift > half_page() / 2) {
        // More than overlapping can bridge: one page at a time, each begun where the last one was met.
        window_ = 1;
        anticipated_shift_ = std::min(shift, options_.page_size);
        return;
    }
    if (2 * shift > overlap_) {
        overlap_ = std::min(half_page(), 4 * shift);
    } else if (overlap_ > least) {
        overlap_ -= (overlap_ - least + 7) / 8;
    }
    overlap_ = std::clamp<std::int64_t>(overlap_, std::min<std::int64_t>(least, half_page()), half_page());
    if (steps_back_ == 0 && window_ <= std::numeric_limits<std::size_t>::max() / 2) window_ *= 2;
}

void AnchoredCursor::advance(Page const& page, Join join) {
    ListedItem const* last = nullptr;
    for (std::size_t i = 0; i != page.end; ++i) {
        if (page.items[i].decoded) last = &page.items[i];
    }
    if (last != nullptr && (!state_.frontier || *last->created_at > *state_.frontier)) {
        state_.frontier = last->created_at;
        state_.known.clear();
        state_.known_cut = false;
        for (std::size_t i = 0; i != page.end; ++i) {
            ListedItem const& item = page.items[i];
            if (item.decoded && page.keep[i] && item.created_at == state_.frontier) state_.known.emplace_back(item.id);
        }
        known_from_.assign(state_.known.size(), state_.pages);
    } else if (last != nullptr && *last->created_at == *state_.frontier) {
        merge_known(page, join);
    }
    if (state_.known.size() > options_.max_known) {
        auto const excess = static_cast<std::ptrdiff_t>(state_.known.size() - options_.max_known);
        state_.known.erase(state_.known.begin(), state_.known.begin() + excess);
        known_from_.erase(known_from_.begin(), known_from_.begin() + excess);
        state_.known_cut = true;
    }
    if (page.fresh > 0) {
        remember_tail(page);
        remember_trailing(page);
        if (group_is_small()) overlap_ = std::max(overlap_, std::min(half_page(), count_of(state_.known) + 2));
    }
    state_.position = page.fresh > 0 ? page.reach : std::max(state_.position, page.reach);
    if (page.fresh > 0) {
        next_offset_ = page.reach - overlap_behind_group() - anticipated_shift_;
    } else {
        next_offset_ = page.reach - std::min(overlap_, half_page());
        if (!page.is_short()) next_offset_ = std::max(next_offset_, page.request.offset + 1);
    }
    next_offset_ = std::max<std::int64_t>(0, next_offset_);
}

// The list is not in order: offsets are all there is, and ids to drop what overlaps.
void AnchoredCursor::take_by_offset(Page& page) {
    bool const behind = page.reach <= state_.position;  // asked for when the list still seemed to be in order
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        bool const overlaps = page.request.offset + static_cast<std::int64_t>(i) < state_.position;
        bool const again = behind || (page.items[i].id.empty() ? overlaps : page.known[i] != not_known);
        page.keep[i] = !again;
    }
    state_.duplicates_dropped += std::count(page.keep.begin(), page.keep.end(), false);
    cut_to_fit(page);
    state_.known.clear();
    for (std::size_t i = 0; i != page.end; ++i) {
        ListedItem const& item = page.items[i];
        if (page.keep[i]) ++(item.decoded ? state_.delivered : state_.undecoded);
        if (!item.id.empty() && state_.known.size() != options_.max_known) state_.known.emplace_back(item.id);
    }
    if (state_.undecoded != 0) state_.add(Doubt::undecoded);
    if (page.total_changed) ++state_.drift_events;
    learn_page_size(page);
    if (page.received != page.full) in_flight_.clear();
    state_.position = std::max(state_.position, page.reach);
    next_offset_ = state_.position - std::min({overlap_, half_page(), page.received / 2});
    if (page.cut) {
        state_.add(Doubt::cut);
        return finish();
    }
    if (page.received == 0 || state_.position >= page.total) return finish();
    count_idle(page);
}

// A service may give fewer items per page than it was asked for. Where only the last few are lacking, they may have
// gone between counting and listing.
void AnchoredCursor::learn_page_size(Page const& page) {
    if (page.received == 0 || page.cut) return;
    bool const is_single = page.received == 1 && page.request.limit > 1 && page.reach < page.total;
    if (is_single && ++single_items_ > most_single_items) state_.add(Doubt::short_pages);
    if (page.contradicts()) {
        if (page.fresh > few && page.total - page.reach <= few) return;
        std::int64_t const size =
            state_.has(Doubt::short_pages) ? page.received : std::max(page.received, smallest_page);
        if (size < effective_size_) in_flight_.clear();  // they leave gaps
        effective_size_ = size;
    } else if (page.received > effective_size_) {
        effective_size_ = std::min(page.received, options_.page_size);
    }
    overlap_ = std::min(overlap_, std::max<std::int64_t>(half_page(), 0));
}

// Whether a page that brought nothing new lists everything up to the frontier, and nothing behind it.
bool AnchoredCursor::seems_last(Page const& page) const {
    if (page.received == 0 || by_offset()) return true;
    ListedItem const* const last = last_decoded(page.items);
    return last == nullptr ? page.joins : last->created_at == state_.frontier;
}

void AnchoredCursor::count_idle(Page const& page) {
    std::string_view const first = page.items.empty() ? std::string_view{} : page.items.front().id;
    std::string_view const last = page.items.empty() ? std::string_view{} : page.items.back().id;
    bool const same = page.received != 0 && page.received == last_received_ && first == last_first_id_ &&
                      last == last_last_id_ && page.request.offset > last_offset_ && !page.total_grew;
    last_received_ = page.received;
    last_first_id_ = first;
    last_last_id_ = last;
    last_offset_ = page.request.offset;
    last_joined_ = page.joins;
    if (page.fresh > 0) {
        idle_pages_ = contradictions_ = repeats_ = 0;
        return;
    }
    repeats_ = same ? repeats_ + 1 : 0;
    if (page.contradicts() && seems_last(page)) ++contradictions_;
    // There and back again, over what was walked and what has come since.
    std::int64_t const grown = std::max<std::int64_t>(0, page.total - *state_.first_total);
    std::int64_t const list =
        std::min(saturating_add(saturating_add(state_.position, state_.delivered), grown), longest_list);
    if (contradictions_ >= most_contradictions) {
        state_.add(Doubt::totals);
        finish();
    } else if (repeats_ >= most_repeats || ++idle_pages_ > idle_allowance + 2 * pages_for(list, effective_size_)) {
        stall();
    }
}

bool AnchoredCursor::runs_away() {
    if (++state_.pages > PageCursor::max_pages) return true;
    if (state_.delivered + state_.undecoded < *state_.first_total) return false;
    std::int64_t const first_pages =
        std::min(pages_for(*state_.first_total, options_.page_size), PageCursor::max_pages);
    return ++state_.growth_pages > std::max(PageCursor::least_growth_pages, 3 * first_pages);
}

void AnchoredCursor::finish() noexcept {
    if (stalled_) return;
    state_.done = true;
    // When the list stood still, the number of items is known.
    bool const stood_still = state_.drift_events == 0 && state_.doubts == 0;
    if (stood_still && state_.delivered != *state_.total) state_.add(Doubt::totals);
}

void AnchoredCursor::stall() noexcept { stalled_ = true; }

}  // namespace clerk::policy
