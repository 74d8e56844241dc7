// From a Field to the member of a struct, in one place for every type of value.
#pragma once

#include <clerk/organization.hpp>

#include "organizations/fields.hpp"

#include <cstddef>
#include <tuple>
#include <utility>

namespace clerk::organizations {

// The members of an organization in the order of Field.
constexpr std::tuple organization_members{
    &Organization::object,
    &Organization::id,
    &Organization::name,
    &Organization::slug,
    &Organization::image_url,
    &Organization::has_image,
    &Organization::members_count,
    &Organization::missing_member_with_elevated_permissions,
    &Organization::pending_invitations_count,
    &Organization::max_allowed_memberships,
    &Organization::admin_delete_enabled,
    &Organization::public_metadata,
    &Organization::private_metadata,
    &Organization::created_by,
    &Organization::created_at,
    &Organization::updated_at,
    &Organization::last_active_at,
    &Organization::role_set_key,
};
using OrganizationMembers = std::make_index_sequence<std::tuple_size_v<decltype(organization_members)>>;
static_assert(organization_fields == (FieldMask{1} << OrganizationMembers::size()) - 1);

template <class Visit, std::size_t... indices>
void visit_member(Organization& value, Field field, Visit& visit, std::index_sequence<indices...>) {
    (void)((field == static_cast<Field>(indices) && (visit(value.*std::get<indices>(organization_members)), true)) ||
           ...);
}

// Calls visit with the member that `field` names; does nothing when there is none.
template <class Visit>
void visit_member(Organization& value, Field field, Visit visit) {
    visit_member(value, field, visit, OrganizationMembers{});
}

template <class Visit>
void visit_member(DeletedObject& value, Field field, Visit visit) {
    // clang-format off
    switch (field) {
        case Field::object: return visit(value.object);
        case Field::id: return visit(value.id);
        case Field::slug: return visit(value.slug);
        case Field::deleted: return visit(value.deleted);
        case Field::external_id: return visit(value.external_id);
        default: return;
    }
    // clang-format on
}

}  // namespace clerk::organizations
