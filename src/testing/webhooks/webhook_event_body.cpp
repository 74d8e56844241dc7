#include "testing/webhooks/webhook_event_body.hpp"

#include <algorithm>
#include <array>

namespace clerk::testing {

namespace {

struct Event {
    std::string_view operation;
    std::string_view type;
};

constexpr std::array events{
    Event{"create_organization", "organization.created"},
    Event{"update_organization", "organization.updated"},
    Event{"merge_organization_metadata", "organization.updated"},
    Event{"replace_organization_metadata", "organization.updated"},
    Event{"upload_organization_logo", "organization.updated"},
    Event{"delete_organization_logo", "organization.updated"},
    Event{"delete_organization", "organization.deleted"},
    Event{"create_organization_membership", "organizationMembership.created"},
    Event{"update_organization_membership", "organizationMembership.updated"},
    Event{"merge_organization_membership_metadata", "organizationMembership.updated"},
    Event{"delete_organization_membership", "organizationMembership.deleted"},
    Event{"create_organization_invitation", "organizationInvitation.created"},
    Event{"accept_organization_invitation", "organizationInvitation.accepted"},
    Event{"revoke_organization_invitation", "organizationInvitation.revoked"},
};

}  // namespace

std::string_view event_type_of(std::string_view operation) noexcept {
    auto const found = std::find_if(events.begin(), events.end(),
                                    [operation](Event const& event) { return event.operation == operation; });
    return found == events.end() ? std::string_view{} : found->type;
}

std::string webhook_event_body(std::string_view type, std::string_view data, std::chrono::milliseconds now) {
    std::string body{R"({"data":)"};
    body.append(data).append(R"(,"instance_id":"ins_emulator","object":"event","timestamp":)");
    body.append(std::to_string(now.count())).append(R"(,"type":")").append(type).append(R"("})");
    return body;
}

}  // namespace clerk::testing
