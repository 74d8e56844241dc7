#include <clerk/organizations_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/list_query.hpp"
#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_requests.hpp"
#include "client/client_core.hpp"

#include <utility>

// Each operation: build the request now, while the arguments live; then return the coroutine that sends it.
namespace clerk {

using api::call;
using api::call_with_http_info;
using api::expected_items;

OrganizationsApi::OrganizationsApi(Client const& client) : core_{client.core_} {}

awaitable<Result<Organization>> OrganizationsApi::create_organization(CreateOrganizationRequest const& request,
                                                                      CallOptions options) {
    return call<Organization>(core_, organizations::create_organization(request), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::create_organization_with_http_info(
    CreateOrganizationRequest const& request, CallOptions options) {
    return call_with_http_info<Organization>(core_, organizations::create_organization(request), options);
}

awaitable<Result<DeletedObject>> OrganizationsApi::delete_organization(std::string_view organization_id,
                                                                       CallOptions options) {
    return call<DeletedObject>(core_, organizations::delete_organization(organization_id), options);
}
awaitable<Result<Response<DeletedObject>>> OrganizationsApi::delete_organization_with_http_info(
    std::string_view organization_id, CallOptions options) {
    return call_with_http_info<DeletedObject>(core_, organizations::delete_organization(organization_id), options);
}

awaitable<Result<Organization>> OrganizationsApi::delete_organization_logo(std::string_view organization_id,
                                                                           CallOptions options) {
    return call<Organization>(core_, organizations::delete_organization_logo(organization_id), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::delete_organization_logo_with_http_info(
    std::string_view organization_id, CallOptions options) {
    return call_with_http_info<Organization>(core_, organizations::delete_organization_logo(organization_id), options);
}

awaitable<Result<Organization>> OrganizationsApi::get_organization(std::string_view id_or_slug,
                                                                   GetOrganizationOptions query, CallOptions options) {
    return call<Organization>(core_, organizations::get_organization(id_or_slug, query), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::get_organization_with_http_info(
    std::string_view id_or_slug, GetOrganizationOptions query, CallOptions options) {
    return call_with_http_info<Organization>(core_, organizations::get_organization(id_or_slug, query), options);
}

awaitable<Result<Organizations>> OrganizationsApi::list_organizations(ListOrganizationsRequest const& request,
                                                                      CallOptions options) {
    return call<Organizations>(core_, organizations::list_organizations(request), options, expected_items(request));
}
awaitable<Result<Organizations>> OrganizationsApi::list_organizations() {
    ListOrganizationsRequest const request{};
    return list_organizations(request);
}
awaitable<Result<Response<Organizations>>> OrganizationsApi::list_organizations_with_http_info(
    ListOrganizationsRequest const& request, CallOptions options) {
    return call_with_http_info<Organizations>(core_, organizations::list_organizations(request), options,
                                              expected_items(request));
}
awaitable<Result<Response<Organizations>>> OrganizationsApi::list_organizations_with_http_info() {
    ListOrganizationsRequest const request{};
    return list_organizations_with_http_info(request);
}

awaitable<Result<Organization>> OrganizationsApi::merge_organization_metadata(
    std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options) {
    return call<Organization>(core_, organizations::merge_organization_metadata(organization_id, request), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::merge_organization_metadata_with_http_info(
    std::string_view organization_id, MergeOrganizationMetadataRequest const& request, CallOptions options) {
    return call_with_http_info<Organization>(
        core_, organizations::merge_organization_metadata(organization_id, request), options);
}

awaitable<Result<Organization>> OrganizationsApi::replace_organization_metadata(
    std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options) {
    return call<Organization>(core_, organizations::replace_organization_metadata(organization_id, request), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::replace_organization_metadata_with_http_info(
    std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request, CallOptions options) {
    return call_with_http_info<Organization>(
        core_, organizations::replace_organization_metadata(organization_id, request), options);
}

awaitable<Result<Organization>> OrganizationsApi::update_organization(std::string_view organization_id,
                                                                      UpdateOrganizationRequest const& request,
                                                                      CallOptions options) {
    return call<Organization>(core_, organizations::update_organization(organization_id, request), options);
}
awaitable<Result<Response<Organization>>> OrganizationsApi::update_organization_with_http_info(
    std::string_view organization_id, UpdateOrganizationRequest const& request, CallOptions options) {
    return call_with_http_info<Organization>(core_, organizations::update_organization(organization_id, request),
                                             options);
}

awaitable<Result<OrganizationWithLogo>> OrganizationsApi::upload_organization_logo(
    std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options) {
    return call<OrganizationWithLogo>(core_, organizations::upload_organization_logo(organization_id, request),
                                      options);
}
awaitable<Result<Response<OrganizationWithLogo>>> OrganizationsApi::upload_organization_logo_with_http_info(
    std::string_view organization_id, UploadOrganizationLogoRequest const& request, CallOptions options) {
    return call_with_http_info<OrganizationWithLogo>(
        core_, organizations::upload_organization_logo(organization_id, request), options);
}

}  // namespace clerk
