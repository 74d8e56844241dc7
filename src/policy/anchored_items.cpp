// Which items of a page the walk has not seen before, and what it remembers to tell on the next one.
#include "policy/anchored_cursor.hpp"
#include "policy/anchored_page.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace clerk::policy {

namespace {

// Of the decoded items: which came before in the same page. Where it is in order only those with equal keys can.
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

bool AnchoredCursor::mark_new(Page& page) {
    std::vector<bool> const repeated = repeated_within(page.items, page.ordered);
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

}  // namespace clerk::policy
