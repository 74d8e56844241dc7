#include "organizations/walk_cursor.hpp"

#include <algorithm>
#include <utility>

namespace clerk::organizations {

using policy::PageVerdict;

namespace {

policy::AnchoredOptions anchored_options(PaginatorOptions const& options) {
    return {options.page_size, options.overlap, options.max_items};
}

policy::PageFacts facts_of(Organizations const& page) {
    policy::PageFacts facts{};
    facts.received = static_cast<std::int64_t>(page.data.size() + page.undecoded.size());
    facts.total_count = page.total_count;
    if (!page.data.empty()) {
        facts.first_id = page.data.front().id;
        facts.last_id = page.data.back().id;
    }
    return facts;
}

// Cuts a page to its first `keep` items, where an item that could not be decoded counts as one.
void cut(Organizations& page, std::int64_t keep) {
    auto const limit = static_cast<std::size_t>(std::max<std::int64_t>(keep, 0));
    if (page.data.size() + page.undecoded.size() <= limit) return;
    std::erase_if(page.undecoded, [limit](UndecodedItem const& item) { return item.index >= limit; });
    page.data.resize(std::min(page.data.size(), limit - std::min(limit, page.undecoded.size())));
}

// The items in the order of the list; they view the page's ids.
void list_items(Organizations const& page, std::vector<policy::ListedItem>& items) {
    items.clear();
    auto undecoded = page.undecoded.begin();
    auto const add_undecoded = [&] { items.push_back({(undecoded++)->id, std::nullopt, false}); };
    for (Organization const& organization : page.data) {
        while (undecoded != page.undecoded.end() && undecoded->index <= items.size()) add_undecoded();
        policy::ListedItem item{organization.id, std::nullopt, true};
        if (organization.created_at) item.created_at = organization.created_at->time_since_epoch().count();
        items.push_back(item);
    }
    while (undecoded != page.undecoded.end()) add_undecoded();
}

// Removes the elements whose flag is not set; `flags` are those of these elements, in order.
template <class T>
void keep_only(std::vector<T>& elements, std::vector<bool> const& flags) {
    auto to = elements.begin();
    for (std::size_t i = 0; i != elements.size(); ++i) {
        if (!flags[i]) continue;
        if (&*to != &elements[i]) *to = std::move(elements[i]);
        ++to;
    }
    elements.erase(to, elements.end());
}

}  // namespace

WalkCursor::WalkCursor(PaginatorOptions const& options, std::int64_t start_offset) {
    if (options.anchored) {
        anchored_.emplace(anchored_options(options), start_offset);
    } else {
        plain_.emplace(options.page_size, start_offset, options.max_items);
        plain_state_.start = plain_state_.position = start_offset;
    }
}

WalkCursor::WalkCursor(PaginatorOptions const& options, policy::WalkState state) {
    if (options.anchored) {
        anchored_.emplace(anchored_options(options), std::move(state));
    } else {
        plain_.emplace(options.page_size, options.max_items, state);
        plain_state_ = std::move(state);
    }
}

std::optional<policy::PageRequest> WalkCursor::next_request(std::size_t max_in_flight) {
    return anchored_ ? anchored_->next_request(max_in_flight) : plain_->next_request(max_in_flight);
}

bool WalkCursor::accept(Organizations& page) { return anchored_ ? accept_anchored(page) : accept_plain(page); }

void WalkCursor::discard_in_flight() noexcept {
    anchored_ ? anchored_->discard_in_flight() : plain_->discard_in_flight();
}
bool WalkCursor::done() const noexcept { return anchored_ ? anchored_->done() : plain_->done(); }
bool WalkCursor::stalled() const noexcept { return anchored_ ? anchored_->stalled() : plain_->stalled(); }
std::size_t WalkCursor::in_flight() const noexcept { return anchored_ ? anchored_->in_flight() : plain_->in_flight(); }

bool WalkCursor::accept_plain(Organizations& page) {
    auto const before = plain_->total_count();
    PageVerdict const verdict = plain_->accept(facts_of(page));
    plain_->save(plain_state_);
    if (before && before != plain_state_.total) ++plain_state_.drift_events;
    cut(page, verdict.keep);
    plain_state_.delivered += static_cast<std::int64_t>(page.data.size());
    plain_state_.undecoded += static_cast<std::int64_t>(page.undecoded.size());
    return verdict.discard_in_flight;
}

bool WalkCursor::accept_anchored(Organizations& page) {
    list_items(page, items_);
    policy::AnchoredVerdict const verdict = anchored_->accept({items_, page.total_count});
    std::vector<bool> keep_data;
    std::vector<bool> keep_undecoded;
    keep_data.reserve(page.data.size());
    for (std::size_t i = 0; i != items_.size(); ++i) {
        (items_[i].decoded ? keep_data : keep_undecoded).push_back(verdict.keep[i]);
    }
    keep_only(page.data, keep_data);
    keep_only(page.undecoded, keep_undecoded);
    return verdict.discard_in_flight;
}

WalkReport WalkCursor::report() const {
    policy::WalkState const& walked = state();
    WalkReport report{};
    report.delivered = walked.delivered;
    report.undecoded = walked.undecoded;
    report.duplicates_dropped = walked.duplicates_dropped;
    report.drift_events = walked.drift_events;
    report.refetches = walked.refetches;
    report.first_total = walked.first_total;
    report.last_total = walked.total;
    if (stalled()) {
        report.doubt = "the walk was stopped";
    } else if (!walked.done) {
        report.doubt = "the walk has not ended";
    } else if (!anchored()) {
        report.doubt = "the walk is not anchored";
    } else {
        report.doubt = policy::gravest(walked.doubts);
    }
    report.complete = report.doubt.empty();
    return report;
}

}  // namespace clerk::organizations
