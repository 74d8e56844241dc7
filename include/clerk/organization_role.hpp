/// @file
/// Roles that members of organizations have, and the permissions of a role. JSON names equal field names.
/// Source: Clerk Backend API, OpenAPI description 2026-05-12.
#pragma once

#include <clerk/export.hpp>
#include <clerk/metadata.hpp>
#include <clerk/page.hpp>
#include <clerk/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk {
/** @opengroup{roles} */
/// The members of `OrganizationPermission`, used as bits of its `null_fields`.
enum class OrganizationPermissionField : std::uint32_t {
    object,
    id,
    name,
    key,
    description,
    type,
    created_at,
    updated_at,
};

/// What a member with a role may do. Only `id` is guaranteed.
struct OrganizationPermission {
    std::string object{};                   ///< `permission`; an open string.
    std::string id{};                       ///< `perm_…`; never empty in an answer.
    std::string name{};                     ///< For people. Empty when null or missing.
    std::string key{};                      ///< `org:sys_profile:manage`; what memberships list.
    std::string description{};              ///< For people. Empty when null or missing.
    std::string type{};                     ///< `system` or `user`; an open string.
    std::optional<Timestamp> created_at{};  ///< When it was created.
    std::optional<Timestamp> updated_at{};  ///< When it last changed.
    Metadata additional_fields{};           ///< Members that this version of the library does not know, as one object.
    std::uint32_t null_fields{};            ///< Bit n is set when the member with that number arrived as null.
    std::uint32_t missing_fields{};         ///< The same for a required member that did not arrive.

    /// Whether `field` arrived as JSON null.
    [[nodiscard]] bool is_null(OrganizationPermissionField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationPermission const&, OrganizationPermission const&) = default;
};

/// The members of `OrganizationRole`, used as bits of its `null_fields`.
enum class OrganizationRoleField : std::uint32_t {
    object,
    id,
    name,
    key,
    description,
    is_creator_eligible,
    permissions,
    created_at,
    updated_at,
};

/// A role that members of organizations can have. Only `id` is guaranteed.
struct OrganizationRole {
    std::string object{};                               ///< `role`; an open string.
    std::string id{};                                   ///< `role_…`; never empty in an answer.
    std::string name{};                                 ///< For people. Empty when null or missing.
    std::string key{};                                  ///< `org:admin`; what memberships and invitations name.
    std::optional<std::string> description{};           ///< For people; may be null.
    std::optional<bool> is_creator_eligible{};          ///< Whether the creator of an organization may get this role.
    std::vector<OrganizationPermission> permissions{};  ///< What it allows.
    std::optional<Timestamp> created_at{};              ///< When it was created.
    std::optional<Timestamp> updated_at{};              ///< When it last changed.
    Metadata additional_fields{};                       ///< As in `OrganizationPermission`.
    std::uint32_t null_fields{};                        ///< As in `OrganizationPermission`.
    std::uint32_t missing_fields{};                     ///< As in `OrganizationPermission`.

    /// Whether `field` arrived as JSON null, which a `std::optional` alone cannot tell from absent.
    [[nodiscard]] bool is_null(OrganizationRoleField field) const noexcept {
        return (null_fields >> static_cast<std::uint32_t>(field) & 1U) != 0;
    }

    friend bool operator==(OrganizationRole const&, OrganizationRole const&) = default;
};

/// One page of roles.
using OrganizationRoles = Page<OrganizationRole>;

/// The value as one compact JSON document, faithful to what arrived: unknown members, nulls and absences included.
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationRole const& value);
[[nodiscard]] CLERK_EXPORT std::string to_json(OrganizationRoles const& value);  ///< As above.

/// Query of `list_organization_roles`. Empty members are not sent; an explicit 0 is.
struct ListOrganizationRolesRequest {
    std::optional<std::int64_t> limit{};   ///< 1…500; the service's default is 10.
    std::optional<std::int64_t> offset{};  ///< >= 0.
    std::string query{};                   ///< Exact match of the id, partial match of name and key.
    std::string order_by{};  ///< `created_at`, `name` or `key`, with optional `+` or `-`. Default `-created_at`.
};
/** @} */
}  // namespace clerk
