/// @file
/// What a call would send, without sending it.
#pragma once

#include <clerk/api_request.hpp>
#include <clerk/export.hpp>
#include <clerk/organization.hpp>
#include <clerk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{organizations} */
/// The part of a request that depends on the arguments. The key and the other headers belong to the client.
struct RequestPreview {
    std::string method{};        ///< `PATCH`.
    std::string target{};        ///< Below the base URL, with the query: `/organizations/org_1`.
    std::string content_type{};  ///< Empty when there is no body.
    std::string body{};          ///< The JSON; empty for a logo, whose bytes are sent from where they are.
    std::uint64_t body_size{};   ///< In bytes, of a logo's multipart body too.
};

/// The request that the call of the same name in `OrganizationsApi` would send, byte for byte, for a dry run or a
/// review. The arguments are checked in the same way and refused with the same errors. The file of a logo is opened to
/// check it.
///
/// @code
/// auto preview = clerk::preview_create_organization(request);
/// if (preview) std::cout << preview->method << ' ' << preview->target << ' ' << preview->body << '\n';
/// @endcode
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_create_organization(CreateOrganizationRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_update_organization(std::string_view organization_id,
                                                                              UpdateOrganizationRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_merge_organization_metadata(
    std::string_view organization_id, MergeOrganizationMetadataRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_replace_organization_metadata(
    std::string_view organization_id, ReplaceOrganizationMetadataRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_upload_organization_logo(
    std::string_view organization_id, UploadOrganizationLogoRequest const& request);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_delete_organization_logo(std::string_view organization_id);
/// As above.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_delete_organization(std::string_view organization_id);
/// As above, of `Client::request()`.
[[nodiscard]] CLERK_EXPORT Result<RequestPreview> preview_request(ApiRequest const& request);
/** @} */
}  // namespace clerk
