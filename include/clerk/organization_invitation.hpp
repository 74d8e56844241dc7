/// @file
/// Invitations to organizations. JSON names equal field names.
/// Source: Clerk Backend API, OpenAPI description 2026-05-12.
#pragma once

#include <clerk/export.hpp>
#include <clerk/metadata.hpp>
#include <clerk/page.hpp>
#include <clerk/patch_field.hpp>
#include <clerk/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk {
/** @opengroup{invitations} */
/// The members of `OrganizationInvitationPublicUserData`, used as bits of its `null_fields`.
enum class OrganizationInvitationPublicUserDataField : std::uint32_t {
    user_id,
    first_name,
    last_name,
    image_url,
    has_image,
    identifier,
};

/// What the invited person may see of the inviter. No member is guaranteed.
struct OrganizationInvitationPublicUserData {
    std::string user_id{};                    ///< `user_…`; empty when null or missing.
    std::optional<std::string> first_name{};  ///< May be null.
    std::optional<std::string> last_name{};   ///< May be null.
    std::optional<std::string> image_url{};   ///< Of the user's picture, or of a placeholder: see `has_image`.
    std::optional<bool> has_image{};          ///< Whether the user has a picture.
    std::optional<std::string> identifier{};  ///< What the user signs in with, for example an email address.
    Metadata additional_fields{};    ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};     ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires and that did not arrive.

    /// Whether `field` arrived as JSON null, which a `std::optional` alone cannot tell from absent.
    [[nodiscard]] bool is_null(OrganizationInvitationPublicUserDataField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationInvitationPublicUserData const&,
                           OrganizationInvitationPublicUserData const&) = default;
};

/// The members of `OrganizationInvitationPublicOrganizationData`, used as bits of its `null_fields`.
enum class OrganizationInvitationPublicOrganizationDataField : std::uint32_t { id, name, slug, image_url, has_image };

/// What the invited person may see of the organization. No member is guaranteed.
struct OrganizationInvitationPublicOrganizationData {
    std::string id{};                        ///< `org_…`; empty when null or missing.
    std::string name{};                      ///< Empty when null or missing.
    std::optional<std::string> slug{};       ///< Empty where slugs are off.
    std::optional<std::string> image_url{};  ///< Of the logo, or of a placeholder: see `has_image`.
    std::optional<bool> has_image{};         ///< Whether a logo was uploaded.
    Metadata additional_fields{};            ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};             ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires and that did not arrive.

    /// Whether `field` arrived as JSON null.
    [[nodiscard]] bool is_null(OrganizationInvitationPublicOrganizationDataField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationInvitationPublicOrganizationData const&,
                           OrganizationInvitationPublicOrganizationData const&) = default;
};

/// The members of `OrganizationInvitation`, used as bits of its `null_fields`.
enum class OrganizationInvitationField : std::uint32_t {
    object,
    id,
    email_address,
    role,
    role_name,
    organization_id,
    inviter_id,
    public_inviter_data,
    status,
    public_metadata,
    private_metadata,
    url,
    expires_at,
    created_at,
    updated_at,
    public_organization_data,  ///< Of `OrganizationInvitationWithPublicOrganizationData`.
};

/// An invitation to an organization. Only `id` is guaranteed.
struct OrganizationInvitation {
    std::string object{};                          ///< `organization_invitation`; an open string.
    std::string id{};                              ///< `orginv_…`; never empty in an answer.
    std::string email_address{};                   ///< Who is invited. Empty when null or missing.
    std::string role{};                            ///< Key of the role to have, `org:member`; an open string.
    std::string role_name{};                       ///< The role's name, for people.
    std::optional<std::string> organization_id{};  ///< The organization to join.
    std::optional<std::string> inviter_id{};       ///< User who invites; may be null.
    std::optional<OrganizationInvitationPublicUserData> public_inviter_data{};  ///< The same user; may be null.
    /// `pending`, `accepted`, `revoked`, `expired`; an open string.
    std::optional<std::string> status{};
    Metadata public_metadata{};             ///< Of the membership that it creates. `{}` when null or missing.
    Metadata private_metadata{};            ///< The same, visible to backends only: do not log it.
    std::optional<std::string> url{};       ///< Link that accepts it, for anybody who has it: do not log it.
    std::optional<Timestamp> expires_at{};  ///< When it expires; may be null.
    std::optional<Timestamp> created_at{};  ///< When it was created.
    std::optional<Timestamp> updated_at{};  ///< When it last changed.
    Metadata additional_fields{};           ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};            ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires, or `private_metadata`,
                                     ///< that did not arrive.

    /// Whether `field` arrived as JSON null.
    [[nodiscard]] bool is_null(OrganizationInvitationField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationInvitation const&, OrganizationInvitation const&) = default;
};

/// An item of the lists of an instance and of a user: the invitation, and data of its organization.
struct OrganizationInvitationWithPublicOrganizationData : OrganizationInvitation {
    std::optional<OrganizationInvitationPublicOrganizationData> public_organization_data{};  ///< The organization.

    friend bool operator==(OrganizationInvitationWithPublicOrganizationData const&,
                           OrganizationInvitationWithPublicOrganizationData const&) = default;
};

/// One page of invitations.
using OrganizationInvitations = Page<OrganizationInvitation>;
/// One page of the invitations of an instance or of a user.
using OrganizationInvitationsWithPublicOrganizationData = Page<OrganizationInvitationWithPublicOrganizationData>;

/// The value as one compact JSON document, faithful to what arrived: unknown members, nulls and absences included.
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationInvitation const& value);
/// As above.
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationInvitationWithPublicOrganizationData const& value);
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationInvitations const& value);  ///< As above.
/// As above.
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationInvitationsWithPublicOrganizationData const& value);
/// Appends instead of returning, for bulk output.
CLERK_EXPORT void append_json(std::string& out, OrganizationInvitation const& value);
/// As above.
CLERK_EXPORT void append_json(std::string& out, OrganizationInvitationWithPublicOrganizationData const& value);

/// Invitations that one call of `create_organization_invitation_bulk` may make.
inline constexpr std::size_t max_invitations_at_once = 10;

/// Body of `create_organization_invitation`. Members but the first two may be absent, null or a value.
struct CreateOrganizationInvitationRequest {
    std::string email_address{};                 ///< Required.
    std::string role{};                          ///< Required; the key of a role, `org:member`.
    PatchField<std::string> inviter_user_id{};   ///< User who invites, an administrator of the organization.
    PatchField<Metadata> public_metadata{};      ///< Of the membership that it creates; 64 levels.
    PatchField<Metadata> private_metadata{};     ///< The same; visible to backends only.
    PatchField<std::string> redirect_url{};      ///< Where the invited person is redirected after accepting.
    PatchField<std::int64_t> expires_in_days{};  ///< 1…365; the service's default is 30.
    PatchField<bool> notify{};                   ///< Whether the service sends an email; its default is true.
};

/// Body of `revoke_organization_invitation`.
struct RevokeOrganizationInvitationRequest {
    PatchField<std::string> requesting_user_id{};  ///< User who revokes, an administrator of the organization.
};

/// Query of `list_organization_invitations`. Empty members are not sent; an explicit 0 is.
struct ListOrganizationInvitationsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::vector<std::string> status{};     ///< `pending`, `accepted`, `revoked`, `expired`; any of these.
    std::string email_address{};           ///< Invitations of this address.
    std::string order_by{};  ///< `created_at` or `email_address`, with optional `+` or `-`. Default `-created_at`.
};

/// Query of `list_instance_organization_invitations`. Empty members are not sent; an explicit 0 is.
struct ListInstanceOrganizationInvitationsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::vector<std::string> status{};     ///< `pending`, `accepted`, `revoked`, `expired`; any of these.
    std::string query{};                   ///< Part of the invited email address.
    std::string order_by{};  ///< `created_at` or `email_address`, with optional `+` or `-`. Default `-created_at`.
};

/// Query of `list_user_organization_invitations`. Empty members are not sent; an explicit 0 is.
struct ListUserOrganizationInvitationsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::vector<std::string> status{};     ///< `pending`, `accepted`, `revoked`, `expired`; any of these.
};
/** @} */
}  // namespace clerk
