// Reads and writes the types of the organizations API.
#include "api/organizations/organization_codec.hpp"

#include "api/codec/decoder.hpp"
#include "api/codec/encode.hpp"
#include "api/organizations/organization_descriptions.hpp"

#include <string>

namespace clerk {

template class api::Decoder<Organization>;
template class api::Decoder<OrganizationWithLogo>;
template class api::Decoder<DeletedObject>;
template class api::Decoder<Organizations>;

constexpr std::size_t organization_size = 1024;

void append_json(std::string& out, Organization const& value) { api::append_json_value(out, value); }

std::string to_json(Organization const& value) { return api::json_of(value, organization_size); }
std::string to_json(OrganizationWithLogo const& value) { return api::json_of(value, organization_size); }
std::string to_json(DeletedObject const& value) { return api::json_of(value, 128); }
std::string to_json(Organizations const& value) { return api::json_of(value, 64 + value.size() * organization_size); }

}  // namespace clerk
