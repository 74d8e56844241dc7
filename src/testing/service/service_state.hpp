// The state of the service.
#pragma once

#include "testing/service/organization_invitations/invitation_store.hpp"
#include "testing/service/organization_memberships/membership_store.hpp"
#include "testing/service/organization_roles/role_store.hpp"
#include "testing/service/organizations/organization_store.hpp"
#include "testing/service/users.hpp"

#include <clerk/testing/emulator.hpp>

#include <mutex>
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

    // A lock for reading under which `is_prepared()` is true. Where it is not, `prepare()` runs first, under a lock for
    // writing.
    template <class IsPrepared, class Prepare>
    [[nodiscard]] std::shared_lock<std::shared_mutex> lock_prepared(IsPrepared is_prepared, Prepare prepare) const {
        std::shared_lock lock{mutex};
        while (!is_prepared()) {
            lock.unlock();
            {
                std::scoped_lock const writing{mutex};
                prepare();
            }
            lock.lock();
        }
        return lock;
    }

    mutable std::shared_mutex mutex{};
    Users users;
    RoleStore const roles{};
    MembershipStore memberships;
    OrganizationStore organizations;
    InvitationStore invitations{};
};

}  // namespace clerk::testing
