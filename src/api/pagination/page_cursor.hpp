// A walk by offset: which page comes next, what to keep of it, when to end. Pure.
#pragma once

#include "api/pagination/listed_page.hpp"
#include "api/pagination/stall_guard.hpp"
#include "api/pagination/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace clerk::api {

// What a page turned out to be.
struct PageFacts {
    PageEnds ends{};             // undecodable items count as received
    std::int64_t total_count{};  // as reported with this page
};

struct PageVerdict {
    WalkProgress progress{WalkProgress::more};
    std::int64_t keep{};       // deliver this many items from the front of the page; 0 when stalled
    bool discard_in_flight{};  // drop the pages requested ahead: their offsets are wrong, or they are not wanted
};

// Requests are answered in the order in which they were made: next_request() hands them out, accept() takes the facts
// of the oldest one outstanding. The position moves only in accept(), so a failed request changes nothing.
//
// The walk ends for every sequence of answers: StallGuard bounds the pages, and a page with the same first id, last id
// and count as the page before is stalled, because the service ignores the offset. (One exception: with a single item
// and a grown total, a new item in front has shifted the old one.)
class PageCursor {
public:
    // Preconditions: page_size >= 1, start_offset >= 0, max_items >= 0 (0: no limit).
    PageCursor(std::int64_t page_size, std::int64_t start_offset, std::int64_t max_items);
    // A walk that is continued.
    PageCursor(std::int64_t page_size, std::int64_t max_items, WalkState state);

    // The next page to request, when fewer than max_in_flight (at least 1) are outstanding and another page is
    // expected. The first page is requested alone, because the total is unknown.
    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight);

    // Takes the answer to the oldest outstanding request. Precondition: in_flight() > 0.
    PageVerdict accept(PageFacts const& facts);

    // Forgets all outstanding requests, after a failure or a cancellation: the next one starts at position() again.
    void discard_in_flight() noexcept;

    // How many items of the accepted page were delivered.
    void count_delivered(std::int64_t decoded, std::int64_t undecoded) noexcept;

    [[nodiscard]] bool done() const noexcept { return state_.done || stalled_ || state_.position >= end_; }
    [[nodiscard]] bool stalled() const noexcept { return stalled_; }
    // Offset of the first item not yet accepted.
    [[nodiscard]] std::int64_t position() const noexcept { return state_.position; }
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.size(); }
    // The state for the second constructor. Its `done` is true when the list ended; a walk that stalled or ended at
    // max_items may be continued.
    [[nodiscard]] WalkState const& state() const noexcept { return state_; }

private:
    [[nodiscard]] bool repeats(PageFacts const& facts) const noexcept;
    PageVerdict finish(WalkProgress progress, std::int64_t keep) noexcept;

    std::int64_t page_size_;
    std::int64_t end_;  // offset at which max_items are delivered
    WalkState state_;
    std::deque<PageRequest> in_flight_{};
    StallGuard guard_{};
    std::int64_t previous_total_{};
    bool stalled_{};
};

}  // namespace clerk::api
