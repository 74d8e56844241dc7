// Decoders of invitations, which are compiled once. Pure.
#pragma once

#include <clerk/organization_invitation.hpp>

#include "api/codec/decoder.hpp"

namespace clerk::api {

extern template class Decoder<OrganizationInvitation>;
extern template class Decoder<OrganizationInvitations>;
extern template class Decoder<OrganizationInvitationsWithPublicOrganizationData>;

}  // namespace clerk::api
