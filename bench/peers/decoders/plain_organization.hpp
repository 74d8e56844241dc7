// The struct into which the other clients decode an organization, with the same members as this library's.
#pragma once

#include "common/checksum.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk_bench {

// `Metadata` is the natural type for the JSON library: text, or its own object.
template <class Metadata>
struct Organization {
    std::string object{};
    std::string id{};
    std::string name{};
    std::optional<std::string> slug{};
    std::optional<std::string> image_url{};
    std::optional<bool> has_image{};
    std::optional<std::int64_t> members_count{};
    std::optional<bool> missing_member_with_elevated_permissions{};
    std::optional<std::int64_t> pending_invitations_count{};
    std::optional<std::int64_t> max_allowed_memberships{};
    std::optional<bool> admin_delete_enabled{};
    Metadata public_metadata{};
    Metadata private_metadata{};
    std::optional<std::string> created_by{};
    std::optional<std::int64_t> created_at{};
    std::optional<std::int64_t> updated_at{};
    std::optional<std::int64_t> last_active_at{};
    std::optional<std::string> role_set_key{};
};

template <class Metadata>
struct Page {
    std::vector<Organization<Metadata>> data{};
    std::int64_t total_count{};
};

// Calls visit(name, member) for every member, by its JSON name.
template <class Value, class Visit>
void for_each_member(Value& organization, Visit&& visit) {
    visit("object", organization.object);
    visit("id", organization.id);
    visit("name", organization.name);
    visit("slug", organization.slug);
    visit("image_url", organization.image_url);
    visit("has_image", organization.has_image);
    visit("members_count", organization.members_count);
    visit("missing_member_with_elevated_permissions", organization.missing_member_with_elevated_permissions);
    visit("pending_invitations_count", organization.pending_invitations_count);
    visit("max_allowed_memberships", organization.max_allowed_memberships);
    visit("admin_delete_enabled", organization.admin_delete_enabled);
    visit("public_metadata", organization.public_metadata);
    visit("private_metadata", organization.private_metadata);
    visit("created_by", organization.created_by);
    visit("created_at", organization.created_at);
    visit("updated_at", organization.updated_at);
    visit("last_active_at", organization.last_active_at);
    visit("role_set_key", organization.role_set_key);
}

template <class Metadata>
void add(Checksum& checksum, Organization<Metadata> const& organization) {
    checksum.add(organization.id, organization.name, organization.created_at.value_or(0));
}

}  // namespace clerk_bench
