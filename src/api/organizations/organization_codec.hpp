// Decoders of the types of the organizations API, which are compiled once. Pure.
#pragma once

#include <clerk/organization.hpp>

#include "api/codec/decoder.hpp"

namespace clerk::api {

extern template class Decoder<Organization>;
extern template class Decoder<OrganizationWithLogo>;
extern template class Decoder<DeletedObject>;
extern template class Decoder<Organizations>;

}  // namespace clerk::api
