#include <clerk/request_preview.hpp>

#include "api/organizations/organization_requests.hpp"

#include <utility>

namespace clerk {

namespace {

Result<RequestPreview> preview(Result<http::Request> request) {
    if (!request) return request.error();
    RequestPreview preview{std::string{to_string(request->method)}, std::move(request->target)};
    if (auto const& content = request->content) {
        preview.content_type = std::move(content->type);
        preview.body_size = content->size();
        preview.body = std::move(content->text);
    }
    return preview;
}

}  // namespace

Result<RequestPreview> preview_create_organization(CreateOrganizationRequest const& request) {
    return preview(organizations::create_organization(request));
}

Result<RequestPreview> preview_update_organization(std::string_view organization_id,
                                                   UpdateOrganizationRequest const& request) {
    return preview(organizations::update_organization(organization_id, request));
}

Result<RequestPreview> preview_merge_organization_metadata(std::string_view organization_id,
                                                           MergeOrganizationMetadataRequest const& request) {
    return preview(organizations::merge_organization_metadata(organization_id, request));
}

Result<RequestPreview> preview_replace_organization_metadata(std::string_view organization_id,
                                                             ReplaceOrganizationMetadataRequest const& request) {
    return preview(organizations::replace_organization_metadata(organization_id, request));
}

Result<RequestPreview> preview_upload_organization_logo(std::string_view organization_id,
                                                        UploadOrganizationLogoRequest const& request) {
    return preview(organizations::upload_organization_logo(organization_id, request));
}

Result<RequestPreview> preview_delete_organization_logo(std::string_view organization_id) {
    return preview(organizations::delete_organization_logo(organization_id));
}

Result<RequestPreview> preview_delete_organization(std::string_view organization_id) {
    return preview(organizations::delete_organization(organization_id));
}

}  // namespace clerk
