// Memberships are looked up by their user. Pure.
#pragma once

#include "api/id_lookup.hpp"

#include <clerk/organization_membership.hpp>

#include <string_view>

namespace clerk::api {

template <>
struct LookupKey<OrganizationMembership> {
    static std::string_view of(OrganizationMembership const& membership) {
        return membership.public_user_data ? std::string_view{membership.public_user_data->user_id}
                                           : std::string_view{};
    }
    static std::string_view of(UndecodedItem const&) { return {}; }  // its id is that of the membership
};

}  // namespace clerk::api
