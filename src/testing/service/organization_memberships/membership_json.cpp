#include "testing/service/organization_memberships/membership_json.hpp"

#include "testing/service/text.hpp"
#include "testing/service/user_profile.hpp"

namespace clerk::testing {

void append_membership(std::string& out, ServiceState const& state, Slot organization, Membership const& membership) {
    Role const& role = state.roles[membership.role];
    append_json_string(out += R"({"id":)", membership.id());
    out += R"(,"object":"organization_membership")";
    append_json_string(out += R"(,"role":)", role.key);
    append_json_string(out += R"(,"role_name":)", role.name);
    state.roles.append_permission_keys(out += R"(,"permissions":)", membership.role);
    (out += R"(,"public_metadata":)") += membership.public_metadata();
    (out += R"(,"private_metadata":)") += membership.private_metadata();
    state.organizations.append_json(out += R"(,"organization":)", organization, {});
    append_json(out += R"(,"public_user_data":)", profile_of(state.users.id(membership.user)),
                PublicUserData::of_member);
    append_number(out += R"(,"created_at":)", membership.created_at);
    append_number(out += R"(,"updated_at":)", membership.updated_at);
    out += '}';
}

}  // namespace clerk::testing
