// The resources of the service, and what follows from the list of them: its paths, its operations, its errors. Pure.
#pragma once

#include "testing/service/operation.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace clerk::testing {

[[nodiscard]] std::span<Resource const* const> resources();

// Of all operations, in the order of the resources.
[[nodiscard]] std::span<std::string_view const> operation_names();

// Everything that the service may answer to its operations, each code once and in the order of their status: what a
// fault rule can ask for by code. Where a text names a parameter or a number, it is an example.
[[nodiscard]] std::span<ApiRefusal const> published_refusals();

// A request's operation and the ids of its path, decoded.
struct Route {
    Operation const* operation{};
    std::array<std::string, 2> ids{};
};

// The operation at a path. With 405 `allow` tells the methods that the path has.
[[nodiscard]] Outcome<Route> find_route(std::string_view method, std::string_view path, std::string& allow);

}  // namespace clerk::testing
