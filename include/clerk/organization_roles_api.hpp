/// @file
/// The roles of organizations, one documented coroutine per operation.
#pragma once

#include <clerk/awaitable.hpp>
#include <clerk/client.hpp>
#include <clerk/export.hpp>
#include <clerk/organization_role.hpp>
#include <clerk/paginator.hpp>

#include <memory>
#include <string_view>

namespace clerk {
/** @opengroup{roles} */
/// A walk over `list_organization_roles`.
using OrganizationRolePaginator = Paginator<OrganizationRole>;
extern template class CLERK_EXPORT Paginator<OrganizationRole>;

/// The roles endpoints; they only read. A light handle; calls, errors, cancellation and threads are those of
/// `OrganizationsApi`. All of them may be retried.
///
/// Source: Clerk Backend API, tag Organization Roles, OpenAPI description 2026-05-12.
class CLERK_EXPORT OrganizationRolesApi {
public:
    /// A handle on `client`'s core. Precondition: `client` has not been moved from.
    explicit OrganizationRolesApi(Client const& client) : core_{client.core_} {}

    /// GET /organization_roles/{organization_role_id}. Errors besides the common ones: 404 `resource_not_found`.
    /// @code
    /// auto role = co_await roles.get_organization_role("role_1");
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationRole>> get_organization_role(std::string_view organization_role_id,
                                                                            CallOptions options = {});
    /// `get_organization_role` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationRole>>> get_organization_role_with_http_info(
        std::string_view organization_role_id, CallOptions options = {});

    /// GET /organization_roles. One page of the instance's roles; `paginate()` reads all.
    /// Refused here: `limit` outside 1…500, a negative `offset`, another `order_by`, text that is not UTF-8.
    /// @code
    /// clerk::ListOrganizationRolesRequest request{.limit = 100, .order_by = "+key"};
    /// auto page = co_await roles.list_organization_roles(request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationRoles>> list_organization_roles(
        ListOrganizationRolesRequest const& request, CallOptions options = {});
    /// `list_organization_roles` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationRoles>>> list_organization_roles_with_http_info(
        ListOrganizationRolesRequest const& request, CallOptions options = {});

    /// Walks `list_organization_roles`, as `OrganizationsApi::paginate()` does.
    [[nodiscard]] OrganizationRolePaginator paginate(ListOrganizationRolesRequest const& request,
                                                     PaginatorOptions options = {});
    /// Continues a walk, as `OrganizationsApi::resume()` does.
    [[nodiscard]] OrganizationRolePaginator resume(ListOrganizationRolesRequest const& request,
                                                   std::string_view checkpoint, PaginatorOptions options = {});

#if CLERK_REFUSES_TEMPORARY_REQUESTS
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_roles(ListOrganizationRolesRequest&&,
                                                                                    CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_roles_with_http_info(
        ListOrganizationRolesRequest&&, CallOptions = {}) = delete;
#endif

private:
    std::shared_ptr<client::ClientCore> core_;
};
/** @} */
}  // namespace clerk
