#include "api/organization_invitations/organization_invitation_codec.hpp"

#include "api/codec/decoder.hpp"
#include "api/codec/encode.hpp"
#include "api/organization_invitations/organization_invitation_descriptions.hpp"

namespace clerk {

template class api::Decoder<OrganizationInvitation>;
template class api::Decoder<OrganizationInvitations>;
template class api::Decoder<OrganizationInvitationsWithPublicOrganizationData>;

namespace {

constexpr std::size_t organization_invitation_size = 1024;

}  // namespace

void append_json(std::string& out, OrganizationInvitation const& value) { api::append_json_value(out, value); }
void append_json(std::string& out, OrganizationInvitationWithPublicOrganizationData const& value) {
    api::append_json_value(out, value);
}

std::string to_json(OrganizationInvitation const& value) { return api::json_of(value, organization_invitation_size); }
std::string to_json(OrganizationInvitationWithPublicOrganizationData const& value) {
    return api::json_of(value, organization_invitation_size);
}
std::string to_json(OrganizationInvitations const& value) {
    return api::json_of(value, 64 + value.size() * organization_invitation_size);
}
std::string to_json(OrganizationInvitationsWithPublicOrganizationData const& value) {
    return api::json_of(value, 64 + value.size() * organization_invitation_size);
}

}  // namespace clerk
