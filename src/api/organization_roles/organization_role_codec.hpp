// Decoders of roles, which are compiled once. Pure.
#pragma once

#include <clerk/organization_role.hpp>

#include "api/codec/decoder.hpp"

namespace clerk::api {

extern template class Decoder<OrganizationRole>;
extern template class Decoder<OrganizationRoles>;

}  // namespace clerk::api
