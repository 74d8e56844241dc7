// What a walk asks for next and what it delivers of each page: one of the cursors of src/policy, applied to pages.
#pragma once

#include "policy/anchored_cursor.hpp"
#include "policy/page_cursor.hpp"
#include "policy/walk_state.hpp"

#include <clerk/organization.hpp>
#include <clerk/organization_paginator.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clerk::organizations {

class WalkCursor {
public:
    // Preconditions: valid options; start_offset is not negative.
    WalkCursor(PaginatorOptions const& options, std::int64_t start_offset);
    WalkCursor(PaginatorOptions const& options, policy::WalkState state);

    [[nodiscard]] std::optional<policy::PageRequest> next_request(std::size_t max_in_flight);
    // As AnchoredCursor says.
    [[nodiscard]] bool waits_for_consumer() const noexcept { return anchored_ && anchored_->waits_for_consumer(); }
    // Takes the oldest page asked for and removes from it what is not to be delivered. True: the pages in flight are of
    // no use any more.
    [[nodiscard]] bool accept(Organizations& page);
    void discard_in_flight() noexcept;

    [[nodiscard]] bool done() const noexcept;
    [[nodiscard]] bool stalled() const noexcept;
    [[nodiscard]] std::size_t in_flight() const noexcept;
    [[nodiscard]] bool anchored() const noexcept { return anchored_.has_value(); }
    [[nodiscard]] policy::WalkState const& state() const noexcept {
        return anchored_ ? anchored_->state() : plain_state_;
    }
    // Fills what the cursor knows of it.
    [[nodiscard]] WalkReport report() const;

private:
    [[nodiscard]] bool accept_plain(Organizations& page);
    [[nodiscard]] bool accept_anchored(Organizations& page);

    std::optional<policy::PageCursor> plain_{};  // exactly one of the two
    std::optional<policy::AnchoredCursor> anchored_{};
    policy::WalkState plain_state_{};
    std::vector<policy::ListedItem> items_{};  // of the page at hand; kept for its memory
};

}  // namespace clerk::organizations
