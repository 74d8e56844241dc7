// The members of invitations. Pure.
#pragma once

#include "api/codec/description.hpp"

#include <clerk/organization_invitation.hpp>

#include <cstddef>
#include <tuple>

namespace clerk::api {

// The indices are the values of OrganizationInvitationPublicUserDataField.
template <>
struct Description<OrganizationInvitationPublicUserData> {
    using T = OrganizationInvitationPublicUserData;
    static constexpr std::tuple members{
        Member{"user_id", &T::user_id, Presence::expected},
        Member{"first_name", &T::first_name, Presence::expected},
        Member{"last_name", &T::last_name, Presence::expected},
        Member{"image_url", &T::image_url, Presence::expected},
        Member{"has_image", &T::has_image, Presence::expected},
        Member{"identifier", &T::identifier, Presence::expected},
    };
};
static_assert(find_member<OrganizationInvitationPublicUserData>("identifier") ==
              static_cast<std::size_t>(OrganizationInvitationPublicUserDataField::identifier));

// The indices are the values of OrganizationInvitationPublicOrganizationDataField.
template <>
struct Description<OrganizationInvitationPublicOrganizationData> {
    using T = OrganizationInvitationPublicOrganizationData;
    static constexpr std::tuple members{
        Member{"id", &T::id, Presence::expected},
        Member{"name", &T::name, Presence::expected},
        Member{"slug", &T::slug, Presence::expected},
        Member{"image_url", &T::image_url},
        Member{"has_image", &T::has_image, Presence::expected},
    };
};
static_assert(find_member<OrganizationInvitationPublicOrganizationData>("has_image") ==
              static_cast<std::size_t>(OrganizationInvitationPublicOrganizationDataField::has_image));

// The indices are the values of OrganizationInvitationField.
template <>
struct Description<OrganizationInvitation> {
    using T = OrganizationInvitation;
    static constexpr std::tuple members{
        Member{"object", &T::object, Presence::expected},
        Member{"id", &T::id, Presence::needed},
        Member{"email_address", &T::email_address, Presence::expected},
        Member{"role", &T::role, Presence::expected},
        Member{"role_name", &T::role_name, Presence::expected},
        Member{"organization_id", &T::organization_id},
        Member{"inviter_id", &T::inviter_id, Presence::expected},
        Member{"public_inviter_data", &T::public_inviter_data, Presence::expected},
        Member{"status", &T::status},
        Member{"public_metadata", &T::public_metadata, Presence::expected},
        Member{"private_metadata", &T::private_metadata, Presence::expected},  // so that its absence is recorded
        Member{"url", &T::url, Presence::expected},
        Member{"expires_at", &T::expires_at, Presence::expected},
        Member{"created_at", &T::created_at, Presence::expected},
        Member{"updated_at", &T::updated_at, Presence::expected},
    };
};
static_assert(find_member<OrganizationInvitation>("updated_at") ==
              static_cast<std::size_t>(OrganizationInvitationField::updated_at));

template <>
struct Description<OrganizationInvitationWithPublicOrganizationData> {
    using T = OrganizationInvitationWithPublicOrganizationData;
    static constexpr auto members =
        std::tuple_cat(Description<OrganizationInvitation>::members,
                       std::tuple{Member{"public_organization_data", &T::public_organization_data}});
};
static_assert(find_member<OrganizationInvitationWithPublicOrganizationData>("public_organization_data") ==
              static_cast<std::size_t>(OrganizationInvitationField::public_organization_data));

}  // namespace clerk::api
