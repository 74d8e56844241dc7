// Limits every walk, whatever the service answers: too many pages, repeated pages, pages without new items. Pure.
#pragma once

#include "api/pagination/walk_state.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace clerk::api {

// Identifies a page that is returned twice.
struct PageEnds {
    std::int64_t received{};
    std::string first_id{};  // empty when unreadable
    std::string last_id{};

    friend bool operator==(PageEnds const&, PageEnds const&) = default;
};

class StallGuard {
public:
    static constexpr std::int64_t max_pages = 10'000'000;
    static constexpr std::int64_t least_growth_pages = 1000;

    // Counts a page. True when there have been too many: more than max_pages in all, or, once `walked` items reach the
    // first total (the list grew), more than max(least_growth_pages, 3 * the pages of the first total).
    [[nodiscard]] static bool too_many_pages(WalkState& state, std::int64_t walked, std::int64_t page_size) noexcept;

    // The previous page; empty at first.
    [[nodiscard]] PageEnds const& previous() const noexcept { return previous_; }
    void remember(PageEnds ends) { previous_ = std::move(ends); }

    // For walks in which a page may have no new items.
    enum class Verdict {
        more,
        totals_disagree,  // several pages were shorter than their total allows: the list ends here
        stalled,
    };
    struct IdlePage {
        bool repeats_previous{};  // the same items at a higher offset
        bool contradicts_total{};
        std::int64_t pages_of_list{};
    };
    void found_something_new() noexcept { idle_pages_ = contradictions_ = repeats_ = 0; }
    [[nodiscard]] Verdict found_nothing_new(IdlePage const& page) noexcept;
    [[nodiscard]] std::int64_t idle_pages() const noexcept { return idle_pages_; }

private:
    PageEnds previous_{};
    std::int64_t idle_pages_{};      // in a row, as the two below
    std::int64_t contradictions_{};  // pages shorter than their total allows
    std::int64_t repeats_{};
};

}  // namespace clerk::api
