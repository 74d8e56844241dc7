// The members of the organizations API's types. Pure.
#pragma once

#include <clerk/organization.hpp>

#include "api/codec/description.hpp"

#include <tuple>

namespace clerk::api {

// The indices are the values of OrganizationField.
template <>
struct Description<Organization> {
    using T = Organization;
    static constexpr std::tuple members{
        Member{"object", &T::object, Presence::expected},
        Member{"id", &T::id, Presence::needed},
        Member{"name", &T::name, Presence::expected},
        Member{"slug", &T::slug, Presence::expected},
        Member{"image_url", &T::image_url},
        Member{"has_image", &T::has_image, Presence::expected},
        Member{"members_count", &T::members_count},
        Member{"missing_member_with_elevated_permissions", &T::missing_member_with_elevated_permissions},
        Member{"pending_invitations_count", &T::pending_invitations_count},
        Member{"max_allowed_memberships", &T::max_allowed_memberships, Presence::expected},
        Member{"admin_delete_enabled", &T::admin_delete_enabled, Presence::expected},
        Member{"public_metadata", &T::public_metadata, Presence::expected},
        Member{"private_metadata", &T::private_metadata, Presence::expected},  // so that its absence is recorded
        Member{"created_by", &T::created_by},
        Member{"created_at", &T::created_at, Presence::expected},
        Member{"updated_at", &T::updated_at, Presence::expected},
        Member{"last_active_at", &T::last_active_at},
        Member{"role_set_key", &T::role_set_key},
    };
};
static_assert(find_member<Organization>("created_by") == static_cast<std::size_t>(OrganizationField::created_by));
static_assert(find_member<Organization>("role_set_key") == static_cast<std::size_t>(OrganizationField::role_set_key));

template <>
struct Description<OrganizationWithLogo> {
    using T = OrganizationWithLogo;
    static constexpr auto members = [] {
        auto all = std::tuple_cat(Description<Organization>::members, std::tuple{Member{"logo_url", &T::logo_url}});
        std::get<static_cast<std::size_t>(OrganizationField::image_url)>(all).presence = Presence::expected;
        return all;
    }();
};
static_assert(find_member<OrganizationWithLogo>("logo_url") == static_cast<std::size_t>(OrganizationField::logo_url));

template <>
struct Description<DeletedObject> {
    using T = DeletedObject;
    static constexpr std::tuple members{
        Member{"object", &T::object},
        Member{"id", &T::id},
        Member{"slug", &T::slug},
        Member{"deleted", &T::deleted, Presence::needed},
        Member{"external_id", &T::external_id},
    };
};

}  // namespace clerk::api
