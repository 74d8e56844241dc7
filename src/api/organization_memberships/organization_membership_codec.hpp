// Decoders of memberships, which are compiled once. Pure.
#pragma once

#include <clerk/organization_membership.hpp>

#include "api/codec/decoder.hpp"

namespace clerk::api {

extern template class Decoder<OrganizationMembership>;
extern template class Decoder<OrganizationMemberships>;

}  // namespace clerk::api
