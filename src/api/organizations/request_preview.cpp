#include <clerk/request_preview.hpp>

#include "api/organizations/organization_requests.hpp"
#include "api/preview_of.hpp"

namespace clerk {

using api::preview_of;

Result<RequestPreview> preview_create_organization(CreateOrganizationRequest const& request) {
    return preview_of(organizations::create_organization(request));
}

Result<RequestPreview> preview_update_organization(std::string_view organization_id,
                                                   UpdateOrganizationRequest const& request) {
    return preview_of(organizations::update_organization(organization_id, request));
}

Result<RequestPreview> preview_merge_organization_metadata(std::string_view organization_id,
                                                           MergeOrganizationMetadataRequest const& request) {
    return preview_of(organizations::merge_organization_metadata(organization_id, request));
}

Result<RequestPreview> preview_replace_organization_metadata(std::string_view organization_id,
                                                             ReplaceOrganizationMetadataRequest const& request) {
    return preview_of(organizations::replace_organization_metadata(organization_id, request));
}

Result<RequestPreview> preview_upload_organization_logo(std::string_view organization_id,
                                                        UploadOrganizationLogoRequest const& request) {
    return preview_of(organizations::upload_organization_logo(organization_id, request));
}

Result<RequestPreview> preview_delete_organization_logo(std::string_view organization_id) {
    return preview_of(organizations::delete_organization_logo(organization_id));
}

Result<RequestPreview> preview_delete_organization(std::string_view organization_id) {
    return preview_of(organizations::delete_organization(organization_id));
}

}  // namespace clerk
