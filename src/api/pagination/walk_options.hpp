// The list of a walk, and the checked options of the walk. Pure.
#pragma once

#include "api/pagination/listed_page.hpp"
#include "http/request.hpp"

#include <clerk/paginator.hpp>
#include <clerk/result.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace clerk::api {

inline constexpr std::string_view keyset_order = "+created_at";

struct WalkSource {
    std::string_view operation{};  // a static name
    // The request for one page; a limit of 0 leaves limit and offset out.
    std::function<Result<http::Request>(PageRequest)> request{};
    std::int64_t start_offset{};
    Result<void> valid{};      // the options can be used with this list
    std::string_view doubt{};  // why no walk over this list is known to be complete; a literal; empty: it can be
};

// Whether the options can be used with a list that has these parameters. `order_by`: null for a list without an order.
// Errors: `errc::invalid_argument` with the field.
[[nodiscard]] Result<void> check(std::string_view operation, PaginatorOptions const& options,
                                 std::optional<std::int64_t> limit, std::optional<std::int64_t> offset,
                                 std::string_view const* order_by);
// A cursor can be made of the result even if check() failed.
[[nodiscard]] PaginatorOptions usable(PaginatorOptions options) noexcept;

// The walk over the list that `build` makes requests for: a function from a ListRequest to Result<http::Request>.
template <class ListRequest, class Build>
[[nodiscard]] WalkSource walk_source(std::string_view operation, ListRequest request, PaginatorOptions const& options,
                                     Build build) {
    WalkSource source{};
    source.operation = operation;
    source.start_offset = std::max<std::int64_t>(request.offset.value_or(0), 0);
    if constexpr (requires { request.order_by; }) {
        std::string_view const order_by = request.order_by;
        source.valid = check(operation, options, request.limit, request.offset, &order_by);
        if (options.anchored) request.order_by = keyset_order;
    } else {
        source.valid = check(operation, options, request.limit, request.offset, nullptr);
    }
    source.request = [request = std::move(request), build = std::move(build)](PageRequest page) mutable {
        request.limit.reset();
        request.offset.reset();
        if (page.limit != 0) {
            request.limit = page.limit;
            request.offset = page.offset;
        }
        return build(request);
    };
    return source;
}

}  // namespace clerk::api
