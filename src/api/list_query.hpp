// Limit and offset, which the requests of all lists have. Pure.
#pragma once

#include "api/argument_checks.hpp"
#include "api/json_body.hpp"
#include "api/request_target.hpp"

#include <cstddef>
#include <cstdint>

namespace clerk::api {

template <class ListRequest>
void check_page(ArgumentChecks& check, ListRequest const& request) {
    when_set(request.limit, [&](std::int64_t value) { check.in_range("limit", value, 1, 500); });
    when_set(request.offset, [&](std::int64_t value) { check.not_negative("offset", value); });
}

template <class ListRequest>
void add_page(QueryWriter& query, ListRequest const& request) {
    query.add("limit", request.limit);
    query.add("offset", request.offset);
}

// How many items the page may hold; the service's default is 10.
template <class ListRequest>
std::size_t expected_items(ListRequest const& request) noexcept {
    return static_cast<std::size_t>(request.limit.value_or(10));
}

}  // namespace clerk::api
