// The members of memberships. Pure.
#pragma once

#include "api/codec/description.hpp"
#include "api/organizations/organization_descriptions.hpp"

#include <clerk/organization_membership.hpp>

#include <tuple>

namespace clerk::api {

// The indices are the values of OrganizationMembershipPublicUserDataField.
template <>
struct Description<OrganizationMembershipPublicUserData> {
    using T = OrganizationMembershipPublicUserData;
    static constexpr std::tuple members{
        Member{"user_id", &T::user_id, Presence::expected},
        Member{"first_name", &T::first_name, Presence::expected},
        Member{"last_name", &T::last_name, Presence::expected},
        Member{"profile_image_url", &T::profile_image_url, Presence::expected},
        Member{"image_url", &T::image_url, Presence::expected},
        Member{"has_image", &T::has_image, Presence::expected},
        Member{"identifier", &T::identifier},
        Member{"username", &T::username},
        Member{"banned", &T::banned},
        Member{"deprovisioned", &T::deprovisioned},
    };
};
static_assert(find_member<OrganizationMembershipPublicUserData>("deprovisioned") ==
              static_cast<std::size_t>(OrganizationMembershipPublicUserDataField::deprovisioned));

// The indices are the values of OrganizationMembershipField.
template <>
struct Description<OrganizationMembership> {
    using T = OrganizationMembership;
    static constexpr std::tuple members{
        Member{"id", &T::id, Presence::needed},
        Member{"object", &T::object, Presence::expected},
        Member{"role", &T::role, Presence::expected},
        Member{"role_name", &T::role_name},
        Member{"permissions", &T::permissions, Presence::expected},
        Member{"public_metadata", &T::public_metadata, Presence::expected},
        Member{"private_metadata", &T::private_metadata, Presence::expected},  // so that its absence is recorded
        Member{"organization", &T::organization, Presence::expected},
        Member{"public_user_data", &T::public_user_data},
        Member{"created_at", &T::created_at, Presence::expected},
        Member{"updated_at", &T::updated_at, Presence::expected},
    };
};
static_assert(find_member<OrganizationMembership>("updated_at") ==
              static_cast<std::size_t>(OrganizationMembershipField::updated_at));

}  // namespace clerk::api
