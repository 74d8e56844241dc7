// Listing and the JSON form of an organization.
#include "testing/service/organization_memberships/membership_store.hpp"
#include "testing/service/organizations/organization_store.hpp"
#include "testing/service/text.hpp"

#include <algorithm>

namespace clerk::testing {

// Selects the organizations that a list shows.
class OrganizationStore::ListFilter {
public:
    ListFilter(OrganizationStore const& store, OrganizationListFields const& fields)
        : store_(store), fields_(fields), query_(fields.query) {
        std::transform(query_.begin(), query_.end(), query_.begin(), to_lower);
        resolve_users(fields.users.wanted, users_);
        resolve_users(fields.users.excluded, excluded_users_);
        resolve_organizations(fields.organizations.wanted, organizations_);
        resolve_organizations(fields.organizations.excluded, excluded_organizations_);
    }

    [[nodiscard]] bool takes_all() const noexcept {
        return query_.empty() && !fields_.users.only_some && !fields_.organizations.only_some &&
               excluded_users_.empty() && excluded_organizations_.empty();
    }

    [[nodiscard]] bool operator()(Slot slot) const {
        OrganizationRecord const& record = store_.records_[slot];
        if (fields_.organizations.only_some && !contains(organizations_, slot)) return false;
        if (contains(excluded_organizations_, slot)) return false;
        if (fields_.users.only_some && !has_member(slot, users_)) return false;
        if (!excluded_users_.empty() && has_member(slot, excluded_users_)) return false;
        return query_.empty() || record.id() == fields_.query || contains_ignoring_case(record.name(), query_) ||
               contains_ignoring_case(record.slug(), query_);
    }

private:
    static bool contains(std::vector<std::uint32_t> const& sorted, std::uint32_t value) {
        return std::binary_search(sorted.begin(), sorted.end(), value);
    }
    [[nodiscard]] bool has_member(Slot slot, std::vector<NameIndex> const& users) const {
        auto const all = store_.memberships_.of(slot);
        return std::any_of(all.begin(), all.end(), [&](Membership const& each) { return contains(users, each.user); });
    }
    // Ids that are not known are ignored.
    void resolve_users(std::vector<std::string> const& ids, std::vector<NameIndex>& into) const {
        for (std::string const& id : ids) {
            if (auto const user = store_.users_.find(id)) into.push_back(*user);
        }
        std::sort(into.begin(), into.end());
    }
    void resolve_organizations(std::vector<std::string> const& ids, std::vector<Slot>& into) const {
        for (std::string const& id : ids) {
            if (auto const slot = store_.find(id)) into.push_back(*slot);
        }
        std::sort(into.begin(), into.end());
    }

    OrganizationStore const& store_;
    OrganizationListFields const& fields_;
    std::string query_;
    std::vector<NameIndex> users_{};
    std::vector<NameIndex> excluded_users_{};
    std::vector<Slot> organizations_{};
    std::vector<Slot> excluded_organizations_{};
};

void OrganizationStore::prepare(OrganizationOrder order) {
    OrderedSlots& ordered = index(order);
    if (ordered.built()) return;
    std::vector<Slot> slots{};
    slots.reserve(size());
    for (Slot slot = 0; slot != records_.size(); ++slot) {
        if (records_[slot].live) slots.push_back(slot);
    }
    ordered.build(std::move(slots));
}

OrganizationPage OrganizationStore::list(OrganizationListFields const& fields) const {
    OrderedSlots const& ordered = index(fields.order.property);
    ListFilter const filter{*this, fields};
    OrganizationPage page{};
    if (filter.takes_all()) {
        page.total_count = ordered.size();
        ordered.visit_from(fields.page.offset, fields.order.descending, [&](Slot slot) {
            page.slots.push_back(slot);
            return page.slots.size() != fields.page.limit;
        });
        return page;
    }
    // The filter reads the records in memory order, which is several times faster than in list order.
    std::vector<bool> taken(records_.size());
    for (Slot slot = 0; slot != records_.size(); ++slot) taken[slot] = filter(slot);
    ordered.visit_from(0, fields.order.descending, [&](Slot slot) {
        if (!taken[slot]) return true;
        if (page.total_count >= fields.page.offset && page.slots.size() != fields.page.limit)
            page.slots.push_back(slot);
        ++page.total_count;
        return true;
    });
    return page;
}

void OrganizationStore::append_image_url(std::string& out, OrganizationRecord const& record) const {
    out += "\"https://img.clerk.com/";
    out += record.id().substr(4);
    if (record.logo != 0) {
        out += '/';
        append_number(out, record.logo);
    }
    out += '"';
}

void OrganizationStore::append_identity(std::string& out, OrganizationRecord const& record) const {
    out += R"("id":")";
    out += record.id();
    out += R"(","name":)";
    append_json_string(out, record.name());
    out += R"(,"slug":)";
    if (record.slug().empty()) {
        out += "null";
    } else {
        ((out += '"') += record.slug()) += '"';
    }
    out += R"(,"image_url":)";
    append_image_url(out, record);
    (out += R"(,"has_image":)") += record.logo != 0 ? "true" : "false";
}

void OrganizationStore::append_public_data(std::string& out, Slot slot) const {
    append_identity(out += '{', records_[slot]);
    out += '}';
}

void OrganizationStore::append_json(std::string& out, Slot slot, OrganizationInclude const& include) const {
    OrganizationRecord const& record = records_[slot];
    auto const flag = [](bool value) { return value ? std::string_view{"true"} : std::string_view{"false"}; };
    out += R"({"object":"organization",)";
    append_identity(out, record);
    if (include.logo_url) {
        out += R"(,"logo_url":)";
        append_image_url(out, record);
    }
    if (include.members_count) append_number(out += R"(,"members_count":)", record.members);
    if (include.missing_member_with_elevated_permissions) {
        (out += R"(,"missing_member_with_elevated_permissions":)") += flag(!memberships_.has_elevated_member(slot));
    }
    append_number(out += R"(,"pending_invitations_count":)", record.pending_invitations);
    append_number(out += R"(,"max_allowed_memberships":)", record.max_allowed_memberships);
    (out += R"(,"admin_delete_enabled":)") += flag(record.admin_delete_enabled);
    (out += R"(,"public_metadata":)") += record.public_metadata();
    (out += R"(,"private_metadata":)") += record.private_metadata();
    if (record.created_by != no_name) {
        out += R"(,"created_by":)";
        append_json_string(out, users_.id(record.created_by));
    }
    append_number(out += R"(,"created_at":)", record.created_at);
    append_number(out += R"(,"updated_at":)", record.updated_at);
    if (record.last_active_at != OrganizationRecord::never_active)
        append_number(out += R"(,"last_active_at":)", record.last_active_at);
    out += R"(,"role_set_key":)";
    if (record.role_set == no_name) {
        out += "null";
    } else {
        append_json_string(out, role_sets_.text(record.role_set));
    }
    out += '}';
}

}  // namespace clerk::testing
