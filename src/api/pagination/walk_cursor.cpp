#include "api/pagination/walk_cursor.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace clerk::api {

namespace {

template <class Start>
std::variant<PageCursor, KeysetCursor> make_cursor(PaginatorOptions const& options, Start start) {
    if (options.anchored) {
        return KeysetCursor{KeysetOptions{options.page_size, options.overlap, options.max_items}, std::move(start)};
    }
    if constexpr (std::is_same_v<Start, WalkState>) {
        return PageCursor{options.page_size, options.max_items, std::move(start)};
    } else {
        return PageCursor{options.page_size, start, options.max_items};
    }
}

PageFacts facts_of(ListedPage const& page) {
    PageFacts facts{};
    facts.ends.received = count_of(page.items);
    facts.total_count = page.total_count;
    if (ListedItem const* const first = first_decoded(page.items)) facts.ends.first_id = first->id;
    if (ListedItem const* const last = last_decoded(page.items)) facts.ends.last_id = last->id;
    return facts;
}

KeysetVerdict accept_page(KeysetCursor& cursor, ListedPage const& page) { return cursor.accept(page); }

KeysetVerdict accept_page(PageCursor& cursor, ListedPage const& page) {
    PageVerdict const taken = cursor.accept(facts_of(page));
    KeysetVerdict verdict{taken.progress, std::vector<bool>(page.items.size(), false), taken.discard_in_flight};
    std::fill_n(verdict.keep.begin(), taken.keep, true);
    auto const kept = page.items.first(static_cast<std::size_t>(taken.keep));
    auto const decoded = std::count_if(kept.begin(), kept.end(), [](ListedItem const& item) { return item.decoded; });
    cursor.count_delivered(decoded, taken.keep - decoded);
    return verdict;
}

}  // namespace

WalkCursor::WalkCursor(PaginatorOptions const& options, std::int64_t start_offset)
    : cursor_{make_cursor(options, start_offset)} {}

WalkCursor::WalkCursor(PaginatorOptions const& options, WalkState state)
    : cursor_{make_cursor(options, std::move(state))} {}

std::optional<PageRequest> WalkCursor::next_request(std::size_t max_in_flight) {
    return std::visit([&](auto& cursor) { return cursor.next_request(max_in_flight); }, cursor_);
}
bool WalkCursor::waits_for_consumer() const noexcept {
    KeysetCursor const* const keyset = std::get_if<KeysetCursor>(&cursor_);
    return keyset != nullptr && keyset->waits_for_consumer();
}
KeysetVerdict WalkCursor::accept(ListedPage const& page) {
    return std::visit([&](auto& cursor) { return accept_page(cursor, page); }, cursor_);
}
void WalkCursor::discard_in_flight() noexcept {
    std::visit([](auto& cursor) { cursor.discard_in_flight(); }, cursor_);
}
bool WalkCursor::done() const noexcept {
    return std::visit([](auto const& cursor) { return cursor.done(); }, cursor_);
}
bool WalkCursor::stalled() const noexcept {
    return std::visit([](auto const& cursor) { return cursor.stalled(); }, cursor_);
}
std::size_t WalkCursor::in_flight() const noexcept {
    return std::visit([](auto const& cursor) { return cursor.in_flight(); }, cursor_);
}
WalkState const& WalkCursor::state() const noexcept {
    return std::visit([](auto const& cursor) -> WalkState const& { return cursor.state(); }, cursor_);
}

WalkReport WalkCursor::report() const {
    WalkState const& walked = state();
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
    } else if (!done()) {
        report.doubt = "the walk has not ended";
    } else if (std::holds_alternative<PageCursor>(cursor_)) {
        report.doubt = "the walk is not anchored";
    } else if (!walked.done) {
        report.doubt = "the walk ended at max_items";
    } else {
        report.doubt = most_serious(walked.incomplete_reasons);
    }
    report.complete = report.doubt.empty();
    return report;
}

}  // namespace clerk::api
