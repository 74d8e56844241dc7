// The members of roles and permissions. Pure.
#pragma once

#include "api/codec/description.hpp"

#include <clerk/organization_role.hpp>

#include <tuple>

namespace clerk::api {

template <>
struct Description<OrganizationPermission> {
    using T = OrganizationPermission;
    static constexpr std::tuple members{
        Member{"object", &T::object, Presence::expected},
        Member{"id", &T::id, Presence::needed},
        Member{"name", &T::name, Presence::expected},
        Member{"key", &T::key, Presence::expected},
        Member{"description", &T::description, Presence::expected},
        Member{"type", &T::type, Presence::expected},
        Member{"created_at", &T::created_at, Presence::expected},
        Member{"updated_at", &T::updated_at, Presence::expected},
    };
};

template <>
struct Description<OrganizationRole> {
    using T = OrganizationRole;
    static constexpr std::tuple members{
        Member{"object", &T::object, Presence::expected},
        Member{"id", &T::id, Presence::needed},
        Member{"name", &T::name, Presence::expected},
        Member{"key", &T::key, Presence::expected},
        Member{"description", &T::description, Presence::expected},
        Member{"is_creator_eligible", &T::is_creator_eligible, Presence::expected},
        Member{"permissions", &T::permissions, Presence::expected},
        Member{"created_at", &T::created_at, Presence::expected},
        Member{"updated_at", &T::updated_at, Presence::expected},
    };
};

}  // namespace clerk::api
