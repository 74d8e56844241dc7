// The walk behind OrganizationPaginator as pure arithmetic: which page next, what to keep of it, when to end.
#pragma once

#include "policy/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace clerk::policy {

struct PageRequest {
    std::int64_t offset{};
    std::int64_t limit{};

    friend bool operator==(PageRequest const&, PageRequest const&) = default;
};

// What a page turned out to be.
struct PageFacts {
    std::int64_t received{};     // items in the page, undecodable ones included
    std::int64_t total_count{};  // as reported with this page
    std::string first_id{};      // of the first and last item; empty when unreadable
    std::string last_id{};
};

struct PageVerdict {
    enum class State { more, done, stalled };

    State state{State::more};
    std::int64_t keep{};       // deliver this many items from the front of the page; 0 when stalled
    bool discard_in_flight{};  // pages requested ahead start at wrong offsets, or are not wanted: drop them
};

// Requests are answered in the order in which they were made: next_request() hands them out, accept() takes the facts
// of the oldest one outstanding. The position moves only in accept(), so a failed request changes nothing.
//
// The walk ends for every sequence of answers. Until the first reported total is reached each page must move the
// position; beyond it (the total grew) max(1000, 3 * ceil(first total / page size)) further pages are accepted, and
// never more than max_pages in all. What goes on after that is stalled, and so is a page with the same first id, last
// id and count as the page before: the peer ignores the offset. (One exception: with a single item and a grown total, a
// new organization in front has shifted the old one.)
class PageCursor {
public:
    static constexpr std::int64_t max_pages = 10'000'000;
    static constexpr std::int64_t least_growth_pages = 1000;

    // Preconditions: page_size >= 1, start_offset >= 0, max_items >= 0 (0: no limit).
    PageCursor(std::int64_t page_size, std::int64_t start_offset, std::int64_t max_items);
    // A walk that goes on.
    PageCursor(std::int64_t page_size, std::int64_t max_items, WalkState const& state);

    // The next page to ask for, when fewer than max_in_flight (at least 1) are outstanding and there is one to expect.
    // The first page is asked for alone, because the total is unknown.
    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight);

    // Takes the answer to the oldest outstanding request. Precondition: in_flight() > 0.
    PageVerdict accept(PageFacts const& facts);

    // Forgets all outstanding requests, after a failure or a cancellation: the next one starts at position() again.
    void discard_in_flight() noexcept;

    [[nodiscard]] bool done() const noexcept { return state_ != PageVerdict::State::more; }
    [[nodiscard]] bool stalled() const noexcept { return state_ == PageVerdict::State::stalled; }
    // Offset of the first item not yet accepted.
    [[nodiscard]] std::int64_t position() const noexcept { return position_; }
    // The total of the latest page; empty before the first.
    [[nodiscard]] std::optional<std::int64_t> total_count() const noexcept { return total_; }
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.size(); }
    // Writes what the second constructor reads. A walk that stalled is not done: it may try again.
    void save(WalkState& state) const;

private:
    [[nodiscard]] bool repeats(PageFacts const& facts) const noexcept;
    [[nodiscard]] bool runs_away();
    PageVerdict finish(PageVerdict::State state, std::int64_t keep) noexcept;

    std::int64_t page_size_;
    std::int64_t position_;
    std::int64_t end_;  // offset at which max_items are delivered
    std::deque<PageRequest> in_flight_{};
    std::optional<std::int64_t> first_total_{};
    std::optional<std::int64_t> total_{};
    PageFacts previous_{};
    std::int64_t pages_{};
    std::int64_t growth_pages_{};
    PageVerdict::State state_{PageVerdict::State::more};
};

}  // namespace clerk::policy
