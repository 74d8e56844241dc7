#include <clerk/organization_roles_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/list_query.hpp"
#include "api/organization_roles/organization_role_codec.hpp"
#include "api/organization_roles/organization_role_requests.hpp"
#include "api/pagination/paginator_impl.hpp"

namespace clerk {

using api::call;
using api::call_with_http_info;
using api::expected_items;

template class Paginator<OrganizationRole>;

namespace {
api::WalkSource source_of(ListOrganizationRolesRequest const& request, PaginatorOptions const& options) {
    return api::walk_source("list_organization_roles", request, options, organization_roles::list_organization_roles);
}
}  // namespace

awaitable<Result<OrganizationRole>> OrganizationRolesApi::get_organization_role(std::string_view organization_role_id,
                                                                                CallOptions options) {
    return call<OrganizationRole>(core_, organization_roles::get_organization_role(organization_role_id), options);
}
awaitable<Result<Response<OrganizationRole>>> OrganizationRolesApi::get_organization_role_with_http_info(
    std::string_view organization_role_id, CallOptions options) {
    return call_with_http_info<OrganizationRole>(core_, organization_roles::get_organization_role(organization_role_id),
                                                 options);
}

awaitable<Result<OrganizationRoles>> OrganizationRolesApi::list_organization_roles(
    ListOrganizationRolesRequest const& request, CallOptions options) {
    return call<OrganizationRoles>(core_, organization_roles::list_organization_roles(request), options,
                                   expected_items(request));
}
awaitable<Result<Response<OrganizationRoles>>> OrganizationRolesApi::list_organization_roles_with_http_info(
    ListOrganizationRolesRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationRoles>(core_, organization_roles::list_organization_roles(request), options,
                                                  expected_items(request));
}

OrganizationRolePaginator OrganizationRolesApi::paginate(ListOrganizationRolesRequest const& request,
                                                         PaginatorOptions options) {
    return api::paginate<OrganizationRole>(core_, source_of(request, options), options);
}
OrganizationRolePaginator OrganizationRolesApi::resume(ListOrganizationRolesRequest const& request,
                                                       std::string_view checkpoint, PaginatorOptions options) {
    return api::resume<OrganizationRole>(core_, source_of(request, options), checkpoint, options);
}

}  // namespace clerk
