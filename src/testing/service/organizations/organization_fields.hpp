// The parsed fields of valid requests about organizations. Pure.
#pragma once

#include "testing/service/body_reader.hpp"
#include "testing/service/json.hpp"
#include "testing/service/query_reader.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/stored_metadata.hpp"
#include "testing/service/text.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace clerk::testing {

struct NewOrganization {
    std::string name{};
    std::optional<std::string> slug{};
    std::optional<std::string> created_by{};
    std::optional<std::string> role_set_key{};
    std::optional<std::int64_t> max_allowed_memberships{};
    std::optional<Milliseconds> created_at{};
    MetadataFields metadata{};  // null: none
};

struct OrganizationChanges {
    Patch<std::string> name{};
    Patch<std::string> slug{};
    Patch<std::int64_t> max_allowed_memberships{};
    Patch<bool> admin_delete_enabled{};
    Patch<Milliseconds> created_at{};
    Patch<std::string> role_set_key{};
    MetadataFields metadata{};  // may hold null
};

// Optional members of an organization in an answer.
struct OrganizationInclude {
    bool members_count{};
    bool missing_member_with_elevated_permissions{};
    bool logo_url{};
};

enum class OrganizationOrder { name, created_at, members_count };

struct OrganizationListFields {
    PageFields page{};
    OrderBy<OrganizationOrder> order{OrganizationOrder::created_at, true};
    std::string query{};  // empty: all
    SignedIds users{};    // of members
    SignedIds organizations{};
    OrganizationInclude include{};
};

[[nodiscard]] Outcome<NewOrganization> read_new_organization(Json const& body);
// From API version 2026-05-12 on the endpoint refuses metadata.
[[nodiscard]] Outcome<OrganizationChanges> read_organization_changes(Json const& body, bool accept_metadata);
[[nodiscard]] Outcome<OrganizationInclude> read_include(QueryParams const& params);
[[nodiscard]] Outcome<OrganizationListFields> read_list(QueryParams const& params);

}  // namespace clerk::testing
