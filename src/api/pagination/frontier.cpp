#include "api/pagination/frontier.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace clerk::api {

namespace {

// Which decoded items occur earlier in the same page. In an ordered page only items with equal keys can repeat.
std::vector<bool> repeated_within(std::span<ListedItem const> items, bool ordered) {
    std::vector<bool> repeated(items.size());
    std::unordered_set<std::string_view> group;
    ListedItem const* last = nullptr;
    for (std::size_t i = 0; i != items.size(); ++i) {
        ListedItem const& item = items[i];
        if (!item.decoded) continue;
        if (last != nullptr && (!ordered || last->created_at == item.created_at)) {
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

std::int64_t Frontier::trailing(WalkState const& state) noexcept {
    return count_of(state.trailing) + state.trailing_nameless;
}

void Frontier::look_up_known(WalkState const& state, KeysetPage& page, bool any_time) {
    page.known.assign(page.items.size(), KeysetPage::not_known);
    if (state.known.empty() || !(state.frontier || any_time)) return;
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        ListedItem const& item = page.items[i];
        if (!item.decoded || (!any_time && item.created_at != state.frontier)) continue;
        if (index.empty()) {
            index.reserve(state.known.size());
            for (std::size_t k = 0; k != state.known.size(); ++k) index.emplace(state.known[k], k);
        }
        if (auto const found = index.find(item.id); found != index.end()) {
            page.known[i] = found->second;
            ++page.known_count;
        }
    }
}

bool Frontier::mark_new(WalkState& state, KeysetPage& page) {
    std::vector<bool> const repeated = repeated_within(page.items, page.ordered);
    // When some of the known ids were dropped, only items after a known one are certainly new.
    std::size_t first_new_of_group = 0;
    if (state.known_cut) {
        auto const last = std::find_if(page.known.rbegin(), page.known.rend(),
                                       [](std::size_t k) { return k != KeysetPage::not_known; });
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
            state.add(IncompleteReason::repeats);
            continue;
        }
        bool is_new = !state.frontier || *item.created_at > *state.frontier;
        beyond_group = beyond_group || is_new;
        if (!is_new && *item.created_at == *state.frontier) {
            group_seen = true;
            is_new = page.known[i] == KeysetPage::not_known && i >= first_new_of_group;
        }
        page.keep[i] = is_new;
    }
    // No known id of the group is on the page, so it is unknown which items were delivered.
    bool const group_ends = beyond_group || (page.is_short() && page.reach >= page.total);
    if (state.known_cut && page.known_count == 0 && group_seen && group_ends) return false;
    mark_undecoded(state, page);
    return true;
}

void Frontier::mark_undecoded(WalkState& state, KeysetPage& page) {
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
    // A full page that ends before the frontier, or not behind the position of the walk.
    bool const is_behind = first_new == page.items.size() && last_dropped && !page.is_short() &&
                           (*page.items[*last_dropped].created_at < *state.frontier || page.reach <= state.position);
    std::int64_t nameless = state.trailing_nameless;
    for (std::size_t i = 0; i != page.items.size(); ++i) {
        ListedItem const& item = page.items[i];
        if (item.decoded) continue;
        state.add(IncompleteReason::undecoded);
        bool again = false;
        if (is_behind || (last_dropped && i < *last_dropped)) {
            again = true;
        } else if (i < first_new && !item.id.empty()) {
            again = std::find(state.trailing.begin(), state.trailing.end(), item.id) != state.trailing.end();
        } else if (i < first_new) {
            again = last_dropped ? nameless-- > 0 : page.request.offset + static_cast<std::int64_t>(i) < state.position;
        }
        page.keep[i] = !again;
    }
}

// Inserts the page's new ids with the frontier's created_at between the known ones, in the order of the list.
void Frontier::merge_known(WalkState& state, KeysetPage const& page, Join join) {
    if (join == Join::weak && !keeps_order(page)) state.add(IncompleteReason::ties);
    std::vector<std::string> merged;
    std::vector<std::int64_t> merged_from;
    merged.reserve(state.known.size() + page.items.size());
    std::vector<std::string_view> added;  // since the last known one
    std::size_t copied = 0;
    auto const copy_known = [&](std::size_t end) {
        for (; copied < end; ++copied) {
            merged.push_back(std::move(state.known[copied]));
            merged_from.push_back(known_from_[copied]);
        }
    };
    auto const copy_added = [&] {
        merged.insert(merged.end(), added.begin(), added.end());
        merged_from.resize(merged.size(), state.pages);
        added.clear();
    };
    for (std::size_t i = 0; i != page.end; ++i) {
        ListedItem const& item = page.items[i];
        if (!item.decoded || item.created_at != state.frontier) continue;
        if (page.known[i] == KeysetPage::not_known) {
            if (page.keep[i]) added.push_back(item.id);
            continue;
        }
        // A known id that is not on the page is before it, or deleted.
        copy_known(page.known[i]);
        copy_added();
        copy_known(page.known[i] + 1);
    }
    copy_added();
    copy_known(state.known.size());
    state.known = std::move(merged);
    known_from_ = std::move(merged_from);
}

// Whether the known ids on the page come in the order in which they were delivered. Only ids of one earlier page are
// compared: between those of two pages others may have been created and deleted, so their order is unknown.
bool Frontier::keeps_order(KeysetPage const& page) const {
    std::unordered_map<std::int64_t, std::size_t> latest;
    for (std::size_t const known : page.known) {
        if (known == KeysetPage::not_known || known_from_[known] == 0) continue;
        auto const [at, first] = latest.emplace(known_from_[known], known);
        if (!first && known < at->second) return false;
        at->second = known;
    }
    return true;
}

void Frontier::advance(WalkState& state, KeysetPage const& page, Join join) {
    ListedItem const* const last = last_decoded(page.items.first(page.end));
    if (last != nullptr && (!state.frontier || *last->created_at > *state.frontier)) {
        state.frontier = last->created_at;
        state.known.clear();
        state.known_cut = false;
        for (std::size_t i = 0; i != page.end; ++i) {
            ListedItem const& item = page.items[i];
            if (item.decoded && page.keep[i] && item.created_at == state.frontier) state.known.emplace_back(item.id);
        }
        known_from_.assign(state.known.size(), state.pages);
    } else if (last != nullptr && *last->created_at == *state.frontier) {
        merge_known(state, page, join);
    }
    if (state.known.size() > max_known_) {
        auto const excess = static_cast<std::ptrdiff_t>(state.known.size() - max_known_);
        state.known.erase(state.known.begin(), state.known.begin() + excess);
        known_from_.erase(known_from_.begin(), known_from_.begin() + excess);
        state.known_cut = true;
    }
}

void Frontier::know_the_tail(WalkState& state) const {
    state.known.insert(state.known.end(), tail_.begin(), tail_.end());
}

void Frontier::know_the_page(WalkState& state, KeysetPage const& page) const {
    state.known.clear();
    for (ListedItem const& item : page.items.first(page.end)) {
        if (!item.id.empty() && state.known.size() != max_known_) state.known.emplace_back(item.id);
    }
}

void Frontier::remember_end(WalkState& state, KeysetPage const& page, std::int64_t count) {
    auto const wanted = static_cast<std::size_t>(count);
    tail_.clear();
    for (std::size_t i = page.end - std::min(page.end, wanted); i != page.end; ++i) {
        tail_.emplace_back(page.items[i].id);
    }
    state.trailing.clear();
    state.trailing_nameless = 0;
    for (std::size_t i = page.end; i != 0 && !page.items[i - 1].decoded; --i) {
        if (page.items[i - 1].id.empty() || state.trailing.size() == max_known_) {
            ++state.trailing_nameless;
        } else {
            state.trailing.emplace_back(page.items[i - 1].id);
        }
    }
}

}  // namespace clerk::api
