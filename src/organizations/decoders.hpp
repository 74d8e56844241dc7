// The decoders of the organizations API: a SAX parser fed from the read buffer, never a tree.
#pragma once

#include <clerk/organization.hpp>

#include "api/decoder.hpp"

namespace clerk::api {

extern template class Decoder<Organization>;
extern template class Decoder<OrganizationWithLogo>;
extern template class Decoder<DeletedObject>;
extern template class Decoder<Organizations>;

}  // namespace clerk::api

namespace clerk::organizations {
using api::Decoder;
}
