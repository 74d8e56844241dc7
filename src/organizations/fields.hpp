// The members of the API's objects: their JSON names and what the OpenAPI description says about them.
#pragma once

#include <clerk/organization.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::organizations {

// Every known member name of every object. The first ones are numbered as OrganizationField, so that one bit mask
// serves.
enum class Field : std::uint8_t {
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
    deleted,
    external_id,
    data,
    total_count,
    unknown,
};

constexpr std::size_t field_count = static_cast<std::size_t>(Field::unknown);

constexpr std::array<std::string_view, field_count> field_names{
    "object",
    "id",
    "name",
    "slug",
    "image_url",
    "has_image",
    "members_count",
    "missing_member_with_elevated_permissions",
    "pending_invitations_count",
    "max_allowed_memberships",
    "admin_delete_enabled",
    "public_metadata",
    "private_metadata",
    "created_by",
    "created_at",
    "updated_at",
    "last_active_at",
    "role_set_key",
    "logo_url",
    "deleted",
    "external_id",
    "data",
    "total_count",
};

using FieldMask = std::uint32_t;
static_assert(field_count <= 32);

constexpr FieldMask bit(Field field) noexcept { return FieldMask{1} << static_cast<unsigned>(field); }

template <class... Fields>
constexpr FieldMask mask_of(Fields... fields) noexcept {
    return (bit(fields) | ...);
}

constexpr std::string_view name_of(Field field) noexcept { return field_names[static_cast<std::size_t>(field)]; }

constexpr Field field_of(OrganizationField field) noexcept { return static_cast<Field>(field); }
static_assert(field_of(OrganizationField::object) == Field::object);
static_assert(field_of(OrganizationField::created_by) == Field::created_by);
static_assert(field_of(OrganizationField::logo_url) == Field::logo_url);

constexpr FieldMask organization_fields = bit(Field::logo_url) - 1;
constexpr FieldMask organization_with_logo_fields = organization_fields | bit(Field::logo_url);
constexpr FieldMask deleted_object_fields =
    mask_of(Field::object, Field::id, Field::slug, Field::deleted, Field::external_id);
constexpr FieldMask page_fields = mask_of(Field::data, Field::total_count);

// Written always; Organization::missing_fields records those that did not arrive. private_metadata is not required, but
// is a plain member, so its absence is recorded the same way.
constexpr FieldMask organization_always = mask_of(
    Field::object, Field::id, Field::name, Field::slug, Field::has_image, Field::max_allowed_memberships,
    Field::admin_delete_enabled, Field::public_metadata, Field::private_metadata, Field::created_at, Field::updated_at);
constexpr FieldMask organization_with_logo_always = organization_always | bit(Field::image_url);

// The first of the candidates that is called `name`. Precondition: name is as long as each of them, which makes every
// comparison one of constant length.
template <Field... candidates>
constexpr Field one_of(std::string_view name) noexcept {
    Field found = Field::unknown;
    (void)((std::char_traits<char>::compare(name.data(), name_of(candidates).data(), name_of(candidates).size()) == 0 &&
            (found = candidates, true)) ||
           ...);
    return found;
}

// The known member called `name`, or Field::unknown. Length first: most lengths leave one candidate.
constexpr Field find_field(std::string_view name) noexcept {
    switch (name.size()) {
        case 2:
            return one_of<Field::id>(name);
        case 4:
            return one_of<Field::name, Field::slug, Field::data>(name);
        case 6:
            return one_of<Field::object>(name);
        case 7:
            return one_of<Field::deleted>(name);
        case 8:
            return one_of<Field::logo_url>(name);
        case 9:
            return one_of<Field::image_url, Field::has_image>(name);
        case 10:
            return one_of<Field::created_at, Field::updated_at, Field::created_by>(name);
        case 11:
            return one_of<Field::total_count, Field::external_id>(name);
        case 12:
            return one_of<Field::role_set_key>(name);
        case 13:
            return one_of<Field::members_count>(name);
        case 14:
            return one_of<Field::last_active_at>(name);
        case 15:
            return one_of<Field::public_metadata>(name);
        case 16:
            return one_of<Field::private_metadata>(name);
        case 20:
            return one_of<Field::admin_delete_enabled>(name);
        case 23:
            return one_of<Field::max_allowed_memberships>(name);
        case 25:
            return one_of<Field::pending_invitations_count>(name);
        case 40:
            return one_of<Field::missing_member_with_elevated_permissions>(name);
        default:
            return Field::unknown;
    }
}

constexpr bool every_name_is_found() noexcept {
    for (std::size_t index = 0; index < field_count; ++index) {
        if (find_field(field_names[index]) != static_cast<Field>(index)) return false;
    }
    return true;
}
static_assert(every_name_is_found());

}  // namespace clerk::organizations
