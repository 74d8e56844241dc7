#include "api/organization_roles/organization_role_requests.hpp"

#include "api/list_query.hpp"

#include <array>

namespace clerk::organization_roles {

Result<http::Request> get_organization_role(std::string_view organization_role_id) {
    api::ArgumentChecks check{"get_organization_role"};
    check.path_segment("organization_role_id", organization_role_id);
    if (check.failed()) return check.error();
    http::Request request = http::make_request(http::Method::get, "get_organization_role",
                                               api::path_of({"/organization_roles/", organization_role_id}),
                                               "/organization_roles/{organization_role_id}");
    request.shareable = true;
    return request;
}

Result<http::Request> list_organization_roles(ListOrganizationRolesRequest const& request) {
    constexpr std::array<std::string_view, 3> orders{"created_at", "name", "key"};
    api::ArgumentChecks check{"list_organization_roles"};
    check_page(check, request);
    check.text("query", request.query);
    check.order_by(request.order_by, orders);
    if (check.failed()) return check.error();

    std::string target{"/organization_roles"};
    api::QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("query", std::string_view{request.query});
    parameters.add("order_by", std::string_view{request.order_by});
    return http::make_request(http::Method::get, "list_organization_roles", std::move(target), "/organization_roles");
}

}  // namespace clerk::organization_roles
