// The list of resources, and what follows from it: paths, operations and errors of the service. Pure.
#pragma once

#include "testing/service/operation.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace clerk::testing {

[[nodiscard]] std::span<Resource const* const> resources();

// The names of all operations, in the order of the resources.
[[nodiscard]] std::span<std::string_view const> operation_names();

// All errors of the operations, each code once, ordered by status. A fault rule can select them by code. Parameters and
// numbers in the texts are examples.
[[nodiscard]] std::span<ApiRefusal const> published_refusals();

// A request's operation and the ids of its path, decoded.
struct Route {
    Operation const* operation{};
    std::array<std::string, 2> ids{};
};

// The operation at a path. For a 405, `allow` has the methods of the path.
[[nodiscard]] Outcome<Route> find_route(std::string_view method, std::string_view path, std::string& allow);

}  // namespace clerk::testing
