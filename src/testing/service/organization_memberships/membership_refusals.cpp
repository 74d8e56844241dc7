#include "testing/service/organization_memberships/membership_refusals.hpp"

namespace clerk::testing {
namespace refusals {

ApiRefusal already_a_member(std::string_view user) {
    return plain(400, "already_a_member_in_organization", "already a member",
                 std::string{user} + " is already a member of the organization.");
}
ApiRefusal minimum_permissions_needed() {
    return plain(400, "organization_minimum_permissions_needed", "minimum organization permissions needed",
                 "There has to be at least one organization member with the minimum required permissions");
}
ApiRefusal missing_permission(std::string_view key) {
    ApiRefusal refusal = plain(403, "missing_organization_permission", "missing permission",
                               "Current user is missing an organization permission.");
    refusal.meta = R"({"permissions":[)" + quoted(key) + "]}";
    return refusal;
}
ApiRefusal not_a_member() {
    return plain(
        403, "not_a_member_in_organization", "not a member",
        "Current user is not a member of the organization. Only organization members can perform this action.");
}
ApiRefusal membership_quota_exceeded(std::int64_t quota) {
    return plain(403, "organization_membership_quota_exceeded", "organization membership quota exceeded",
                 "You have reached your limit of " + std::to_string(quota) +
                     " organization memberships, including outstanding invitations.");
}
ApiRefusal membership_not_found() {
    return plain(404, "resource_not_found", "not found", "Given organization membership not found.");
}

}  // namespace refusals

std::vector<ApiRefusal> membership_refusals() {
    using namespace refusals;
    // The emulator returns those whose texts are defined here only for fault rules.
    ApiRefusal seats = plain(402, "insufficient_seats", "Insufficient seats",
                             "You have reached the seat limit for your current plan.");
    seats.meta = R"({"seats_quantity":6})";
    return {
        already_a_member("user_1"),
        minimum_permissions_needed(),
        seats,
        missing_permission("org:sys_memberships:manage"),
        not_a_member(),
        membership_quota_exceeded(5),
        plain(403, "organization_membership_quota_exceeded_for_sso",
              "organization membership quota exceeded for sso per org",
              "The organization you are trying to join is full. Please contact support."),
        plain(409, "organization_membership_managed_by_scim", "membership role managed by directory sync",
              "This membership is managed by a directory and cannot be changed manually."),
        plain(422, "exclusive_organization_membership", "exclusive organization membership",
              "User cannot belong to multiple organizations because exclusive membership is enabled."),
        plain(422, "personal_accounts_not_allowed", "personal accounts are not allowed",
              "You must maintain at least one organization membership since personal accounts are not allowed on the "
              "application"),
    };
}

}  // namespace clerk::testing
