// Either of the two cursors: the next request of a walk, and which items of each page are delivered. Pure.
#pragma once

#include "api/pagination/keyset_cursor.hpp"
#include "api/pagination/page_cursor.hpp"

#include <clerk/paginator.hpp>

#include <cstdint>
#include <optional>
#include <variant>

namespace clerk::api {

class WalkCursor {
public:
    // Preconditions: valid options; start_offset is not negative.
    WalkCursor(PaginatorOptions const& options, std::int64_t start_offset);
    WalkCursor(PaginatorOptions const& options, WalkState state);

    [[nodiscard]] std::optional<PageRequest> next_request(std::size_t max_in_flight);
    // Whether the next page should not be requested before the consumer wants it.
    [[nodiscard]] bool waits_for_consumer() const noexcept;
    // Takes the answer to the oldest request.
    [[nodiscard]] KeysetVerdict accept(ListedPage const& page);
    void discard_in_flight() noexcept;

    [[nodiscard]] bool done() const noexcept;
    [[nodiscard]] bool stalled() const noexcept;
    [[nodiscard]] std::size_t in_flight() const noexcept;
    [[nodiscard]] WalkState const& state() const noexcept;
    // Fills the members that the cursor knows.
    [[nodiscard]] WalkReport report() const;

private:
    std::variant<PageCursor, KeysetCursor> cursor_;
};

}  // namespace clerk::api
