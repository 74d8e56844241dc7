// Where the next page of a keyset walk begins, how far neighbouring pages overlap, and how many requests may be
// outstanding. Pure.
#pragma once

#include "api/pagination/keyset_page.hpp"
#include "api/pagination/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

namespace clerk::api {

class OffsetPlanner {
public:
    static constexpr std::int64_t smallest_page = 2;  // one item cannot both overlap and be new

    // Both at least 1; pages have at least `smallest_page` items, and at most half a page overlaps.
    OffsetPlanner(std::int64_t page_size, std::int64_t overlap);

    // The next page to request. `wanted_end`: offset behind the last item that is wanted.
    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight, std::optional<std::int64_t> total,
                                                          std::int64_t wanted_end);
    [[nodiscard]] PageRequest take_oldest();
    void discard_in_flight() noexcept { in_flight_.clear(); }
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.size(); }

    [[nodiscard]] std::int64_t half_page() const noexcept { return effective_size_ / 2; }
    // The real size of a page, where the service returns fewer items than requested.
    [[nodiscard]] std::int64_t effective_size() const noexcept { return effective_size_; }
    [[nodiscard]] std::int64_t page_size() const noexcept { return page_size_; }
    [[nodiscard]] std::int64_t overlap() const noexcept { return overlap_; }
    [[nodiscard]] std::int64_t steps_back() const noexcept { return steps_back_; }
    // Whether the next page should not be requested before the consumer wants it, because the consumer seems to delete
    // the items that it gets.
    [[nodiscard]] bool waits_for_consumer() const noexcept { return anticipated_shift_ > 0; }

    // The next page begins here.
    void begin_at(std::int64_t offset) noexcept { next_offset_ = offset < 0 ? 0 : offset; }
    // Behind a page that joined: `overlap` is how far before its end the next one begins.
    void begin_behind(std::int64_t reach, std::int64_t overlap) noexcept {
        begin_at(reach - overlap - anticipated_shift_);
    }
    // At a smaller offset than a page that did not join, and at most at the end of the list.
    void step_back(KeysetPage const& page, std::int64_t distance);
    void at_least_overlap(std::int64_t overlap) noexcept;

    // A page joined. Compares where it joined with where that was expected; true when the list has changed.
    [[nodiscard]] bool adapt(KeysetPage const& page, std::int64_t position);
    // A service may return fewer items per page than requested.
    void learn_page_size(WalkState& state, KeysetPage const& page);

private:
    std::int64_t page_size_;
    std::int64_t least_overlap_;
    std::int64_t effective_size_;
    std::int64_t overlap_;  // of neighbouring pages; grows when it was hardly enough
    std::deque<PageRequest> in_flight_{};
    std::int64_t next_offset_{};                                   // of the next request when none is outstanding
    std::size_t window_{std::numeric_limits<std::size_t>::max()};  // most outstanding requests
    std::int64_t steps_back_{};                                    // in a row
    std::int64_t single_items_{};                                  // pages of one item though there are more
    std::int64_t anticipated_shift_{};  // by how much the list is expected to move before the next page
};

}  // namespace clerk::api
