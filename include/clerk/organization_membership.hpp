/// @file
/// Memberships of users in organizations. JSON names equal field names.
/// Source: Clerk Backend API, OpenAPI description 2026-05-12.
#pragma once

#include <clerk/export.hpp>
#include <clerk/metadata.hpp>
#include <clerk/organization.hpp>
#include <clerk/page.hpp>
#include <clerk/patch_field.hpp>
#include <clerk/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk {
/** @opengroup{memberships} */
/// The members of `OrganizationMembershipPublicUserData`, used as bits of its `null_fields`.
enum class OrganizationMembershipPublicUserDataField : std::uint32_t {
    user_id,
    first_name,
    last_name,
    profile_image_url,
    image_url,
    has_image,
    identifier,
    username,
    banned,
    deprovisioned,
};

/// What all members of the organization may see of a member. No data member is guaranteed.
struct OrganizationMembershipPublicUserData {
    std::string user_id{};                           ///< `user_…`; empty when null or missing.
    std::optional<std::string> first_name{};         ///< May be null.
    std::optional<std::string> last_name{};          ///< May be null.
    std::optional<std::string> profile_image_url{};  ///< Deprecated by the service in favour of `image_url`.
    std::optional<std::string> image_url{};          ///< Of the user's picture, or of a placeholder: see `has_image`.
    std::optional<bool> has_image{};                 ///< Whether the user has a picture.
    std::optional<std::string> identifier{};         ///< What the user signs in with, for example an email address.
    std::optional<std::string> username{};           ///< May be null.
    std::optional<bool> banned{};                    ///< Whether the user may not sign in.
    std::optional<bool> deprovisioned{};             ///< Whether a directory removed the user.
    Metadata additional_fields{};    ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};     ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires and that did not arrive.

    /// Whether `field` arrived as JSON null, which a `std::optional` alone cannot tell from absent.
    [[nodiscard]] bool is_null(OrganizationMembershipPublicUserDataField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationMembershipPublicUserData const&,
                           OrganizationMembershipPublicUserData const&) = default;
};

/// The members of `OrganizationMembership`, used as bits of its `null_fields`.
enum class OrganizationMembershipField : std::uint32_t {
    id,
    object,
    role,
    role_name,
    permissions,
    public_metadata,
    private_metadata,
    organization,
    public_user_data,
    created_at,
    updated_at,
};

/// A user's membership in an organization. Only `id` is guaranteed.
struct OrganizationMembership {
    std::string id{};      ///< `orgmem_…`; never empty in an answer. No endpoint accepts it.
    std::string object{};  ///< `organization_membership`; an open string.
    std::string role{};    ///< Key of the role, `org:admin`; an open string. Empty when null or missing.
    std::optional<std::string> role_name{};  ///< The role's name, for people.
    std::vector<std::string> permissions{};  ///< Keys of what the role allows, `org:sys_memberships:manage`.
    Metadata public_metadata{};              ///< `{}` when null or missing.
    Metadata private_metadata{};             ///< `{}` when null or missing. Visible to backends only: do not log it.
    Organization organization{};             ///< The whole organization, in each of its memberships.
    std::optional<OrganizationMembershipPublicUserData> public_user_data{};  ///< The member.
    std::optional<Timestamp> created_at{};                                   ///< When the user became a member.
    std::optional<Timestamp> updated_at{};                                   ///< When the membership last changed.
    Metadata additional_fields{};    ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};     ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};  ///< The same for a member that the description requires, or `private_metadata`,
                                     ///< that did not arrive.

    /// Whether `field` arrived as JSON null.
    [[nodiscard]] bool is_null(OrganizationMembershipField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationMembership const&, OrganizationMembership const&) = default;
};

/// One page of memberships.
using OrganizationMemberships = Page<OrganizationMembership>;
/// What `OrganizationMembershipsApi::get_organization_memberships()` found.
using OrganizationMembershipsById = ItemsById<OrganizationMembership>;

/// The value as one compact JSON document, faithful to what arrived: unknown members, nulls and absences included.
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationMembership const& value);
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationMemberships const& value);  ///< As above.
/// Appends instead of returning, for bulk output.
CLERK_EXPORT void append_json(std::string& out, OrganizationMembership const& value);

/// Body of `create_organization_membership`.
struct CreateOrganizationMembershipRequest {
    std::string user_id{};                    ///< Required; a user of the same instance.
    std::string role{};                       ///< Required; the key of a role, `org:member`.
    PatchField<Metadata> public_metadata{};   ///< Visible to members; 64 levels, 8 KB.
    PatchField<Metadata> private_metadata{};  ///< Visible to backends only; the same.
};

/// Body of `update_organization_membership`.
struct UpdateOrganizationMembershipRequest {
    std::string role{};  ///< Required; the key of the new role.
};

/// Body of `merge_organization_membership_metadata`, a deep merge: null removes its key at any depth. 8 KB count after
/// the merge.
struct MergeOrganizationMembershipMetadataRequest {
    PatchField<Metadata> public_metadata{};   ///< Absent: not changed, as below.
    PatchField<Metadata> private_metadata{};  ///< Visible to backends only.
};

/// Query of `list_organization_memberships`. Empty members are not sent; an explicit 0 is. A list has at most 100
/// entries. The service ignores entries that it does not know.
struct ListOrganizationMembershipsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    /// `phone_number`, `email_address`, `created_at`, `first_name`, `last_name` or `username`, with optional `+` or
    /// `-`.
    std::string order_by{};
    std::vector<std::string> user_id{};        ///< Members to include, or with a leading `-` to exclude.
    std::vector<std::string> email_address{};  ///< Members with one of these addresses.
    std::vector<std::string> phone_number{};   ///< Members with one of these numbers.
    std::vector<std::string> username{};       ///< Members with one of these names.
    std::vector<std::string> web3_wallet{};    ///< Members with one of these wallets.
    std::vector<std::string> role{};           ///< Members with one of these roles.
    std::string query{};                       ///< Part of an address, number, wallet, id or name of the member.
    std::string email_address_query{};         ///< Part of an email address, in any case.
    std::string phone_number_query{};          ///< Part of a phone number.
    std::string username_query{};              ///< Part of a user name, in any case.
    std::string name_query{};                  ///< Part of a first or last name, in any case.
    std::optional<Timestamp> last_active_at_before{};  ///< The member's last activity. Years 0000…9999, as below.
    std::optional<Timestamp> last_active_at_after{};   ///< As above.
    std::optional<Timestamp> created_at_before{};      ///< When the *user* was created, not the membership.
    std::optional<Timestamp> created_at_after{};       ///< As above.
};

/// Query of `list_instance_organization_memberships`. Empty members are not sent.
struct ListInstanceOrganizationMembershipsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::string order_by{};                ///< As in `ListOrganizationMembershipsRequest`.
};

/// Query of `list_user_organization_memberships`. Trivially destructible, so it is safe inside a `co_await` expression.
struct ListUserOrganizationMembershipsRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
};
/** @} */
}  // namespace clerk
