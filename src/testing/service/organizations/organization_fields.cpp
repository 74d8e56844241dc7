#include "testing/service/organizations/organization_fields.hpp"

#include "testing/service/body_reader.hpp"
#include "testing/service/organizations/organization_refusals.hpp"

#include <array>

namespace clerk::testing {
namespace {

constexpr std::size_t max_name = 256;

std::optional<ApiRefusal> check_name(std::string const& name) {
    if (count_code_points(name) > max_name) return refusals::param_too_long("name", max_name);
    if (contains_html(name)) return refusals::organization_name_invalid(name, "contains HTML");
    if (contains_url(name)) return refusals::organization_name_invalid(name, "contains a URL");
    return std::nullopt;
}

std::optional<ApiRefusal> check_slug(std::string const& slug) {
    if (slug.size() > max_name) return refusals::param_too_long("slug", max_name);
    if (!is_slug(slug)) return refusals::slug_format_invalid();
    return std::nullopt;
}

void read_include_flags(QueryReader& query, OrganizationInclude& include) {
    query.flag("include_members_count", include.members_count);
    query.flag("include_missing_member_with_elevated_permissions", include.missing_member_with_elevated_permissions);
}

}  // namespace

Outcome<NewOrganization> read_new_organization(Json const& body) {
    BodyReader reader{body};
    NewOrganization fields{};
    fields.name = reader.required_text("name", check_name);
    fields.slug = value_of(reader.text("slug", check_slug));
    fields.created_by = value_of(reader.text("created_by"));
    fields.role_set_key = value_of(reader.text("role_set_key"));
    fields.max_allowed_memberships = value_of(reader.count("max_allowed_memberships"));
    fields.created_at = value_of(reader.time("created_at"));
    fields.metadata = without_null(read_metadata(reader));
    reader.refuse_unknown({"name", "slug", "created_by", "role_set_key", "max_allowed_memberships", "created_at",
                           "public_metadata", "private_metadata"});
    return reader.finish(fields);
}

Outcome<OrganizationChanges> read_organization_changes(Json const& body, bool accept_metadata) {
    BodyReader reader{body};
    OrganizationChanges fields{};
    fields.name = reader.text("name", [](std::string const& name) {
        return is_blank(name) ? refusals::param_value_invalid("name", "cannot be empty.") : check_name(name);
    });
    fields.slug = reader.text("slug", check_slug);
    fields.max_allowed_memberships = reader.count("max_allowed_memberships");
    fields.admin_delete_enabled = reader.boolean("admin_delete_enabled");
    fields.created_at = reader.time("created_at");
    fields.role_set_key = reader.text("role_set_key");
    if (accept_metadata) {
        fields.metadata = read_metadata(reader);
        reader.refuse_unknown({"name", "slug", "max_allowed_memberships", "admin_delete_enabled", "created_at",
                               "role_set_key", "public_metadata", "private_metadata"});
    } else {
        reader.refuse_unknown(
            {"name", "slug", "max_allowed_memberships", "admin_delete_enabled", "created_at", "role_set_key"});
    }
    return reader.finish(fields);
}

Outcome<OrganizationInclude> read_include(QueryParams const& params) {
    OrganizationInclude include{};
    QueryReader query{params};
    read_include_flags(query, include);
    return query.finish(include);
}

Outcome<OrganizationListFields> read_list(QueryParams const& params) {
    constexpr std::array<std::string_view, 3> orders{"name", "created_at", "members_count"};
    constexpr std::size_t max_organization_ids = 100;
    OrganizationListFields fields{};
    QueryReader query{params};
    query.ids("user_id", fields.users);
    query.ids("organization_id", fields.organizations, max_organization_ids);
    query.page(fields.page);
    query.order(std::span<std::string_view const>{orders}, fields.order);
    query.text("query", fields.query);
    read_include_flags(query, fields.include);
    return query.finish(fields);
}

}  // namespace clerk::testing
