// The operations on roles.
#include "testing/service/organization_roles/role_store.hpp"
#include "testing/service/service_call.hpp"
#include "testing/service/service_state.hpp"

#include <array>

namespace clerk::testing {
namespace {

std::optional<Failure> list_roles(ServiceState& state, Call const& call) {
    auto const fields = read_role_list(call.params);
    if (!fields) return fields.error();
    RolePage const page = state.roles.list(*fields);
    append_page(call.out, page.roles, page.total_count,
                [&](std::string& out, RoleIndex role) { state.roles.append_json(out, role); });
    return std::nullopt;
}

std::optional<Failure> get_role(ServiceState& state, Call const& call) {
    if (auto failure = refuse_parameters(call.params)) return failure;
    auto const role = state.roles.find_by_id(call.id());
    if (!role) return Failure{refusals::role_not_found("organization_role_id")};
    state.roles.append_json(call.out, *role);
    return std::nullopt;
}

constexpr std::array<Operation, 2> operations{{
    {"list_organization_roles", "GET", "/organization_roles", list_roles},
    {"get_organization_role", "GET", "/organization_roles/{organization_role_id}", get_role},
}};

std::vector<ApiRefusal> published() { return {}; }

}  // namespace

extern Resource const organization_roles_resource;
constinit Resource const organization_roles_resource{operations, published, nullptr, nullptr};

}  // namespace clerk::testing
