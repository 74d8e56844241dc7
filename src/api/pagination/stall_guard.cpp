#include "api/pagination/stall_guard.hpp"

#include "api/pagination/listed_page.hpp"

#include <algorithm>

namespace clerk::api {

namespace {

constexpr std::int64_t idle_allowance = 64;
constexpr std::int64_t most_contradictions = 3;
constexpr std::int64_t most_repeats = 8;

}  // namespace

bool StallGuard::too_many_pages(WalkState& state, std::int64_t walked, std::int64_t page_size) noexcept {
    if (++state.pages > max_pages) return true;
    if (walked < *state.first_total) return false;
    std::int64_t const first_pages = std::min(pages_for(*state.first_total, page_size), max_pages);
    return ++state.growth_pages > std::max(least_growth_pages, 3 * first_pages);
}

StallGuard::Verdict StallGuard::found_nothing_new(IdlePage const& page) noexcept {
    repeats_ = page.repeats_previous ? repeats_ + 1 : 0;
    if (page.contradicts_total && ++contradictions_ >= most_contradictions) return Verdict::totals_disagree;
    // The walk may read the whole list backwards and forwards again.
    bool const idle = repeats_ >= most_repeats || ++idle_pages_ > idle_allowance + 2 * page.pages_of_list;
    return idle ? Verdict::stalled : Verdict::more;
}

}  // namespace clerk::api
