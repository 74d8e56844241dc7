#include "testing/service/organization_invitations/acceptance.hpp"

#include "testing/service/organization_invitations/invitation_json.hpp"
#include "testing/service/organization_memberships/membership_json.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace clerk::testing {

Acceptance accept(ServiceState& state, std::string_view invitation_id, std::string_view user_id, Milliseconds now) {
    Invitation const* const invitation = state.invitations.find(invitation_id);
    if (invitation == nullptr || invitation->status != InvitationStatus::pending) {
        throw std::invalid_argument{"there is no pending invitation " + std::string{invitation_id}};
    }
    auto const user = state.users.find_or_add(user_id);
    if (!user) throw std::invalid_argument{"there is no user " + std::string{user_id}};
    Slot const organization = invitation->organization;
    if (state.memberships.find(organization, *user) != nullptr) {
        throw std::invalid_argument{std::string{user_id} + " is a member already"};
    }
    Membership& membership = state.memberships.add(organization, *user, invitation->role, now);
    membership.metadata = std::make_unique<StoredMetadata>(invitation->metadata);
    state.organizations.set_members_count(organization, state.memberships.of(organization).size());
    Invitation const& accepted = state.invitations.end(*invitation, InvitationStatus::accepted, now);
    state.count_pending_invitations(organization);
    Acceptance acceptance;
    append_membership(acceptance.membership, state, organization, membership);
    append_invitation(acceptance.invitation, state, accepted);
    return acceptance;
}

}  // namespace clerk::testing
