#include <clerk/organization_invitations_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/list_query.hpp"
#include "api/organization_invitations/organization_invitation_codec.hpp"
#include "api/organization_invitations/organization_invitation_requests.hpp"
#include "api/preview_of.hpp"

// Each operation: build the request now, while the arguments live; then return the coroutine that sends it.
namespace clerk {

using api::call;
using api::call_with_http_info;
using api::expected_items;
using api::preview_of;

awaitable<Result<OrganizationInvitation>> OrganizationInvitationsApi::create_organization_invitation(
    std::string_view organization_id, CreateOrganizationInvitationRequest const& request, CallOptions options) {
    return call<OrganizationInvitation>(
        core_, organization_invitations::create_organization_invitation(organization_id, request), options);
}
awaitable<Result<Response<OrganizationInvitation>>>
OrganizationInvitationsApi::create_organization_invitation_with_http_info(
    std::string_view organization_id, CreateOrganizationInvitationRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationInvitation>(
        core_, organization_invitations::create_organization_invitation(organization_id, request), options);
}

awaitable<Result<OrganizationInvitations>> OrganizationInvitationsApi::create_organization_invitation_bulk(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests,
    CallOptions options) {
    return call<OrganizationInvitations>(
        core_, organization_invitations::create_organization_invitation_bulk(organization_id, requests), options);
}
awaitable<Result<Response<OrganizationInvitations>>>
OrganizationInvitationsApi::create_organization_invitation_bulk_with_http_info(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests,
    CallOptions options) {
    return call_with_http_info<OrganizationInvitations>(
        core_, organization_invitations::create_organization_invitation_bulk(organization_id, requests), options);
}

awaitable<Result<OrganizationInvitation>> OrganizationInvitationsApi::get_organization_invitation(
    std::string_view organization_id, std::string_view invitation_id, CallOptions options) {
    return call<OrganizationInvitation>(
        core_, organization_invitations::get_organization_invitation(organization_id, invitation_id), options);
}
awaitable<Result<Response<OrganizationInvitation>>>
OrganizationInvitationsApi::get_organization_invitation_with_http_info(std::string_view organization_id,
                                                                       std::string_view invitation_id,
                                                                       CallOptions options) {
    return call_with_http_info<OrganizationInvitation>(
        core_, organization_invitations::get_organization_invitation(organization_id, invitation_id), options);
}

awaitable<Result<OrganizationInvitations>> OrganizationInvitationsApi::list_organization_invitations(
    std::string_view organization_id, ListOrganizationInvitationsRequest const& request, CallOptions options) {
    return call<OrganizationInvitations>(
        core_, organization_invitations::list_organization_invitations(organization_id, request), options,
        expected_items(request));
}
awaitable<Result<Response<OrganizationInvitations>>>
OrganizationInvitationsApi::list_organization_invitations_with_http_info(
    std::string_view organization_id, ListOrganizationInvitationsRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationInvitations>(
        core_, organization_invitations::list_organization_invitations(organization_id, request), options,
        expected_items(request));
}

awaitable<Result<OrganizationInvitationsWithPublicOrganizationData>>
OrganizationInvitationsApi::list_instance_organization_invitations(
    ListInstanceOrganizationInvitationsRequest const& request, CallOptions options) {
    return call<OrganizationInvitationsWithPublicOrganizationData>(
        core_, organization_invitations::list_instance_organization_invitations(request), options,
        expected_items(request));
}
awaitable<Result<Response<OrganizationInvitationsWithPublicOrganizationData>>>
OrganizationInvitationsApi::list_instance_organization_invitations_with_http_info(
    ListInstanceOrganizationInvitationsRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationInvitationsWithPublicOrganizationData>(
        core_, organization_invitations::list_instance_organization_invitations(request), options,
        expected_items(request));
}

awaitable<Result<OrganizationInvitationsWithPublicOrganizationData>>
OrganizationInvitationsApi::list_user_organization_invitations(std::string_view user_id,
                                                               ListUserOrganizationInvitationsRequest const& request,
                                                               CallOptions options) {
    return call<OrganizationInvitationsWithPublicOrganizationData>(
        core_, organization_invitations::list_user_organization_invitations(user_id, request), options,
        expected_items(request));
}
awaitable<Result<Response<OrganizationInvitationsWithPublicOrganizationData>>>
OrganizationInvitationsApi::list_user_organization_invitations_with_http_info(
    std::string_view user_id, ListUserOrganizationInvitationsRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationInvitationsWithPublicOrganizationData>(
        core_, organization_invitations::list_user_organization_invitations(user_id, request), options,
        expected_items(request));
}

awaitable<Result<OrganizationInvitation>> OrganizationInvitationsApi::revoke_organization_invitation(
    std::string_view organization_id, std::string_view invitation_id,
    RevokeOrganizationInvitationRequest const& request, CallOptions options) {
    return call<OrganizationInvitation>(
        core_, organization_invitations::revoke_organization_invitation(organization_id, invitation_id, request),
        options);
}
awaitable<Result<Response<OrganizationInvitation>>>
OrganizationInvitationsApi::revoke_organization_invitation_with_http_info(
    std::string_view organization_id, std::string_view invitation_id,
    RevokeOrganizationInvitationRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationInvitation>(
        core_, organization_invitations::revoke_organization_invitation(organization_id, invitation_id, request),
        options);
}

Result<RequestPreview> preview_create_organization_invitation(std::string_view organization_id,
                                                              CreateOrganizationInvitationRequest const& request) {
    return preview_of(organization_invitations::create_organization_invitation(organization_id, request));
}
Result<RequestPreview> preview_create_organization_invitation_bulk(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests) {
    return preview_of(organization_invitations::create_organization_invitation_bulk(organization_id, requests));
}
Result<RequestPreview> preview_revoke_organization_invitation(std::string_view organization_id,
                                                              std::string_view invitation_id,
                                                              RevokeOrganizationInvitationRequest const& request) {
    return preview_of(
        organization_invitations::revoke_organization_invitation(organization_id, invitation_id, request));
}

}  // namespace clerk
