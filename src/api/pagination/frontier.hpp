// What a keyset walk remembers of the last created_at that it delivered, and which items of a page are new. Pure.
//
// The frontier is the created_at of the last item delivered; the known ids are those delivered with that created_at. An
// item has been delivered if and only if its created_at is before the frontier, or equal to it and its id is known.
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
    // Fills `keep` for the decoded and the undecoded items. False when that cannot be decided, because the known ids
    // were dropped or deleted.
    [[nodiscard]] static bool mark_new(WalkState& state, KeysetPage& page);
    // Moves the frontier to the last item of the page that was used.
    void advance(WalkState& state, KeysetPage const& page, Join join);

    // For a list that is not in order: `known` then holds the ids of the last page.
    void know_the_tail(WalkState& state) const;
    void know_the_page(WalkState& state, KeysetPage const& page) const;
    // After a page with new items. Its last `count` ids are remembered in case a later page is not in order.
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
