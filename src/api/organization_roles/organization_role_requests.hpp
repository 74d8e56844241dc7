// Makes the request of each operation from its parameters, and checks them. Pure.
#pragma once

#include "http/request.hpp"

#include <clerk/organization_role.hpp>
#include <clerk/result.hpp>

#include <string_view>

namespace clerk::organization_roles {

[[nodiscard]] Result<http::Request> get_organization_role(std::string_view organization_role_id);
[[nodiscard]] Result<http::Request> list_organization_roles(ListOrganizationRolesRequest const& request);

}  // namespace clerk::organization_roles
