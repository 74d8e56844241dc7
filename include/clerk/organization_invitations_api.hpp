/// @file
/// Invitations to organizations, one documented coroutine per operation.
#pragma once

#include <clerk/awaitable.hpp>
#include <clerk/client.hpp>
#include <clerk/export.hpp>
#include <clerk/organization_invitation.hpp>
#include <clerk/paginator.hpp>
#include <clerk/request_preview.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace clerk {
/** @opengroup{invitations} */
/// A walk over the invitations of an organization.
using OrganizationInvitationPaginator = Paginator<OrganizationInvitation>;
extern template class CLERK_EXPORT Paginator<OrganizationInvitation>;
/// A walk over the invitations of an instance or of a user.
using OrganizationInvitationWithPublicOrganizationDataPaginator =
    Paginator<OrganizationInvitationWithPublicOrganizationData>;
extern template class CLERK_EXPORT Paginator<OrganizationInvitationWithPublicOrganizationData>;

/// The invitations endpoints. A light handle; calls, errors, cancellation and threads are those of `OrganizationsApi`.
///
/// No write is sent again once it may have taken effect, because a create would send a second email.
///
/// Source: Clerk Backend API, tag Organization Invitations, OpenAPI description 2026-05-12.
class CLERK_EXPORT OrganizationInvitationsApi {
public:
    /// A handle on `client`'s core. Precondition: `client` has not been moved from.
    explicit OrganizationInvitationsApi(Client const& client) : core_{client.core_} {}

    /// POST /organizations/{organization_id}/invitations. Creates an invitation and sends it by email. Never sent twice
    /// once it may have taken effect. The service allows 250 of these in an hour per instance: a call that would have
    /// to wait beyond its deadline for that ends with `errc::rate_limited` at once. Refused here: an empty
    /// `email_address` or `role`, `expires_in_days` outside 1…365, text that is not UTF-8, metadata of more than 64
    /// levels. Errors besides the common ones: 400 `organization_invitation_not_unique`,
    /// `already_a_member_in_organization`; 403 `organization_membership_quota_exceeded`, which counts pending
    /// invitations.
    /// @code
    /// clerk::CreateOrganizationInvitationRequest request{.email_address = "ann@example.com", .role = "org:member"};
    /// auto invited = co_await invitations.create_organization_invitation("org_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitation>> create_organization_invitation(
        std::string_view organization_id, CreateOrganizationInvitationRequest const& request, CallOptions options = {});
    /// `create_organization_invitation` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitation>>> create_organization_invitation_with_http_info(
        std::string_view organization_id, CreateOrganizationInvitationRequest const& request, CallOptions options = {});

    /// POST /organizations/{organization_id}/invitations/bulk. Creates 1…10 invitations (`max_invitations_at_once`) and
    /// sends them by email. Never sent twice once it may have taken effect. The service allows 50 of these in an hour
    /// per instance.
    /// Refused here: none or more than 10 (field `requests`), and what `create_organization_invitation` refuses; the
    /// field says which one, `[3].role`. Errors besides the common ones: those of `create_organization_invitation`.
    /// @code
    /// std::vector<clerk::CreateOrganizationInvitationRequest> requests(2);
    /// requests[0].email_address = "ann@example.com";
    /// requests[1].email_address = "bob@example.com";
    /// for (auto& each : requests) each.role = "org:member";
    /// auto invited = co_await invitations.create_organization_invitation_bulk("org_1", requests);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitations>> create_organization_invitation_bulk(
        std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests,
        CallOptions options = {});
    /// `create_organization_invitation_bulk` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitations>>>
    create_organization_invitation_bulk_with_http_info(std::string_view organization_id,
                                                       std::span<CreateOrganizationInvitationRequest const> requests,
                                                       CallOptions options = {});

    /// GET /organizations/{organization_id}/invitations/{invitation_id}.
    /// @code
    /// auto invitation = co_await invitations.get_organization_invitation("org_1", "orginv_1");
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitation>> get_organization_invitation(
        std::string_view organization_id, std::string_view invitation_id, CallOptions options = {});
    /// `get_organization_invitation` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitation>>> get_organization_invitation_with_http_info(
        std::string_view organization_id, std::string_view invitation_id, CallOptions options = {});

    /// GET /organizations/{organization_id}/invitations. One page; `paginate()` reads all. Invitations that come from a
    /// domain of the organization are not included.
    /// Refused here: `limit` outside 1…500, a negative `offset`, another `order_by`, an empty `status`, text that is
    /// not UTF-8.
    /// @code
    /// clerk::ListOrganizationInvitationsRequest pending{.limit = 100};
    /// pending.status = {"pending"};
    /// auto page = co_await invitations.list_organization_invitations("org_1", pending);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitations>> list_organization_invitations(
        std::string_view organization_id, ListOrganizationInvitationsRequest const& request, CallOptions options = {});
    /// `list_organization_invitations` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitations>>> list_organization_invitations_with_http_info(
        std::string_view organization_id, ListOrganizationInvitationsRequest const& request, CallOptions options = {});

    /// GET /organization_invitations. One page of the invitations of all organizations of the instance.
    /// Refused here: what `list_organization_invitations` refuses.
    /// @code
    /// clerk::ListInstanceOrganizationInvitationsRequest request{.limit = 500, .query = "@example.com"};
    /// auto page = co_await invitations.list_instance_organization_invitations(request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitationsWithPublicOrganizationData>>
    list_instance_organization_invitations(ListInstanceOrganizationInvitationsRequest const& request,
                                           CallOptions options = {});
    /// `list_instance_organization_invitations` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitationsWithPublicOrganizationData>>>
    list_instance_organization_invitations_with_http_info(ListInstanceOrganizationInvitationsRequest const& request,
                                                          CallOptions options = {});

    /// GET /users/{user_id}/organization_invitations. One page of a user's invitations.
    /// Refused here: what `list_organization_invitations` refuses.
    /// @code
    /// clerk::ListUserOrganizationInvitationsRequest request{.limit = 100};
    /// auto page = co_await invitations.list_user_organization_invitations("user_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitationsWithPublicOrganizationData>>
    list_user_organization_invitations(std::string_view user_id, ListUserOrganizationInvitationsRequest const& request,
                                       CallOptions options = {});
    /// `list_user_organization_invitations` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitationsWithPublicOrganizationData>>>
    list_user_organization_invitations_with_http_info(std::string_view user_id,
                                                      ListUserOrganizationInvitationsRequest const& request,
                                                      CallOptions options = {});

    /// POST /organizations/{organization_id}/invitations/{invitation_id}/revoke. Ends a pending invitation. Never sent
    /// twice once it may have taken effect. Revoking an invitation that is not pending is answered with 404
    /// `organization_invitation_not_pending`. That is `condition::not_found` too, although the invitation exists.
    /// @code
    /// clerk::RevokeOrganizationInvitationRequest request{.requesting_user_id = "user_1"};
    /// auto revoked = co_await invitations.revoke_organization_invitation("org_1", "orginv_1", request);
    /// @endcode
    [[nodiscard]] awaitable<Result<OrganizationInvitation>> revoke_organization_invitation(
        std::string_view organization_id, std::string_view invitation_id,
        RevokeOrganizationInvitationRequest const& request, CallOptions options = {});
    /// `revoke_organization_invitation` with status and headers.
    [[nodiscard]] awaitable<Result<Response<OrganizationInvitation>>> revoke_organization_invitation_with_http_info(
        std::string_view organization_id, std::string_view invitation_id,
        RevokeOrganizationInvitationRequest const& request, CallOptions options = {});

    /// @{ Walks one of the three lists, as `OrganizationsApi::paginate()` does. The list of a user has no order, and an
    /// anchored walk over it is refused (field `anchored`).
    [[nodiscard]] OrganizationInvitationPaginator paginate(std::string_view organization_id,
                                                           ListOrganizationInvitationsRequest const& request,
                                                           PaginatorOptions options = {});
    [[nodiscard]] OrganizationInvitationWithPublicOrganizationDataPaginator paginate(
        ListInstanceOrganizationInvitationsRequest const& request, PaginatorOptions options = {});
    [[nodiscard]] OrganizationInvitationWithPublicOrganizationDataPaginator paginate(
        std::string_view user_id, ListUserOrganizationInvitationsRequest const& request, PaginatorOptions options = {});
    /// @}
    /// @{ Continues a walk over the same list, as `OrganizationsApi::resume()` does.
    [[nodiscard]] OrganizationInvitationPaginator resume(std::string_view organization_id,
                                                         ListOrganizationInvitationsRequest const& request,
                                                         std::string_view checkpoint, PaginatorOptions options = {});
    [[nodiscard]] OrganizationInvitationWithPublicOrganizationDataPaginator resume(
        ListInstanceOrganizationInvitationsRequest const& request, std::string_view checkpoint,
        PaginatorOptions options = {});
    [[nodiscard]] OrganizationInvitationWithPublicOrganizationDataPaginator resume(
        std::string_view user_id, ListUserOrganizationInvitationsRequest const& request, std::string_view checkpoint,
        PaginatorOptions options = {});
    /// @}

#if CLERK_REFUSES_TEMPORARY_REQUESTS
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization_invitation(
        std::string_view, CreateOrganizationInvitationRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice create_organization_invitation_with_http_info(
        std::string_view, CreateOrganizationInvitationRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_invitations(
        std::string_view, ListOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_organization_invitations_with_http_info(
        std::string_view, ListOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_instance_organization_invitations(
        ListInstanceOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_instance_organization_invitations_with_http_info(
        ListInstanceOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_user_organization_invitations(
        std::string_view, ListUserOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice list_user_organization_invitations_with_http_info(
        std::string_view, ListUserOrganizationInvitationsRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice revoke_organization_invitation(
        std::string_view, std::string_view, RevokeOrganizationInvitationRequest&&, CallOptions = {}) = delete;
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice revoke_organization_invitation_with_http_info(
        std::string_view, std::string_view, RevokeOrganizationInvitationRequest&&, CallOptions = {}) = delete;
#endif

private:
    std::shared_ptr<client::ClientCore> core_;
};

/// The request that the call of the same name in `OrganizationInvitationsApi` would send; see
/// `preview_create_organization()`.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_create_organization_invitation(
    std::string_view organization_id, CreateOrganizationInvitationRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_create_organization_invitation_bulk(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_revoke_organization_invitation(
    std::string_view organization_id, std::string_view invitation_id,
    RevokeOrganizationInvitationRequest const& request);
/** @} */
}  // namespace clerk
