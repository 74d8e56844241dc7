#include "api/organization_memberships/organization_membership_codec.hpp"

#include "api/codec/decoder.hpp"
#include "api/codec/encode.hpp"
#include "api/organization_memberships/organization_membership_descriptions.hpp"

namespace clerk {

template class api::Decoder<OrganizationMembership>;
template class api::Decoder<OrganizationMemberships>;

namespace {

constexpr std::size_t organization_membership_size = 2048;

}  // namespace

void append_json(std::string& out, OrganizationMembership const& value) { api::append_json_value(out, value); }

std::string to_json(OrganizationMembership const& value) { return api::json_of(value, organization_membership_size); }
std::string to_json(OrganizationMemberships const& value) {
    return api::json_of(value, 64 + value.size() * organization_membership_size);
}

}  // namespace clerk
