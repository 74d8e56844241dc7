// The organizations and what the API does to them: no sockets, no clock, no lock. Const members may run at the same
// time.
#pragma once

#include "testing/server/ordered_slots.hpp"
#include "testing/service/names.hpp"
#include "testing/service/record.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/service_requests.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace clerk::testing {

struct StoreOptions {
    std::vector<std::string> users{};  // empty: every user id is known
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
    Milliseconds last_active_at{Record::never_active};
    std::int64_t max_allowed_memberships{};
    std::uint32_t pending_invitations{};
    bool admin_delete_enabled{true};
    bool has_logo{};
    std::optional<std::string> role_set_key{};
    std::vector<NameIndex> members{};  // of intern_user(); the first one is the creator
};

struct Page {
    std::vector<Slot> slots{};
    std::size_t total_count{};
};

class Store {
public:
    explicit Store(StoreOptions options);
    Store(Store const&) = delete;
    Store& operator=(Store const&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }

    [[nodiscard]] Outcome<Slot> create(CreateFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> find(std::string_view id) const;
    [[nodiscard]] Outcome<Slot> find_by_id_or_slug(std::string_view text) const;
    [[nodiscard]] Outcome<Slot> update(std::string_view id, UpdateFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> merge_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> replace_metadata(std::string_view id, MetadataFields const& fields, Milliseconds now);
    [[nodiscard]] Outcome<Slot> set_logo(std::string_view id, Milliseconds now);
    [[nodiscard]] Outcome<Slot> remove_logo(std::string_view id, Milliseconds now);
    // Removes the organization and answers its DeletedObject.
    [[nodiscard]] Outcome<std::string> remove(std::string_view id);

    // Listing in an order needs its index; the first time this sorts everything, afterwards it costs nothing.
    [[nodiscard]] bool is_prepared(Order order) const noexcept { return index(order).built(); }
    void prepare(Order order);
    [[nodiscard]] Page list(ListFields const& fields) const;

    void append_json(std::string& out, Slot slot, Include const& include) const;

    // For seeding: room for more, users, and organizations. Ids and slugs must be new.
    void reserve(std::size_t more);
    [[nodiscard]] NameIndex intern_user(std::string_view id) { return users_.intern(id); }
    void insert(SeededOrganization const& organization);

private:
    struct ById {
        using is_transparent = void;
        std::vector<Record> const* records;
        [[nodiscard]] std::string_view key(Slot slot) const noexcept { return (*records)[slot].id(); }
    };
    struct BySlug {
        using is_transparent = void;
        std::vector<Record> const* records;
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
    [[nodiscard]] OrderedSlots const& index(Order order) const noexcept;
    [[nodiscard]] OrderedSlots& index(Order order) noexcept;
    [[nodiscard]] std::span<NameIndex const> members(Record const& record) const noexcept;
    void add_to_indexes(Slot slot);
    void remove_from_indexes(Slot slot);
    static void touch(Record& record, Milliseconds now) noexcept;
    void append_image_url(std::string& out, Record const& record) const;

    StoreOptions options_;
    std::unordered_set<std::string> known_users_{};
    std::vector<Record> records_{};
    std::vector<Slot> free_slots_{};
    std::vector<NameIndex> members_{};  // each record has a range of its own
    Names users_{};
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
