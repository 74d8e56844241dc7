// Makes the request of each operation from its parameters, and checks them. Pure.
//
// Each function returns `errc::invalid_argument` naming the refused parameter in Error::field(). What only the service
// can decide (slug format, URLs in a name, unknown ids) is left to it.
#pragma once

#include <clerk/organization.hpp>
#include <clerk/result.hpp>

#include "http/request.hpp"

#include <string_view>

namespace clerk::organizations {

[[nodiscard]] Result<http::Request> create_organization(CreateOrganizationRequest const& request);
[[nodiscard]] Result<http::Request> delete_organization(std::string_view organization_id);
[[nodiscard]] Result<http::Request> delete_organization_logo(std::string_view organization_id);
[[nodiscard]] Result<http::Request> get_organization(std::string_view id_or_slug, GetOrganizationOptions const& query);
[[nodiscard]] Result<http::Request> list_organizations(ListOrganizationsRequest const& request);
[[nodiscard]] Result<http::Request> merge_organization_metadata(std::string_view organization_id,
                                                                MergeOrganizationMetadataRequest const& request);
[[nodiscard]] Result<http::Request> replace_organization_metadata(std::string_view organization_id,
                                                                  ReplaceOrganizationMetadataRequest const& request);
[[nodiscard]] Result<http::Request> update_organization(std::string_view organization_id,
                                                        UpdateOrganizationRequest const& request);
// Also `errc::request_too_large` over 10 MB and `errc::file_unreadable`, both with field `file`.
[[nodiscard]] Result<http::Request> upload_organization_logo(std::string_view organization_id,
                                                             UploadOrganizationLogoRequest const& request);

}  // namespace clerk::organizations
