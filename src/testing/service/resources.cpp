#include "testing/service/resources.hpp"

#include "testing/service/text.hpp"

#include <algorithm>

namespace clerk::testing {

// Each is defined in the folder of its resource.
extern Resource const organizations_resource;
extern Resource const organization_roles_resource;
extern Resource const organization_memberships_resource;
extern Resource const organization_invitations_resource;

namespace {

constexpr std::array all_resources{&organizations_resource, &organization_roles_resource,
                                   &organization_memberships_resource, &organization_invitations_resource};

constexpr std::string_view base_path = "/v1";

std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);  // the slash
    std::string_view const segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool is_id(std::string_view segment) noexcept { return segment.starts_with('{'); }

// Whether `path` has the form of `pattern`.
bool matches(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && path.starts_with('/')) {
        std::string_view const wanted = take_segment(pattern);
        std::string_view const given = take_segment(path);
        if (is_id(wanted) ? given.empty() : given != wanted) return false;
    }
    return pattern.empty() && path.empty();
}

// Empty when an id is not correctly percent-encoded.
std::optional<Route> route_to(Operation const& operation, std::string_view path) {
    Route route{&operation, {}};
    auto id = route.ids.begin();
    for (std::string_view pattern = operation.path; !pattern.empty();) {
        bool const wanted = is_id(take_segment(pattern));
        std::string_view const segment = take_segment(path);
        if (!wanted) continue;
        auto decoded = percent_decode(segment, false);
        if (!decoded) return std::nullopt;
        *id++ = std::move(*decoded);
    }
    return route;
}

std::vector<std::string_view> make_operation_names() {
    std::vector<std::string_view> names{};
    for (Resource const* const resource : all_resources) {
        for (Operation const& operation : resource->operations) names.push_back(operation.name);
    }
    return names;
}

// Ordered by status, then in the order of the resources.
std::vector<ApiRefusal> make_published_refusals() {
    std::vector<ApiRefusal> all{};
    auto const add = [&all](std::vector<ApiRefusal> refusals) {
        auto const by_status = [](ApiRefusal const& left, ApiRefusal const& right) {
            return left.status < right.status;
        };
        for (ApiRefusal& refusal : refusals) {
            auto const place = std::upper_bound(all.begin(), all.end(), refusal, by_status);
            all.insert(place, std::move(refusal));
        }
    };
    for (Resource const* const resource : all_resources) add(resource->refusals());
    add(shared_refusals());
    return all;
}

}  // namespace

std::span<Resource const* const> resources() { return all_resources; }

std::span<std::string_view const> operation_names() {
    static std::vector<std::string_view> const all = make_operation_names();
    return all;
}

std::span<ApiRefusal const> published_refusals() {
    static std::vector<ApiRefusal> const all = make_published_refusals();
    return all;
}

Outcome<Route> find_route(std::string_view method, std::string_view path, std::string& allow) {
    if (!path.starts_with(base_path)) return Failure{refusals::route_not_found()};
    path.remove_prefix(base_path.size());
    for (Resource const* const resource : all_resources) {
        for (Operation const& operation : resource->operations) {
            if (!matches(operation.path, path)) continue;
            if (operation.method == method) {
                auto route = route_to(operation, path);
                if (!route) return Failure{refusals::malformed_request()};
                allow.clear();
                return std::move(*route);
            }
            (allow += allow.empty() ? "" : ", ") += operation.method;
        }
    }
    if (allow.empty()) return Failure{refusals::route_not_found()};
    return Failure{refusals::method_not_allowed()};
}

}  // namespace clerk::testing
