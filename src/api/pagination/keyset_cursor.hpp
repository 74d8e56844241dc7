// The anchored walk: a walk in the order of created_at that misses and repeats no items while items are created and
// deleted. Pure.
#pragma once

#include "api/pagination/frontier.hpp"
#include "api/pagination/offset_planner.hpp"
#include "api/pagination/stall_guard.hpp"
#include "api/pagination/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clerk::api {

struct KeysetVerdict {
    WalkProgress progress{WalkProgress::more};
    std::vector<bool> keep{};  // one for each item of the page: deliver it
    bool discard_in_flight{};  // as PageVerdict
};

struct KeysetOptions {
    std::int64_t page_size{500};  // >= 1; at least 2 are requested
    std::int64_t overlap{10};     // >= 1; at most half a page is used
    std::int64_t max_items{};     // 0: no limit
    std::size_t max_known{5000};  // most ids of one created_at to remember; 1 or more
};

// A page shows the list at one moment. A page that begins before the frontier (or at offset 0) therefore contains
// everything that comes next, whatever was created or deleted before it, and in whatever order items with equal
// created_at are: the page joins. A page that does not join is requested again from a smaller offset until it does.
//
// Where more than half a page has the frontier's created_at, a page may begin among them: it joins when it holds a
// known id, which relies on their order.
//
// Requests are answered in the order in which they were made, as with PageCursor. The walk ends for every sequence of
// answers: pages without new items and pages beyond the first total are counted and limited.
class KeysetCursor {
public:
    // A walk from `start_offset`.
    KeysetCursor(KeysetOptions options, std::int64_t start_offset);
    // A walk that is continued.
    KeysetCursor(KeysetOptions options, WalkState state);

    // The next page to request, when fewer than max_in_flight (at least 1) are outstanding and another page is
    // expected.
    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight);
    [[nodiscard]] bool waits_for_consumer() const noexcept { return planner_.waits_for_consumer(); }

    // Takes the answer to the oldest outstanding request. Precondition: in_flight() > 0.
    [[nodiscard]] KeysetVerdict accept(ListedPage const& page);

    // Forgets all outstanding requests after a failure or a cancellation; they are requested again.
    void discard_in_flight() noexcept { planner_.discard_in_flight(); }

    [[nodiscard]] bool done() const noexcept { return state_.done || stalled_ || left() == 0; }
    [[nodiscard]] bool stalled() const noexcept { return stalled_; }
    [[nodiscard]] std::size_t in_flight() const noexcept { return planner_.in_flight(); }
    // As PageCursor::state().
    [[nodiscard]] WalkState const& state() const noexcept { return state_; }

private:
    [[nodiscard]] bool by_offset() const noexcept { return state_.has(IncompleteReason::unordered); }
    [[nodiscard]] std::int64_t left() const noexcept;
    [[nodiscard]] bool group_is_small() const noexcept;
    [[nodiscard]] std::int64_t overlap_behind_group() const noexcept;

    [[nodiscard]] KeysetPage look_at(ListedPage const& listed);
    [[nodiscard]] Join classify_page(KeysetPage const& page) const;
    void step_back(KeysetPage const& page, Join join);
    void take(KeysetPage& page, Join join);
    void take_by_offset(KeysetPage& page);
    void cut_to_fit(KeysetPage& page) const;
    void count_delivered(KeysetPage const& page);
    [[nodiscard]] bool seems_last(KeysetPage const& page) const;
    void count_idle(KeysetPage const& page);
    void finish() noexcept;

    KeysetOptions options_;
    WalkState state_;
    OffsetPlanner planner_;
    Frontier frontier_;
    StallGuard guard_{};
    bool stalled_{};
    std::int64_t taken_total_{};  // total_count of the last page that joined
    bool previous_joined_{};
    std::int64_t previous_offset_{};
};

}  // namespace clerk::api
