// The state of the service.
#pragma once

#include "testing/service/organization_invitations/invitation_store.hpp"
#include "testing/service/organization_memberships/membership_store.hpp"
#include "testing/service/organization_roles/role_store.hpp"
#include "testing/service/organizations/organization_store.hpp"
#include "testing/service/users.hpp"

#include <clerk/testing/emulator.hpp>

#include <shared_mutex>

namespace clerk::testing {

// The handlers lock `mutex`: shared to read, exclusively to change.
struct ServiceState {
    explicit ServiceState(EmulatorOptions const& options)
        : users(options.users),
          memberships(roles),
          organizations(users, memberships,
                        OrganizationStoreOptions{options.slugs_enabled, options.max_organizations}) {}

    // After every change of an organization's invitations.
    void count_pending_invitations(Slot organization) {
        organizations.set_pending_invitations_count(organization, invitations.count_pending(organization));
    }

    mutable std::shared_mutex mutex{};
    Users users;
    RoleStore const roles{};
    MembershipStore memberships;
    OrganizationStore organizations;
    InvitationStore invitations{};
};

}  // namespace clerk::testing
