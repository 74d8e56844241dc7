// What a keyset walk remembers of the last instant it delivered, and which items of a page are new.
// Pure.
//
// The frontier is the created_at of the last item delivered; the ids delivered at that instant are known. So an item
// was delivered before exactly if its created_at is below the frontier, or equal and its id known.
#pragma once

#include "api/pagination/keyset_page.hpp"
#include "api/pagination/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clerk::api {

// Works on the members `frontier`, `known`, `known_cut`, `trailing` and `trailing_nameless` of the walk's state, which
// each function is given.
class Frontier {
public:
    Frontier(std::size_t max_known, WalkState const& state)
        : max_known_{max_known}, known_from_(state.known.size(), 0) {}

    // Undecoded items behind the last decoded one.
    [[nodiscard]] static std::int64_t trailing(WalkState const& state) noexcept;

    // Fills `known` and `known_count` of the page. `any_time`: items with another created_at are looked up too.
    static void look_up_known(WalkState const& state, KeysetPage& page, bool any_time);
    // Fills `keep` for the decoded and the undecoded items. False when the ids that would tell are forgotten or
    // deleted.
    [[nodiscard]] static bool mark_new(WalkState& state, KeysetPage& page);
    // Moves the frontier to the last item that was looked at.
    void advance(WalkState& state, KeysetPage const& page, Join join);

    // For a list that is not in order, where `known` holds the ids of the last page.
    void know_the_tail(WalkState& state) const;
    void know_the_page(WalkState& state, KeysetPage const& page) const;
    // After a page that brought something new; `count` ids at its end are remembered in case the order ends.
    void remember_end(WalkState& state, KeysetPage const& page, std::int64_t count);

private:
    static void mark_undecoded(WalkState& state, KeysetPage& page);
    [[nodiscard]] bool keeps_order(KeysetPage const& page) const;
    void merge_known(WalkState& state, KeysetPage const& page, Join join);

    std::size_t max_known_;
    std::vector<std::int64_t> known_from_;  // which page each known id came with, counted from 1; 0: before this cursor
    std::vector<std::string> tail_{};       // ids at the end of the last page
};

}  // namespace clerk::api
