// The organizations and their operations: no sockets, no clock, no lock. Const members may run at the same time.
#pragma once

#include "testing/service/names.hpp"
#include "testing/service/ordered_slots.hpp"
#include "testing/service/organizations/organization_fields.hpp"
#include "testing/service/organizations/organization_record.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/users.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

class MembershipStore;

struct OrganizationStoreOptions {
    bool slugs_enabled{true};
    std::size_t max_organizations{};  // 0: no quota
};

// An organization with a given history instead of one that is created now.
struct SeededOrganization {
    std::string id{};
    std::string name{};
    std::string slug{};
    std::string public_metadata{};   // JSON object
    std::string private_metadata{};  // JSON object
    Milliseconds created_at{};
    Milliseconds updated_at{};
    Milliseconds last_active_at{OrganizationRecord::never_active};
    std::int64_t max_allowed_memberships{};
    std::uint32_t pending_invitations{};
    bool admin_delete_enabled{true};
    bool has_logo{};
    std::optional<std::string> role_set_key{};
    NameIndex created_by{no_name};
    std::uint32_t members{};
};

struct OrganizationPage {
    std::vector<Slot> slots{};
    std::size_t total_count{};
};

class OrganizationStore {
public:
    // All of them outlive the store.
    OrganizationStore(Users& users, MembershipStore const& memberships, OrganizationStoreOptions options);
    OrganizationStore(OrganizationStore const&) = delete;
    OrganizationStore& operator=(OrganizationStore const&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }

    [[nodiscard]] Outcome<Slot> create(NewOrganization const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> find(std::string_view id) const;
    [[nodiscard]] Outcome<Slot> find_by_id_or_slug(std::string_view text) const;
    [[nodiscard]] Outcome<Slot> update(std::string_view id, OrganizationChanges const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> merge_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> replace_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> set_logo(std::string_view id, Milliseconds now);
    [[nodiscard]] Outcome<Slot> remove_logo(std::string_view id, Milliseconds now);
    // Returns the DeletedObject.
    std::string remove(Slot slot);

    // Listing in an order needs its index. The first call sorts everything, later ones cost nothing.
    [[nodiscard]] bool is_prepared(OrganizationOrder order) const noexcept { return index(order).built(); }
    void prepare(OrganizationOrder order);
    [[nodiscard]] OrganizationPage list(OrganizationListFields const& fields) const;

    void append_json(std::string& out, Slot slot, OrganizationInclude const& include) const;

    [[nodiscard]] OrganizationRecord const& operator[](Slot slot) const noexcept { return records_[slot]; }
    [[nodiscard]] std::size_t slots() const noexcept { return records_.size(); }
    // `{"id":…,"name":…,"slug":…,"image_url":…,"has_image":…}`
    void append_public_data(std::string& out, Slot slot) const;
    // Whether so many more members may join or be invited.
    [[nodiscard]] bool has_room(Slot slot, std::size_t more = 1) const noexcept;
    // Must be called after every change.
    void set_members_count(Slot slot, std::size_t count);
    void set_pending_invitations_count(Slot slot, std::size_t count);

    // For seeding: reserves memory, and adds organizations. Ids and slugs must be new.
    void reserve(std::size_t more);
    Slot insert(SeededOrganization const& organization);

private:
    struct ById {
        using is_transparent = void;
        std::vector<OrganizationRecord> const* records;
        [[nodiscard]] std::string_view key(Slot slot) const noexcept { return (*records)[slot].id(); }
    };
    struct BySlug {
        using is_transparent = void;
        std::vector<OrganizationRecord> const* records;
        [[nodiscard]] std::string_view key(Slot slot) const noexcept { return (*records)[slot].slug(); }
    };
    template <class Key>
    struct Hash : Key {
        [[nodiscard]] std::size_t operator()(Slot slot) const noexcept { return (*this)(Key::key(slot)); }
        [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class Key>
    struct Equal : Key {
        [[nodiscard]] bool operator()(Slot left, Slot right) const noexcept { return left == right; }
        [[nodiscard]] bool operator()(std::string_view text, Slot slot) const noexcept {
            return text == Key::key(slot);
        }
        [[nodiscard]] bool operator()(Slot slot, std::string_view text) const noexcept {
            return text == Key::key(slot);
        }
    };
    // Four bytes an entry: the keys stay in the records.
    template <class Key>
    using SlotSet = boost::unordered_flat_set<Slot, Hash<Key>, Equal<Key>>;

    class ListFilter;

    [[nodiscard]] Slot new_slot();
    [[nodiscard]] std::string new_id();
    [[nodiscard]] std::string slug_for(std::string_view name, Milliseconds now) const;
    [[nodiscard]] OrderedSlots const& index(OrganizationOrder order) const noexcept;
    [[nodiscard]] OrderedSlots& index(OrganizationOrder order) noexcept;
    void add_to_indexes(Slot slot);
    void remove_from_indexes(Slot slot);
    static void touch(OrganizationRecord& record, Milliseconds now) noexcept;
    void append_identity(std::string& out, OrganizationRecord const& record) const;
    void append_image_url(std::string& out, OrganizationRecord const& record) const;

    Users& users_;
    MembershipStore const& memberships_;
    OrganizationStoreOptions options_;
    std::vector<OrganizationRecord> records_{};
    std::vector<Slot> free_slots_{};
    Names role_sets_{};
    SlotSet<ById> by_id_;
    SlotSet<BySlug> by_slug_;
    OrderedSlots by_created_at_;
    OrderedSlots by_name_;
    OrderedSlots by_members_count_;
    std::uint64_t ids_made_{};
    std::uint32_t logos_made_{};
};

}  // namespace clerk::testing
