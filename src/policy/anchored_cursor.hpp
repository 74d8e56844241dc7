// The anchored walk as pure arithmetic: a walk in the order of created_at that misses nothing and repeats nothing while
// organizations come and go.
#pragma once

#include "policy/page_cursor.hpp"
#include "policy/walk_state.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::policy {

struct ListedItem {
    std::string_view id{};                     // empty when unreadable
    std::optional<std::int64_t> created_at{};  // of decoded items only
    bool decoded{true};
};

struct ListedPage {
    std::span<ListedItem const> items{};
    std::int64_t total_count{};
};

struct AnchoredVerdict {
    PageVerdict::State state{PageVerdict::State::more};
    std::vector<bool> keep{};  // one for each item of the page: deliver it
    bool discard_in_flight{};  // as PageVerdict
};

struct AnchoredOptions {
    std::int64_t page_size{500};  // >= 1; at least 2 are asked for
    std::int64_t overlap{10};     // >= 1; at most half a page is used
    std::int64_t max_items{};     // 0: no limit
    std::size_t max_known{5000};  // ids of one created_at to remember; 1 or more
};

// The frontier is the created_at of the last item delivered; the ids delivered at that instant are known. So an item
// was delivered before exactly if its created_at is below the frontier, or equal and its id known. A page is one moment
// of the list, therefore a page that begins below the frontier (or at offset 0) holds all that is to come next,
// whatever was created or deleted before it, and in whatever order those with one created_at are: it joins. Any other
// is asked for again further back, until it does.
//
// Where more than half a page has the frontier's created_at, a page may begin among them: it joins when it holds a
// known id, which relies on their order.
//
// Requests are answered in the order in which they were made, as with PageCursor. The walk ends for every sequence of
// answers: pages that bring nothing new are counted, and so are those beyond the first total.
class AnchoredCursor {
public:
    // A walk from `start_offset`.
    AnchoredCursor(AnchoredOptions options, std::int64_t start_offset);
    // A walk that goes on.
    AnchoredCursor(AnchoredOptions options, WalkState state);

    // The next page to ask for, when fewer than max_in_flight (at least 1) are outstanding and there is one to expect.
    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight);

    // Whether the next page is better not asked for before the consumer wants it: it seems to delete what it gets.
    [[nodiscard]] bool waits_for_consumer() const noexcept { return anticipated_shift_ > 0; }

    // Takes the answer to the oldest outstanding request. Precondition: in_flight() > 0.
    [[nodiscard]] AnchoredVerdict accept(ListedPage const& page);

    // Forgets all outstanding requests, after a failure or a cancellation: the next one is asked for again.
    void discard_in_flight() noexcept { in_flight_.clear(); }

    [[nodiscard]] bool done() const noexcept { return state_.done || stalled_; }
    [[nodiscard]] bool stalled() const noexcept { return stalled_; }
    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.size(); }
    [[nodiscard]] WalkState const& state() const noexcept { return state_; }

private:
    static constexpr std::size_t not_known = static_cast<std::size_t>(-1);
    enum class Join { strong, weak, inside_group, gap };
    struct Page;

    [[nodiscard]] bool by_offset() const noexcept { return state_.has(Doubt::unordered); }
    [[nodiscard]] std::int64_t half_page() const noexcept { return effective_size_ / 2; }
    [[nodiscard]] bool group_is_small() const noexcept;
    [[nodiscard]] std::int64_t overlap_behind_group() const noexcept;
    [[nodiscard]] std::int64_t trailing() const noexcept;

    void look_up_known(Page& page) const;
    [[nodiscard]] Join judge(Page const& page) const;
    void step_back(Page const& page, Join join);
    void take(Page& page, Join join);
    void take_by_offset(Page& page);
    [[nodiscard]] bool mark_new(Page& page);
    void mark_undecoded(Page& page);
    void cut_to_fit(Page& page);
    void advance(Page const& page, Join join);
    void merge_known(Page const& page, Join join);
    [[nodiscard]] bool keeps_order(Page const& page) const;
    void remember_trailing(Page const& page);
    void remember_tail(Page const& page);
    void adapt(Page const& page);
    void learn_page_size(Page const& page);
    [[nodiscard]] bool seems_last(Page const& page) const;
    void count_idle(Page const& page);
    [[nodiscard]] bool runs_away();
    void finish() noexcept;
    void stall() noexcept;

    AnchoredOptions options_;
    WalkState state_;
    std::deque<PageRequest> in_flight_{};
    bool stalled_{};
    std::int64_t next_offset_{};        // of the next request when none is outstanding
    std::int64_t overlap_{};            // of neighbouring pages; grows where it was hardly enough
    std::int64_t effective_size_{};     // what a page really brings
    std::size_t window_{};              // outstanding requests that seem worth it
    std::int64_t taken_total_{};        // total_count of the last page that joined
    std::int64_t steps_back_{};         // in a row
    std::int64_t idle_pages_{};         // in a row, that brought nothing new
    std::int64_t contradictions_{};     // since something new came: pages shorter than their total allows
    std::int64_t single_items_{};       // pages of one item though there are more
    std::int64_t repeats_{};            // in a row, the same page at a higher offset
    std::int64_t anticipated_shift_{};  // by how much the list is expected to move before the next page
    std::vector<std::string> tail_{};   // ids at the end of the last page
    // Which page each of WalkState::known came with, counted from 1; 0: before this cursor.
    std::vector<std::int64_t> known_from_{};
    // The page before, to recognise a service that ignores the offset, and to find the way through a large group.
    bool last_joined_{};
    std::int64_t last_offset_{};
    std::int64_t last_received_{};
    std::string last_first_id_{};
    std::string last_last_id_{};
};

}  // namespace clerk::policy
