/// @file
/// The types of Clerk's organizations API. JSON names equal field names.
/// Source: Clerk Backend API, OpenAPI description 2026-05-12, and the OrganizationsApi document.
#pragma once

#include <clerk/export.hpp>
#include <clerk/metadata.hpp>
#include <clerk/page.hpp>
#include <clerk/patch_field.hpp>
#include <clerk/timestamp.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
/** @opengroup{organizations} */
/// The nullable members of `Organization`, used as bits of `Organization::null_fields`.
enum class OrganizationField : std::uint32_t {
    object,
    id,
    name,
    slug,
    image_url,
    has_image,
    members_count,
    missing_member_with_elevated_permissions,
    pending_invitations_count,
    max_allowed_memberships,
    admin_delete_enabled,
    public_metadata,
    private_metadata,
    created_by,
    created_at,
    updated_at,
    last_active_at,
    role_set_key,
    logo_url,
};

/// An organization as the service describes it. Only `id` is guaranteed: other members have been seen null or missing,
/// and one unusual organization must not make a page unreadable.
struct Organization {
    std::string object{};                         ///< `organization`; an open string.
    std::string id{};                             ///< `org_…`; never empty in an answer.
    std::string name{};                           ///< Empty when null or missing.
    std::optional<std::string> slug{};            ///< Empty where slugs are disabled.
    std::optional<std::string> image_url{};       ///< Of the logo, or of a placeholder: see `has_image`.
    std::optional<bool> has_image{};              ///< Whether a logo was uploaded.
    std::optional<std::int64_t> members_count{};  ///< Only when `include_members_count` was set.
    std::optional<bool> missing_member_with_elevated_permissions{};  ///< Only when requested.
    std::optional<std::int64_t> pending_invitations_count{};         ///< Invitations still open.
    std::optional<std::int64_t> max_allowed_memberships{};           ///< 0 means unlimited.
    std::optional<bool> admin_delete_enabled{};  ///< Whether administrators may delete the organization.
    Metadata public_metadata{};                  ///< `{}` when null or missing.
    Metadata private_metadata{};                ///< `{}` when null or missing. Visible to backends only: do not log it.
    std::optional<std::string> created_by{};    ///< User id of the creator.
    std::optional<Timestamp> created_at{};      ///< When it was created.
    std::optional<Timestamp> updated_at{};      ///< When it last changed.
    std::optional<Timestamp> last_active_at{};  ///< When a member was last active in it.
    std::optional<std::string> role_set_key{};  ///< Set of roles that members may have.
    Metadata additional_fields{};  ///< Members that this version of the library does not know, as one object.
    std::uint32_t
        null_fields{};  ///< Bit n is set when the member with that `OrganizationField` number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires, or `private_metadata`,
                                     ///< that did not arrive.

    /// Whether `field` arrived as JSON null, which a `std::optional` alone cannot tell from absent.
    [[nodiscard]] bool is_null(OrganizationField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(Organization const&, Organization const&) = default;
};

/// What `upload_organization_logo` returns: the organization and the deprecated `logo_url`.
struct OrganizationWithLogo : Organization {
    std::optional<std::string> logo_url{};  ///< Deprecated by the service in favour of `image_url`.

    friend bool operator==(OrganizationWithLogo const&, OrganizationWithLogo const&) = default;
};

/// What `delete_organization` returns.
struct DeletedObject {
    std::string object{};                      ///< `organization`; an open string.
    std::optional<std::string> id{};           ///< Id of what was deleted.
    std::optional<std::string> slug{};         ///< Its slug.
    bool deleted{};                            ///< Whether it was deleted.
    std::optional<std::string> external_id{};  ///< Its id in another system.
    Metadata additional_fields{};  ///< Members that this version of the library does not know, as one object.

    friend bool operator==(DeletedObject const&, DeletedObject const&) = default;
};

/// One page of organizations.
using Organizations = Page<Organization>;

/// What `OrganizationsApi::get_organizations()` found.
using OrganizationsById = ItemsById<Organization>;

/// The value as one compact JSON document, faithful to what arrived: unknown members, nulls and absences included.
[[nodiscard]] CLERK_EXPORT std::string to_json(Organization const& value);
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationWithLogo const& value);  ///< As above.
[[nodiscard]] CLERK_EXPORT std::string to_json(DeletedObject const& value);         ///< As above.
[[nodiscard]] CLERK_EXPORT std::string to_json(Organizations const& value);         ///< As above.
/// Appends instead of returning, for bulk output.
CLERK_EXPORT void append_json(std::string& out, Organization const& value);

/// Body of `create_organization`.
struct CreateOrganizationRequest {
    std::string name{};                                     ///< Required, at most 256 characters, no URLs or HTML.
    std::optional<std::string> created_by{};                ///< User who becomes the administrator.
    std::optional<std::string> slug{};                      ///< a-z, 0-9 and `-`; unique. Not where slugs are disabled.
    std::optional<std::int64_t> max_allowed_memberships{};  ///< >= 0; 0 means unlimited.
    std::optional<Timestamp> created_at{};                  ///< Sent as RFC 3339 with milliseconds.
    std::optional<std::string> role_set_key{};              ///< Set of roles that members may have.
    std::optional<Metadata> public_metadata{};              ///< Visible to members; 64 levels, 8 KB.
    std::optional<Metadata> private_metadata{};             ///< Visible to backends only; the same.
};

/// Body of `update_organization`. Absent members are not changed; null asks the service to unset one.
struct UpdateOrganizationRequest {
    PatchField<std::string> name{};                      ///< 1…256 characters.
    PatchField<std::string> slug{};                      ///< As in `CreateOrganizationRequest`.
    PatchField<std::int64_t> max_allowed_memberships{};  ///< >= 0; 0 means unlimited.
    PatchField<bool> admin_delete_enabled{};             ///< Whether administrators may delete the organization.
    PatchField<Timestamp> created_at{};                  ///< Years 0000…9999.
    PatchField<std::string> role_set_key{};              ///< Set of roles that members may have.
    PatchField<Metadata> public_metadata{};   ///< Only for API versions before 2026-05-12; later ones answer 422.
    PatchField<Metadata> private_metadata{};  ///< The same.
};

/// Body of `merge_organization_metadata`, a deep merge: null removes its key at any depth. 8 KB count after the merge.
struct MergeOrganizationMetadataRequest {
    PatchField<Metadata> public_metadata{};   ///< Absent: not changed, as below.
    PatchField<Metadata> private_metadata{};  ///< Visible to backends only.
};

/// Body of `replace_organization_metadata`: each supplied field is replaced whole, `{}` clears it, null is stored.
struct ReplaceOrganizationMetadataRequest {
    PatchField<Metadata> public_metadata{};   ///< Visible to members.
    PatchField<Metadata> private_metadata{};  ///< Visible to backends only.
};

/// Query of `get_organization`. Empty members are not sent; an explicit `false` is. Trivially destructible, so it is
/// safe inside a `co_await` expression.
struct GetOrganizationOptions {
    std::optional<bool> include_members_count{};  ///< Fills `Organization::members_count`.
    /// Fills `Organization::missing_member_with_elevated_permissions`.
    std::optional<bool> include_missing_member_with_elevated_permissions{};
};

/// Query of `list_organizations`. Empty members are not sent; an explicit `false` or 0 is.
struct ListOrganizationsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::string query{};                   ///< Exact match of the id, partial match of name and slug.
    std::string
        order_by{};  ///< `name`, `created_at` or `members_count`, with optional `+` or `-`. Default `-created_at`.
    std::vector<std::string> user_id{};           ///< Members to include, or with a leading `-` to exclude.
    std::vector<std::string> organization_id{};   ///< Ids to include, or with `-` to exclude; at most 100.
    std::optional<bool> include_members_count{};  ///< As in `GetOrganizationOptions`.
    std::optional<bool> include_missing_member_with_elevated_permissions{};  ///< As in `GetOrganizationOptions`.
};

/// The image of `upload_organization_logo`: a file that is streamed, or bytes in memory. At most 10 MB; the type is
/// read from the content (JPEG, PNG, GIF, WebP, ICO), never from the name.
class CLERK_EXPORT LogoFile {
public:
    /// Streams `path` when the call is sent. The file must stay unchanged until the call is done.
    [[nodiscard]] static LogoFile from_path(std::filesystem::path path);
    /// Takes the bytes. `filename` is what the service sees; it may be empty.
    [[nodiscard]] static LogoFile from_memory(std::string bytes, std::string filename);

    /// Empty when the bytes are in memory.
    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    /// Empty when the image is a file.
    [[nodiscard]] std::string const& bytes() const noexcept { return bytes_; }
    /// What was given to `from_memory`, or the name of the file without its directory. When it cannot be used, `logo`
    /// with the extension of the type is sent.
    [[nodiscard]] std::string const& filename() const noexcept { return filename_; }

private:
    std::filesystem::path path_{};
    std::string bytes_{};
    std::string filename_{};
};

/// Parameters of `upload_organization_logo`.
struct UploadOrganizationLogoRequest {
    LogoFile file{};                                ///< The image.
    std::optional<std::string> uploader_user_id{};  ///< User credited with the upload.
};
/** @} */
}  // namespace clerk
