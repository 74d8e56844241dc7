// A valid request as data. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testing/service/json.hpp"

namespace clerk::testing {

// Unix milliseconds, the service's unit of time.
using Milliseconds = std::int64_t;

struct CreateFields {
    std::string name{};
    std::optional<std::string> slug{};
    std::optional<std::string> created_by{};
    std::optional<std::string> role_set_key{};
    std::optional<std::int64_t> max_allowed_memberships{};
    std::optional<Milliseconds> created_at{};
    std::optional<Json> public_metadata{};
    std::optional<Json> private_metadata{};
};

// Outer: present in the request. Inner: not null.
template <class T>
using Patch = std::optional<std::optional<T>>;

struct UpdateFields {
    Patch<std::string> name{};
    Patch<std::string> slug{};
    Patch<std::int64_t> max_allowed_memberships{};
    Patch<bool> admin_delete_enabled{};
    Patch<Milliseconds> created_at{};
    Patch<std::string> role_set_key{};
    std::optional<Json> public_metadata{};  // may hold null
    std::optional<Json> private_metadata{};
};

// Of PATCH and PUT …/metadata.
struct MetadataFields {
    std::optional<Json> public_metadata{};  // may hold null
    std::optional<Json> private_metadata{};
};

// Optional members of an organization in an answer.
struct Include {
    bool members_count{};
    bool missing_member_with_elevated_permissions{};
    bool logo_url{};
};

enum class Order { created_at, name, members_count };

struct ListFields {
    std::size_t limit{10};
    std::size_t offset{};
    Order order{Order::created_at};
    bool descending{true};
    std::string query{};                        // empty: all
    std::vector<std::string> users{};           // any of them is a member
    std::vector<std::string> excluded_users{};  // none of them is a member
    std::vector<std::string> organizations{};   // one of these
    std::vector<std::string> excluded_organizations{};
    bool only_some_users{};  // `users` applies, even when empty
    bool only_some_organizations{};
    Include include{};
};

}  // namespace clerk::testing
