#include "testing/service/organization_invitations/invitation_json.hpp"

#include "testing/service/text.hpp"
#include "testing/service/user_profile.hpp"

namespace clerk::testing {

void append_invitation(std::string& out, ServiceState const& state, Invitation const& invitation,
                       WithOrganization form) {
    Role const& role = state.roles[invitation.role];
    std::string const id = invitation.id();
    out += R"({"object":"organization_invitation")";
    append_json_string(out += R"(,"id":)", id);
    append_json_string(out += R"(,"email_address":)", invitation.email_address);
    append_json_string(out += R"(,"role":)", role.key);
    append_json_string(out += R"(,"role_name":)", role.name);
    append_json_string(out += R"(,"organization_id":)", state.organizations[invitation.organization].id());
    if (invitation.inviter == no_name) {
        out += R"(,"inviter_id":null,"public_inviter_data":null)";
    } else {
        std::string_view const inviter = state.users.id(invitation.inviter);
        append_json_string(out += R"(,"inviter_id":)", inviter);
        append_json(out += R"(,"public_inviter_data":)", profile_of(inviter), PublicUserData::of_inviter);
    }
    append_json_string(out += R"(,"status":)", invitation_statuses[static_cast<std::size_t>(invitation.status)]);
    (out += R"(,"public_metadata":)") += invitation.metadata.public_metadata;
    (out += R"(,"private_metadata":)") += invitation.metadata.private_metadata;
    out += R"(,"url":)";
    if (invitation.status == InvitationStatus::pending) {
        append_json_string(out, "https://accounts.example.com/v1/tickets/accept?ticket=" + id);
    } else {
        out += "null";
    }
    out += R"(,"expires_at":)";
    if (invitation.expires_at == Invitation::never) {
        out += "null";
    } else {
        append_number(out, invitation.expires_at);
    }
    append_number(out += R"(,"created_at":)", invitation.created_at);
    append_number(out += R"(,"updated_at":)", invitation.updated_at);
    if (form == WithOrganization::yes) {
        state.organizations.append_public_data(out += R"(,"public_organization_data":)", invitation.organization);
    }
    out += '}';
}

}  // namespace clerk::testing
