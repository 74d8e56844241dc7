// From a Field to the member of a struct, in one place for every type of value.
#pragma once

#include <clerk/organization.hpp>

#include "organizations/fields.hpp"

namespace clerk::organizations {

// Calls visit with the member that `field` names; does nothing when there is none.
template <class Visit>
void visit_member(Organization& value, Field field, Visit visit) {
    // clang-format off
    switch (field) {
        case Field::object: return visit(value.object);
        case Field::id: return visit(value.id);
        case Field::name: return visit(value.name);
        case Field::slug: return visit(value.slug);
        case Field::image_url: return visit(value.image_url);
        case Field::has_image: return visit(value.has_image);
        case Field::members_count: return visit(value.members_count);
        case Field::missing_member_with_elevated_permissions: return visit(value.missing_member_with_elevated_permissions);
        case Field::pending_invitations_count: return visit(value.pending_invitations_count);
        case Field::max_allowed_memberships: return visit(value.max_allowed_memberships);
        case Field::admin_delete_enabled: return visit(value.admin_delete_enabled);
        case Field::public_metadata: return visit(value.public_metadata);
        case Field::private_metadata: return visit(value.private_metadata);
        case Field::created_by: return visit(value.created_by);
        case Field::created_at: return visit(value.created_at);
        case Field::updated_at: return visit(value.updated_at);
        case Field::last_active_at: return visit(value.last_active_at);
        case Field::role_set_key: return visit(value.role_set_key);
        default: return;
    }
    // clang-format on
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
