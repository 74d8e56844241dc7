/// @file
/// Memberships in organizations, one documented coroutine per operation.
#pragma once

#include <clerk/awaitable.hpp>
#include <clerk/client.hpp>
#include <clerk/export.hpp>
#include <clerk/organization_membership.hpp>
#include <clerk/paginator.hpp>
#include <clerk/request_preview.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{memberships} */
/// A walk over one of the lists of memberships.
using OrganizationMembershipPaginator = Paginator<OrganizationMembership>;
extern template class CLERK_EXPORT Paginator<OrganizationMembership>;

/// The memberships endpoints. A light handle; calls, errors, cancellation and threads are those of `OrganizationsApi`.
///
/// A membership is named by its organization and its user. Only `create_organization_membership` is never sent twice
/// once it may have taken effect.
///
/// Source: Clerk Backend API, tag Organization Memberships, OpenAPI description 2026-05-12.
class CLERK_EXPORT OrganizationMembershipsApi {
public:
    /// A handle on `client`'s core. Precondition: `client` has not been moved from.
    explicit OrganizationMembershipsApi(Client const& client) : core_{client.core_} {}

    /// POST /organizations/{organization_id}/memberships. Makes a user a member. Never sent twice once it may have
    /// taken effect. Refused here: an empty `user_id` or `role`, text that is not UTF-8, metadata of more than 64
    /// levels. Errors besides the common ones: 400 `already_a_member_in_organization`; 403
    /// `organization_membership_quota_exceeded`; 404 `resource_not_found` for the organization, the user or the role.
    /// @code
    /// clerk::CreateOrganizationMembershipRequest request{.user_id = "user_1", .role = "org:member"};
    /// auto created = co_await memberships.create_organization_membership("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembership>> create_organization_membership(
        std::string_view organization_id, CreateOrganizationMembershipRequest const& request, CallOptions options = {});
    /// `create_organization_membership` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMembership>>> create_organization_membership_with_http_info(
        std::string_view organization_id, CreateOrganizationMembershipRequest const& request, CallOptions options = {});

    /// DELETE /organizations/{organization_id}/memberships/{user_id}. Returns the membership as it was. A 404 with
    /// `Error::may_have_taken_effect()` usually means that an earlier attempt worked.
    /// Errors besides the common ones: 400 `organization_minimum_permissions_needed` for the last member who can manage
    /// the organization; 409 `organization_membership_managed_by_scim`, which is final.
    /// @code
    /// auto removed = co_await memberships.delete_organization_membership("org_1", "user_1");
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembership>> delete_organization_membership(
        std::string_view organization_id, std::string_view user_id, CallOptions options = {});
    /// `delete_organization_membership` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMembership>>> delete_organization_membership_with_http_info(
        std::string_view organization_id, std::string_view user_id, CallOptions options = {});

    /// GET /organizations/{organization_id}/memberships?user_id={user_id}&limit=1, because the service has no endpoint
    /// for one membership. When the user is not a member, the list is empty, and the error is `condition::not_found`,
    /// as if it were a 404, with a message that says so and an `Error::status()` of 200. The membership of another
    /// user, which only a broken service sends, is `errc::malformed_body`. Simultaneous equal calls may share a request
    /// (`Config::single_flight`).
    /// Refused here: a `user_id` that begins with `+` or `-`, which the service takes for "with" and "without".
    /// @code
    /// auto membership = co_await memberships.get_organization_membership("org_1", "user_1");
    /// bool const is_admin = membership && membership->role == "org:admin";
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembership>> get_organization_membership(
        std::string_view organization_id, std::string_view user_id, CallOptions options = {});
    /// `get_organization_membership` with status and headers, those of the list.
    [[nodiscard]] awaitable<Result<Response<OrganizationMembership>>> get_organization_membership_with_http_info(
        std::string_view organization_id, std::string_view user_id, CallOptions options = {});

    /// The memberships of these users in one organization, in their order, a hundred per request. An id that occurs
    /// twice is answered once, and an empty list without a request. `CallOptions::timeout` is for all requests
    /// together. When a membership cannot be decoded, its user is unknown: `undecoded` then holds all users of that
    /// request that were not found. Errors: those of `list_organization_memberships`; `errc::invalid_argument` (field
    /// `user_id`) for an empty id or one that begins with `+` or `-`.
    /// @code
    /// std::vector<std::string> users{"user_1", "user_2"};
    /// auto found = co_await memberships.get_organization_memberships("org_1", users);
    /// if (found) for (std::string const& user : found->missing) std::cerr << user << " is no member\n";
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembershipsById>> get_organization_memberships(
        std::string_view organization_id, std::span<std::string const> user_ids, CallOptions options = {});

    /// GET /organizations/{organization_id}/memberships. One page of an organization's members; `paginate()` reads all.
    /// Refused here: `limit` outside 1…500, a negative `offset`, another `order_by`, a list with more than 100 entries
    /// or with an empty entry, a time outside the years 0000…9999, text that is not UTF-8.
    /// @code
    /// clerk::ListOrganizationMembershipsRequest admins{.limit = 100};
    /// admins.role = {"org:admin"};
    /// auto page = co_await memberships.list_organization_memberships("org_1", admins);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMemberships>> list_organization_memberships(
        std::string_view organization_id, ListOrganizationMembershipsRequest const& request, CallOptions options = {});
    /// `list_organization_memberships` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMemberships>>> list_organization_memberships_with_http_info(
        std::string_view organization_id, ListOrganizationMembershipsRequest const& request, CallOptions options = {});

    /// GET /organization_memberships. One page of the memberships of all organizations of the instance.
    /// Refused here: what `list_organization_memberships` refuses.
    /// @code
    /// clerk::ListInstanceOrganizationMembershipsRequest first{.limit = 500};
    /// auto page = co_await memberships.list_instance_organization_memberships(first);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMemberships>> list_instance_organization_memberships(
        ListInstanceOrganizationMembershipsRequest const& request, CallOptions options = {});
    /// `list_instance_organization_memberships` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMemberships>>>
    list_instance_organization_memberships_with_http_info(ListInstanceOrganizationMembershipsRequest const& request,
                                                          CallOptions options = {});

    /// GET /users/{user_id}/organization_memberships. One page of a user's memberships.
    /// Refused here: `limit` outside 1…500, a negative `offset`.
    /// @code
    /// auto page = co_await memberships.list_user_organization_memberships("user_1", {.limit = 100});
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMemberships>> list_user_organization_memberships(
        std::string_view user_id, ListUserOrganizationMembershipsRequest request = {}, CallOptions options = {});
    /// `list_user_organization_memberships` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMemberships>>>
    list_user_organization_memberships_with_http_info(std::string_view user_id,
                                                      ListUserOrganizationMembershipsRequest request = {},
                                                      CallOptions options = {});

    /// PATCH /organizations/{organization_id}/memberships/{user_id}/metadata. Deep merge; null removes a key at any
    /// depth. The service allows 10 of these in 10 s per membership. Refused here: metadata of more than 64 levels.
    /// @code
    /// clerk::MergeOrganizationMembershipMetadataRequest request;
    /// request.public_metadata = boost::json::object{{"team", "sales"}};
    /// auto merged = co_await memberships.merge_organization_membership_metadata("org_1", "user_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembership>> merge_organization_membership_metadata(
        std::string_view organization_id, std::string_view user_id,
        MergeOrganizationMembershipMetadataRequest const& request, CallOptions options = {});
    /// `merge_organization_membership_metadata` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMembership>>>
    merge_organization_membership_metadata_with_http_info(std::string_view organization_id, std::string_view user_id,
                                                          MergeOrganizationMembershipMetadataRequest const& request,
                                                          CallOptions options = {});

    /// PATCH /organizations/{organization_id}/memberships/{user_id}. Gives the member another role. The service allows
    /// 10 of these in 10 s per membership.
    /// Refused here: an empty `role`. Errors besides the common ones: those of `delete_organization_membership`.
    /// @code
    /// clerk::UpdateOrganizationMembershipRequest request{.role = "org:admin"};
    /// auto updated = co_await memberships.update_organization_membership("org_1", "user_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationMembership>> update_organization_membership(
        std::string_view organization_id, std::string_view user_id, UpdateOrganizationMembershipRequest const& request,
        CallOptions options = {});
    /// `update_organization_membership` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationMembership>>> update_organization_membership_with_http_info(
        std::string_view organization_id, std::string_view user_id, UpdateOrganizationMembershipRequest const& request,
        CallOptions options = {});

    /// @{ Walks one of the three lists, as `OrganizationsApi::paginate()` does. Whether the service orders these lists
    /// by the `created_at` of the membership or of the user is not documented, so an anchored walk drops repeated items
    /// but is never known to be complete: `WalkReport::doubt` has the reason. The list of a user has no order at all,
    /// and an anchored walk over it is refused (field `anchored`).
    [[nodiscard]] OrganizationMembershipPaginator paginate(std::string_view organization_id,
                                                           ListOrganizationMembershipsRequest const& request,
                                                           PaginatorOptions options = {});
    [[nodiscard]] OrganizationMembershipPaginator paginate(ListInstanceOrganizationMembershipsRequest const& request,
                                                           PaginatorOptions options = {});
    [[nodiscard]] OrganizationMembershipPaginator paginate(std::string_view user_id,
                                                           ListUserOrganizationMembershipsRequest const& request,
                                                           PaginatorOptions options = {});
    /// @}
    /// @{ Continues a walk over the same list, as `OrganizationsApi::resume()` does.
    [[nodiscard]] OrganizationMembershipPaginator resume(std::string_view organization_id,
                                                         ListOrganizationMembershipsRequest const& request,
                                                         std::string_view checkpoint, PaginatorOptions options = {});
    [[nodiscard]] OrganizationMembershipPaginator resume(ListInstanceOrganizationMembershipsRequest const& request,
                                                         std::string_view checkpoint, PaginatorOptions options = {});
    [[nodiscard]] OrganizationMembershipPaginator resume(std::string_view user_id,
                                                         ListUserOrganizationMembershipsRequest const& request,
                                                         std::string_view checkpoint, PaginatorOptions options = {});
    /// @}

#if CLERK_REFUSES_TEMPORARY_REQUESTS
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization_membership(
        std::string_view, CreateOrganizationMembershipRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization_membership_with_http_info(
        std::string_view, CreateOrganizationMembershipRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_memberships(
        std::string_view, ListOrganizationMembershipsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_memberships_with_http_info(
        std::string_view, ListOrganizationMembershipsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_instance_organization_memberships(
        ListInstanceOrganizationMembershipsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_instance_organization_memberships_with_http_info(
        ListInstanceOrganizationMembershipsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice merge_organization_membership_metadata(
        std::string_view, std::string_view, MergeOrganizationMembershipMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice merge_organization_membership_metadata_with_http_info(
        std::string_view, std::string_view, MergeOrganizationMembershipMetadataRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice update_organization_membership(
        std::string_view, std::string_view, UpdateOrganizationMembershipRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice update_organization_membership_with_http_info(
        std::string_view, std::string_view, UpdateOrganizationMembershipRequest&&, CallOptions = {}) = delete;
#endif

private:
    std::shared_ptr<client::ClientCore> core_;
};

/// The request that the call of the same name in `OrganizationMembershipsApi` would send; see
/// `preview_create_organization()`.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_create_organization_membership(
    std::string_view organization_id, CreateOrganizationMembershipRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_delete_organization_membership(
    std::string_view organization_id, std::string_view user_id);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_merge_organization_membership_metadata(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_update_organization_membership(
    std::string_view organization_id, std::string_view user_id, UpdateOrganizationMembershipRequest const& request);
/** @} */
}  // namespace clerk
