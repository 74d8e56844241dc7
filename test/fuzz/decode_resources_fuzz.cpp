// The decoders of memberships, invitations and roles. Input: how to cut the body, a line end, the body.
#include "api/organization_invitations/organization_invitation_codec.hpp"
#include "api/organization_invitations/organization_invitation_descriptions.hpp"
#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_descriptions.hpp"
#include "api/organization_roles/organization_role_codec.hpp"
#include "api/organization_roles/organization_role_descriptions.hpp"
#include "fuzz/decoding.hpp"

namespace clerk::fuzz {
namespace {

template <class T>
void decode_as(std::string_view pattern, std::string_view body) {
    auto const decoded = decode_both_ways<T>(pattern, body);
    if (!decoded.value) return;
    std::string const written = to_json(*decoded.value);
    Decoder<T> decoder{max_depth};
    auto again = decode(decoder, {written}).value;
    if constexpr (requires { again->undecoded; }) {
        check(again.has_value() && again->undecoded.empty(), "what is written is decoded");
        again->undecoded = decoded.value->undecoded;  // which are not written
    }
    check(again == decoded.value, "what is written decodes to the same");
}

template <class T>
void decode_item(std::string_view pattern, std::string_view body) {
    compare_readers<T>(body);
    decode_as<Page<T>>(pattern, body);
}

}  // namespace

void run(std::string_view input) {
    std::string_view const pattern = take_line(input);
    decode_item<OrganizationMembership>(pattern, input);
    decode_item<OrganizationInvitation>(pattern, input);
    decode_item<OrganizationInvitationWithPublicOrganizationData>(pattern, input);
    decode_item<OrganizationRole>(pattern, input);
    decode_as<OrganizationMembership>(pattern, input);
    decode_as<OrganizationInvitation>(pattern, input);
    decode_as<OrganizationRole>(pattern, input);
}

}  // namespace clerk::fuzz
