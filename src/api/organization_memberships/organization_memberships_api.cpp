#include <clerk/organization_memberships_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/list_query.hpp"
#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_requests.hpp"
#include "api/preview_of.hpp"

// Each operation: build the request now, while the arguments live; then return the coroutine that sends it.
namespace clerk {

using api::call;
using api::call_with_http_info;
using api::expected_items;
using api::preview_of;

awaitable<Result<OrganizationMembership>> OrganizationMembershipsApi::create_organization_membership(
    std::string_view organization_id, CreateOrganizationMembershipRequest const& request, CallOptions options) {
    return call<OrganizationMembership>(
        core_, organization_memberships::create_organization_membership(organization_id, request), options);
}
awaitable<Result<Response<OrganizationMembership>>>
OrganizationMembershipsApi::create_organization_membership_with_http_info(
    std::string_view organization_id, CreateOrganizationMembershipRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationMembership>(
        core_, organization_memberships::create_organization_membership(organization_id, request), options);
}

awaitable<Result<OrganizationMembership>> OrganizationMembershipsApi::delete_organization_membership(
    std::string_view organization_id, std::string_view user_id, CallOptions options) {
    return call<OrganizationMembership>(
        core_, organization_memberships::delete_organization_membership(organization_id, user_id), options);
}
awaitable<Result<Response<OrganizationMembership>>>
OrganizationMembershipsApi::delete_organization_membership_with_http_info(std::string_view organization_id,
                                                                          std::string_view user_id,
                                                                          CallOptions options) {
    return call_with_http_info<OrganizationMembership>(
        core_, organization_memberships::delete_organization_membership(organization_id, user_id), options);
}

awaitable<Result<OrganizationMemberships>> OrganizationMembershipsApi::list_organization_memberships(
    std::string_view organization_id, ListOrganizationMembershipsRequest const& request, CallOptions options) {
    return call<OrganizationMemberships>(
        core_, organization_memberships::list_organization_memberships(organization_id, request), options,
        expected_items(request));
}
awaitable<Result<Response<OrganizationMemberships>>>
OrganizationMembershipsApi::list_organization_memberships_with_http_info(
    std::string_view organization_id, ListOrganizationMembershipsRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationMemberships>(
        core_, organization_memberships::list_organization_memberships(organization_id, request), options,
        expected_items(request));
}

awaitable<Result<OrganizationMemberships>> OrganizationMembershipsApi::list_instance_organization_memberships(
    ListInstanceOrganizationMembershipsRequest const& request, CallOptions options) {
    return call<OrganizationMemberships>(core_,
                                         organization_memberships::list_instance_organization_memberships(request),
                                         options, expected_items(request));
}
awaitable<Result<Response<OrganizationMemberships>>>
OrganizationMembershipsApi::list_instance_organization_memberships_with_http_info(
    ListInstanceOrganizationMembershipsRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationMemberships>(
        core_, organization_memberships::list_instance_organization_memberships(request), options,
        expected_items(request));
}

awaitable<Result<OrganizationMemberships>> OrganizationMembershipsApi::list_user_organization_memberships(
    std::string_view user_id, ListUserOrganizationMembershipsRequest request, CallOptions options) {
    return call<OrganizationMemberships>(core_,
                                         organization_memberships::list_user_organization_memberships(user_id, request),
                                         options, expected_items(request));
}
awaitable<Result<Response<OrganizationMemberships>>>
OrganizationMembershipsApi::list_user_organization_memberships_with_http_info(
    std::string_view user_id, ListUserOrganizationMembershipsRequest request, CallOptions options) {
    return call_with_http_info<OrganizationMemberships>(
        core_, organization_memberships::list_user_organization_memberships(user_id, request), options,
        expected_items(request));
}

awaitable<Result<OrganizationMembership>> OrganizationMembershipsApi::merge_organization_membership_metadata(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request, CallOptions options) {
    return call<OrganizationMembership>(
        core_, organization_memberships::merge_organization_membership_metadata(organization_id, user_id, request),
        options);
}
awaitable<Result<Response<OrganizationMembership>>>
OrganizationMembershipsApi::merge_organization_membership_metadata_with_http_info(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationMembership>(
        core_, organization_memberships::merge_organization_membership_metadata(organization_id, user_id, request),
        options);
}

awaitable<Result<OrganizationMembership>> OrganizationMembershipsApi::update_organization_membership(
    std::string_view organization_id, std::string_view user_id, UpdateOrganizationMembershipRequest const& request,
    CallOptions options) {
    return call<OrganizationMembership>(
        core_, organization_memberships::update_organization_membership(organization_id, user_id, request), options);
}
awaitable<Result<Response<OrganizationMembership>>>
OrganizationMembershipsApi::update_organization_membership_with_http_info(
    std::string_view organization_id, std::string_view user_id, UpdateOrganizationMembershipRequest const& request,
    CallOptions options) {
    return call_with_http_info<OrganizationMembership>(
        core_, organization_memberships::update_organization_membership(organization_id, user_id, request), options);
}

Result<RequestPreview> preview_create_organization_membership(std::string_view organization_id,
                                                              CreateOrganizationMembershipRequest const& request) {
    return preview_of(organization_memberships::create_organization_membership(organization_id, request));
}
Result<RequestPreview> preview_delete_organization_membership(std::string_view organization_id,
                                                              std::string_view user_id) {
    return preview_of(organization_memberships::delete_organization_membership(organization_id, user_id));
}
Result<RequestPreview> preview_merge_organization_membership_metadata(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request) {
    return preview_of(
        organization_memberships::merge_organization_membership_metadata(organization_id, user_id, request));
}
Result<RequestPreview> preview_update_organization_membership(std::string_view organization_id,
                                                              std::string_view user_id,
                                                              UpdateOrganizationMembershipRequest const& request) {
    return preview_of(organization_memberships::update_organization_membership(organization_id, user_id, request));
}

}  // namespace clerk
