#include "api/organization_roles/organization_role_codec.hpp"

#include "api/codec/decoder.hpp"
#include "api/codec/encode.hpp"
#include "api/organization_roles/organization_role_descriptions.hpp"

namespace clerk {

template class api::Decoder<OrganizationRole>;
template class api::Decoder<OrganizationRoles>;

std::string to_json(OrganizationRole const& value) { return api::json_of(value, 4096); }
std::string to_json(OrganizationRoles const& value) { return api::json_of(value, 64 + value.size() * 4096); }

}  // namespace clerk
