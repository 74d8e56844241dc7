// The roles of the instance and their permissions.
#pragma once

#include "testing/service/query_reader.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

using RoleIndex = std::uint32_t;

struct Permission {
    std::string id{};
    std::string_view key{};
    std::string_view name{};
    std::string_view description{};
};

struct Role {
    std::string id{};
    std::string_view key{};
    std::string_view name{};
    std::string_view description{};
    bool creator_eligible{};
    std::vector<std::size_t> permissions{};  // of RoleStore::permission()
    Milliseconds created_at{};
};

enum class RoleOrder { created_at, name, key };

struct RoleListFields {
    PageFields page{};
    OrderBy<RoleOrder> order{RoleOrder::created_at, true};
    std::string query{};  // empty: all
};

struct RolePage {
    std::vector<RoleIndex> roles{};
    std::size_t total_count{};
};

class RoleStore {
public:
    // Creates the roles of a new instance: org:admin and org:member.
    RoleStore();

    [[nodiscard]] Role const& operator[](RoleIndex role) const { return roles_[role]; }
    [[nodiscard]] std::optional<RoleIndex> find_by_key(std::string_view key) const;
    [[nodiscard]] std::optional<RoleIndex> find_by_id(std::string_view id) const;
    // The role of the creator of an organization.
    [[nodiscard]] RoleIndex creator_role() const noexcept { return 0; }
    // The default role of other members.
    [[nodiscard]] RoleIndex member_role() const noexcept { return 1; }
    [[nodiscard]] bool has_permission(RoleIndex role, std::string_view key) const;
    // Whether the role has the permissions that at least one member of an organization must have.
    [[nodiscard]] bool is_elevated(RoleIndex role) const;

    [[nodiscard]] RolePage list(RoleListFields const& fields) const;
    void append_json(std::string& out, RoleIndex role) const;
    // The keys of its permissions as a JSON array.
    void append_permission_keys(std::string& out, RoleIndex role) const;

private:
    std::vector<Permission> permissions_{};
    std::vector<Role> roles_{};
};

[[nodiscard]] Outcome<RoleListFields> read_role_list(QueryParams const& params);

}  // namespace clerk::testing
