#include "testing/service/organization_roles/role_store.hpp"

#include "testing/service/json.hpp"
#include "testing/service/random_ids.hpp"

#include <algorithm>
#include <array>

namespace clerk::testing {
namespace {

constexpr Milliseconds instance_created_at = 1'546'300'800'000;  // 2019-01-01
constexpr std::uint64_t permission_seeds = 1ULL << 59U;
constexpr std::uint64_t role_seeds = 1ULL << 58U;

struct SystemPermission {
    std::string_view key;
    std::string_view name;
    std::string_view description;
    bool of_members;
};

constexpr std::array<SystemPermission, 8> system_permissions{{
    {"org:sys_profile:manage", "Manage organization", "Permission to update the organization.", false},
    {"org:sys_profile:delete", "Delete organization", "Permission to delete the organization.", false},
    {"org:sys_memberships:read", "Read members", "Permission to read the members of the organization.", true},
    {"org:sys_memberships:manage", "Manage members", "Permission to manage the members of the organization.", false},
    {"org:sys_domains:read", "Read domains", "Permission to read the domains of the organization.", false},
    {"org:sys_domains:manage", "Manage domains", "Permission to manage the domains of the organization.", false},
    {"org:sys_billing:read", "Read billing", "Permission to read the billing of the organization.", true},
    {"org:sys_billing:manage", "Manage billing", "Permission to manage the billing of the organization.", false},
}};

constexpr std::array<std::string_view, 3> minimum_permissions{"org:sys_profile:manage", "org:sys_memberships:read",
                                                              "org:sys_memberships:manage"};

void append_times(std::string& out, Milliseconds time) {
    append_number(out += R"(,"created_at":)", time);
    append_number(out += R"(,"updated_at":)", time);
}

// The members that roles and permissions have in common, up to the description.
template <class T>
void append_beginning(std::string& out, std::string_view object, T const& item) {
    append_json_string(out += R"({"object":)", object);
    append_json_string(out += R"(,"id":)", item.id);
    append_json_string(out += R"(,"name":)", item.name);
    append_json_string(out += R"(,"key":)", item.key);
    append_json_string(out += R"(,"description":)", item.description);
}

void append_permission(std::string& out, Permission const& permission) {
    append_beginning(out, "permission", permission);
    out += R"(,"type":"system")";
    append_times(out, instance_created_at);
    out += '}';
}

}  // namespace

RoleStore::RoleStore() {
    Role admin{random_id("role_", role_seeds),
               "org:admin",
               "Admin",
               "Role with elevated permissions",
               true,
               {},
               instance_created_at};
    Role member{random_id("role_", role_seeds + 1),
                "org:member",
                "Member",
                "Role with non-elevated permissions",
                false,
                {},
                instance_created_at + 1};
    for (SystemPermission const& each : system_permissions) {
        admin.permissions.push_back(permissions_.size());
        if (each.of_members) member.permissions.push_back(permissions_.size());
        permissions_.push_back(
            {random_id("perm_", permission_seeds + permissions_.size()), each.key, each.name, each.description});
    }
    roles_ = {admin, member};
}

std::optional<RoleIndex> RoleStore::find_by_key(std::string_view key) const {
    for (RoleIndex role = 0; role != roles_.size(); ++role) {
        if (roles_[role].key == key) return role;
    }
    return std::nullopt;
}

std::optional<RoleIndex> RoleStore::find_by_id(std::string_view id) const {
    for (RoleIndex role = 0; role != roles_.size(); ++role) {
        if (roles_[role].id == id) return role;
    }
    return std::nullopt;
}

bool RoleStore::has_permission(RoleIndex role, std::string_view key) const {
    auto const& all = roles_[role].permissions;
    return std::any_of(all.begin(), all.end(),
                       [&](std::size_t permission) { return permissions_[permission].key == key; });
}

bool RoleStore::is_elevated(RoleIndex role) const {
    return std::all_of(minimum_permissions.begin(), minimum_permissions.end(),
                       [&](std::string_view key) { return has_permission(role, key); });
}

RolePage RoleStore::list(RoleListFields const& fields) const {
    std::string query = fields.query;
    std::transform(query.begin(), query.end(), query.begin(), to_lower);
    std::vector<RoleIndex> found{};
    for (RoleIndex role = 0; role != roles_.size(); ++role) {
        Role const& each = roles_[role];
        if (query.empty() || each.id == fields.query || contains_ignoring_case(each.name, query) ||
            contains_ignoring_case(each.key, query)) {
            found.push_back(role);
        }
    }
    auto const less = [&](RoleIndex left, RoleIndex right) {
        Role const& l = roles_[left];
        Role const& r = roles_[right];
        switch (fields.order.property) {
            case RoleOrder::created_at:
                if (l.created_at != r.created_at) return l.created_at < r.created_at;
                break;
            case RoleOrder::name:
                if (l.name != r.name) return l.name < r.name;
                break;
            case RoleOrder::key:
                if (l.key != r.key) return l.key < r.key;
                break;
        }
        return left < right;
    };
    std::sort(found.begin(), found.end(), less);
    if (fields.order.descending) std::reverse(found.begin(), found.end());
    return {page_of(found, fields.page), found.size()};
}

void RoleStore::append_json(std::string& out, RoleIndex role) const {
    Role const& item = roles_[role];
    append_beginning(out, "role", item);
    (out += R"(,"is_creator_eligible":)") += item.creator_eligible ? "true" : "false";
    out += R"(,"permissions":)";
    char separator = '[';
    for (std::size_t const permission : item.permissions) {
        out += separator;
        separator = ',';
        append_permission(out, permissions_[permission]);
    }
    out += ']';
    append_times(out, item.created_at);
    out += '}';
}

void RoleStore::append_permission_keys(std::string& out, RoleIndex role) const {
    char separator = '[';
    for (std::size_t const permission : roles_[role].permissions) {
        out += separator;
        separator = ',';
        append_json_string(out, permissions_[permission].key);
    }
    out += ']';
}

Outcome<RoleListFields> read_role_list(QueryParams const& params) {
    constexpr std::array<std::string_view, 3> orders{"created_at", "name", "key"};
    RoleListFields fields{};
    QueryReader query{params};
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    query.text("query", fields.query);
    return query.finish(fields);
}

}  // namespace clerk::testing
