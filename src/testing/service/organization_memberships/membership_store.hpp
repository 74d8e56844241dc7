// The members of each organization, with their roles.
#pragma once

#include "testing/service/names.hpp"
#include "testing/service/ordered_slots.hpp"
#include "testing/service/organization_roles/role_store.hpp"
#include "testing/service/stored_metadata.hpp"
#include "testing/service/text.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

// Kept small: there are more than ten for each of a million organizations.
struct Membership {
    NameIndex user{no_name};
    RoleIndex role{};
    std::uint64_t number{};  // in the order of creation
    Milliseconds created_at{};
    Milliseconds updated_at{};
    std::unique_ptr<StoredMetadata> metadata{};  // null: both are {}

    [[nodiscard]] std::string id() const;
    [[nodiscard]] std::string_view public_metadata() const noexcept {
        if (!metadata) return "{}";
        return metadata->public_metadata;
    }
    [[nodiscard]] std::string_view private_metadata() const noexcept {
        if (!metadata) return "{}";
        return metadata->private_metadata;
    }
    // Every write changes it, even two within a millisecond.
    void touch(Milliseconds now) noexcept { updated_at = now > updated_at ? now : updated_at + 1; }
};

class MembershipStore {
public:
    explicit MembershipStore(RoleStore const& roles);

    // The members of an organization in the order in which they joined. Valid until the next change.
    [[nodiscard]] std::span<Membership const> of(Slot organization) const noexcept;
    [[nodiscard]] Membership const* find(Slot organization, NameIndex user) const noexcept;
    // All organizations have a number below this.
    [[nodiscard]] std::size_t organizations() const noexcept { return members_.size(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    // Whether a member has the permissions that at least one must have.
    [[nodiscard]] bool has_elevated_member(Slot organization) const;
    // Whether the member is the only one with them.
    [[nodiscard]] bool is_last_elevated(Slot organization, Membership const& membership) const;

    // Listing all memberships by `created_at`, then by number, needs an index. Preparing it sorts everything once;
    // later changes keep it sorted.
    [[nodiscard]] bool is_prepared() const noexcept { return by_created_at_.built(); }
    void prepare();
    // Visits memberships from `offset` on until `visit(organization, membership)` returns false.
    template <class Visit>
    void visit_by_created_at(std::size_t offset, bool descending, Visit visit) const {
        by_created_at_.visit_from(offset, descending, [&](std::uint32_t number) {
            return visit(organization_of_[number], numbered(number));
        });
    }

    // Reserves memory for so many members of an organization.
    void reserve(Slot organization, std::size_t count);
    // The user must not be a member.
    Membership& add(Slot organization, NameIndex user, RoleIndex role, Milliseconds now);
    [[nodiscard]] Membership& change(Slot organization, NameIndex user);  // who is a member
    void remove(Slot organization, NameIndex user);
    void clear(Slot organization);

private:
    [[nodiscard]] std::size_t count_elevated(Slot organization) const;
    // Needs the index.
    [[nodiscard]] Membership const& numbered(std::uint32_t number) const noexcept;

    RoleStore const& roles_;
    std::vector<std::vector<Membership>> members_{};  // by organization
    std::size_t size_{};
    std::uint64_t made_{};
    std::vector<Slot> organization_of_{};  // by the number of a membership; empty before there is an index
    OrderedSlots by_created_at_;           // numbers of memberships
};

}  // namespace clerk::testing
