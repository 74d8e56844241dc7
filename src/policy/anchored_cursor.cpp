#include "policy/anchored_cursor.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace clerk::policy {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest_page = 2;          // one item cannot overlap and bring something new
constexpr std::int64_t longest_list = 10'000'000;  // as far as a total is believed where it sets a bound
constexpr std::int64_t idle_allowance = 64;
constexpr std::int64_t most_contradictions = 3;
constexpr std::int64_t most_repeats = 8;
constexpr std::int64_t most_single_items = 2;  // as the end of a list whose total is too high shows
constexpr std::int64_t few = 2;
constexpr std::int64_t patience = 2;  // pages without anything new, where not everything can be read

// Offsets stay below it, so that a page may be added.
constexpr std::int64_t furthest = most / 2;

WalkState state_from(std::int64_t start_offset) {
    WalkState state{};
    state.start = state.position = start_offset;
    return state;
}

// The right one is not negative.
constexpr std::int64_t saturating_add(std::int64_t left, std::int64_t right) noexcept {
    return left > most - right ? most : left + right;
}
constexpr std::int64_t pages_for(std::int64_t items, std::int64_t page_size) noexcept {
    return items / page_size + (items % page_size == 0 ? 0 : 1);
}
constexpr std::int64_t count_of(auto const& items) noexcept { return static_cast<std::int64_t>(items.size()); }

bool in_order(std::span<ListedItem const> items) {
    std::optional<std::int64_t> before{};
    for (ListedItem const& item : items) {
        if (!item.decoded) continue;
        if (!item.created_at || (before && *item.created_at < *before)) return false;
        before = item.created_at;
    }
    return true;
}

ListedItem const* first_decoded(std::span<ListedItem const> items) {
    auto const found = std::find_if(items.begin(), items.end(), [](ListedItem const& item) { return item.decoded; });
    return found == items.end() ? nullptr : &*found;
}

ListedItem const* last_decoded(std::span<ListedItem const> items) {
    auto const found = std::find_if(items.rbegin(), items.rend(), [](ListedItem const& item) { return item.decoded; });
    return found == items.rend() ? nullptr : &*found;
}

// Of the decoded items: which came before in the same page. Only those with equal keys can, as the page is in order.
std::vector<bool> repeated_within(std::span<ListedItem const> items) {
    std::vector<bool> repeated(items.size());
    std::unordered_set<std::string_view> group;
    ListedItem const* last = nullptr;
    for (std::size_t i = 0; i != items.size(); ++i) {
        ListedItem const& item = items[i];
        if (!item.decoded) continue;
        if (last != nullptr && last->created_at == item.created_at) {
            if (group.empty()) group.insert(last->id);
            repeated[i] = !group.insert(item.id).second;
        } else {
            group.clear();
        }
        last = &item;
    }
    return repeated;
}

}  // namespace

struct AnchoredCursor::Page {
    PageRequest request{};
    std::span<ListedItem const> items{};
    std::int64_t total{};
    std::int64_t received{};
    std::int64_t full{};  // items of a page that does not show the end: the limit, or less where the service gives less
    std::int64_t reach{};  // offset behind its last item
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
    // Fewer items than the total allows.
    [[nodiscard]] bool contradicts() const noexcept { return is_short() && reach < total; }
};

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
        if (!by_offset() && !in_order(page.items)) {
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

void AnchoredCursor::look_up_known(Page& page) const {
    page.known.assign(page.items.size(), not_known);
    if (state_.known.empty() || !(state_.frontier || by_offset())) return;
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        ListedItem const& item = page.items[i];
        if (!item.decoded || (!by_offset() && item.created_at != state_.frontier)) continue;
        if (index.empty()) {
            index.reserve(state_.known.size());
            for (std::size_t k = 0; k != state_.known.size(); ++k) index.emplace(state_.known[k], k);
        }
        if (auto const found = index.find(item.id); found != index.end()) {
            page.known[i] = found->second;
            ++page.known_count;
        }
    }
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
    // A full page does not show that nothing follows it, whatever its total says; one more request does.
    if (page.reach >= page.total && page.is_short()) return finish();
    count_idle(page);
}

bool AnchoredCursor::mark_new(Page& page) {
    std::vector<bool> const repeated = repeated_within(page.items);
    // With some of the known ids forgotten, only what follows a known one is certain to be new.
    std::size_t first_new_of_group = 0;
    if (state_.known_cut) {
        auto const last =
            std::find_if(page.known.rbegin(), page.known.rend(), [](std::size_t k) { return k != not_known; });
        first_new_of_group = last == page.known.rend()
                                 ? page.items.size()
                                 : static_cast<std::size_t>(std::distance(last, page.known.rend()));
    }
    bool group_seen = false;
    bool beyond_group = false;
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        ListedItem const& item = page.items[i];
        if (!item.decoded) continue;
        if (repeated[i]) {
            state_.add(Doubt::repeats);
            continue;
        }
        bool is_new = !state_.frontier || *item.created_at > *state_.frontier;
        beyond_group = beyond_group || is_new;
        if (!is_new && *item.created_at == *state_.frontier) {
            group_seen = true;
            is_new = page.known[i] == not_known && i >= first_new_of_group;
        }
        page.keep[i] = is_new;
    }
    // The ids that would tell which of the group were delivered are forgotten or deleted.
    bool const group_ends = beyond_group || (page.is_short() && page.reach >= page.total);
    return !(state_.known_cut && page.known_count == 0 && group_seen && group_ends);
}

void AnchoredCursor::mark_undecoded(Page& page) {
    std::size_t first_new = page.items.size();
    std::optional<std::size_t> last_dropped{};
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        if (!page.items[i].decoded) continue;
        if (!page.keep[i]) {
            last_dropped = i;
        } else if (first_new == page.items.size()) {
            first_new = i;
        }
    }
    // A full page that ends before the frontier, or where it was.
    bool const is_behind = first_new == page.items.size() && last_dropped && !page.is_short() &&
                           (*page.items[*last_dropped].created_at < *state_.frontier || page.reach <= state_.position);
    std::int64_t nameless = state_.trailing_nameless;
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        ListedItem const& item = page.items[i];
        if (item.decoded) continue;
        state_.add(Doubt::undecoded);
        bool again = false;
        if (is_behind || (last_dropped && i < *last_dropped)) {
            again = true;
        } else if (i < first_new && !item.id.empty()) {
            again = std::find(state_.trailing.begin(), state_.trailing.end(), item.id) != state_.trailing.end();
        } else if (i < first_new) {
            again =
                last_dropped ? nameless-- > 0 : page.request.offset + static_cast<std::int64_t>(i) < state_.position;
        }
        page.keep[i] = !again;
    }
}

void AnchoredCursor::cut_to_fit(Page& page) {
    std::int64_t left = options_.max_items == 0
                            ? most
                            : std::max<std::int64_t>(0, options_.max_items - state_.delivered - state_.undecoded);
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        if (!page.keep[i]) continue;
        if (left == 0) {
            page.keep[i] = false;
            continue;
        }
        ++page.fresh;
        if (--left == 0) {
            page.end = i + 1;
            page.cut = true;
        }
    }
    page.reach = saturating_add(page.request.offset, static_cast<std::int64_t>(page.end));
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

// Puts the page's new ids with the frontier's created_at between the known ones, in the order of the list.
void AnchoredCursor::merge_known(Page const& page, Join join) {
    if (join == Join::weak && !keeps_order(page)) state_.add(Doubt::ties);
    std::vector<std::string> merged;
    std::vector<std::int64_t> merged_from;
    merged.reserve(state_.known.size() + page.items.size());
    std::vector<std::string_view> added;  // since the last known one
    std::size_t copied = 0;
    auto const copy_known = [&](std::size_t end) {
        for (; copied < end; ++copied) {
            merged.push_back(std::move(state_.known[copied]));
            merged_from.push_back(known_from_[copied]);
        }
    };
    auto const copy_added = [&] {
        merged.insert(merged.end(), added.begin(), added.end());
        merged_from.resize(merged.size(), state_.pages);
        added.clear();
    };
    for (std::size_t i = 0; i != page.end; ++i) {
        ListedItem const& item = page.items[i];
        if (!item.decoded || item.created_at != state_.frontier) continue;
        if (page.known[i] == not_known) {
            if (page.keep[i]) added.push_back(item.id);
            continue;
        }
        // What is known but not on the page is before it, or deleted.
        copy_known(page.known[i]);
        copy_added();
        copy_known(page.known[i] + 1);
    }
    copy_added();
    copy_known(state_.known.size());
    state_.known = std::move(merged);
    known_from_ = std::move(merged_from);
}

// Whether the known ids on the page come in the order in which they were delivered. Only ids of one earlier page are
// compared: between those of two pages others may have come and gone, which leaves their order open.
bool AnchoredCursor::keeps_order(Page const& page) const {
    std::unordered_map<std::int64_t, std::size_t> latest;
    for (std::size_t const known : page.known) {
        if (known == not_known || known_from_[known] == 0) continue;
        auto const [at, first] = latest.emplace(known_from_[known], known);
        if (!first && known < at->second) return false;
        at->second = known;
    }
    return true;
}

void AnchoredCursor::remember_trailing(Page const& page) {
    state_.trailing.clear();
    state_.trailing_nameless = 0;
    for (std::size_t i = page.end; i != 0 && !page.items[i - 1].decoded; --i) {
        if (page.items[i - 1].id.empty() || state_.trailing.size() == options_.max_known) {
            ++state_.trailing_nameless;
        } else {
            state_.trailing.emplace_back(page.items[i - 1].id);
        }
    }
}

void AnchoredCursor::remember_tail(Page const& page) {
    std::size_t const wanted = static_cast<std::size_t>(2 * overlap_);
    tail_.clear();
    for (std::size_t i = page.end - std::min(page.end, wanted); i != page.end; ++i) {
        tail_.emplace_back(page.items[i].id);
    }
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
