#include "api/organizations/organization_requests.hpp"

#include "api/argument_checks.hpp"
#include "api/json_body.hpp"
#include "api/list_query.hpp"
#include "api/request_target.hpp"

#include <array>
#include <string>
#include <utility>

namespace clerk::organizations {

namespace {

using api::ArgumentChecks;
using api::check_metadata;
using api::JsonBody;
using api::path_of;
using api::QueryWriter;
using api::when_set;
using api::with_json;
using http::Idempotency;
using http::Method;

// The routes of an organization's own operations.
constexpr std::string_view organization_route = "/organizations/{organization_id}";
constexpr std::string_view metadata_route = "/organizations/{organization_id}/metadata";
constexpr std::string_view logo_route = "/organizations/{organization_id}/logo";

// "Rate limits" in the API documents: 10 in 10 s for each organization, which three writes share.
std::unique_ptr<http::RateLimit> writes_of(std::string_view organization_id) {
    return http::own_limit(organization_id, 10, {}, "writes_of_organization");
}

void check_name(ArgumentChecks& check, std::string_view name) { check.text_of_length("name", name, 256); }

Result<http::Request> without_body(Method method, std::string_view operation, std::string_view organization_id,
                                   std::string_view route, std::string_view suffix = {}) {
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    if (check.failed()) return check.error();
    return http::make_request(method, operation, path_of({"/organizations/", organization_id, suffix}), route);
}

template <class MetadataRequest>
Result<http::Request> with_metadata(Method method, std::string_view operation, std::string_view organization_id,
                                    MetadataRequest const& request) {
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check_metadata(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    write_metadata(body, request);
    std::string target = path_of({"/organizations/", organization_id, "/metadata"});
    http::Request result =
        with_json(http::make_request(method, operation, std::move(target), metadata_route), body.take());
    result.idempotency = Idempotency::idempotent;  // merging the same members again changes nothing
    result.rate_limit = writes_of(organization_id);
    return result;
}

// What a create and an update can both set.
template <class R>
void check_attributes(ArgumentChecks& check, R const& request) {
    when_set(request.slug, [&](std::string const& value) { check.text("slug", value); });
    when_set(request.max_allowed_memberships,
             [&](std::int64_t value) { check.not_negative("max_allowed_memberships", value); });
    when_set(request.created_at, [&](Timestamp value) { check.timestamp("created_at", value); });
    when_set(request.role_set_key, [&](std::string const& value) { check.text("role_set_key", value); });
    check_metadata(check, request);
}

}  // namespace

Result<http::Request> create_organization(CreateOrganizationRequest const& request) {
    constexpr std::string_view operation = "create_organization";
    ArgumentChecks check{operation};
    check_name(check, request.name);
    when_set(request.created_by, [&](std::string const& value) { check.text("created_by", value); });
    check_attributes(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    body.write("name", request.name);
    body.member("created_by", request.created_by);
    body.member("slug", request.slug);
    body.member("max_allowed_memberships", request.max_allowed_memberships);
    body.member("created_at", request.created_at);
    body.member("role_set_key", request.role_set_key);
    write_metadata(body, request);
    return with_json(http::make_request(Method::post, operation, "/organizations", "/organizations"), body.take());
}

Result<http::Request> delete_organization(std::string_view organization_id) {
    return without_body(Method::delete_, "delete_organization", organization_id, organization_route);
}

Result<http::Request> delete_organization_logo(std::string_view organization_id) {
    return without_body(Method::delete_, "delete_organization_logo", organization_id, logo_route, "/logo");
}

Result<http::Request> get_organization(std::string_view id_or_slug, GetOrganizationOptions const& query) {
    constexpr std::string_view operation = "get_organization";
    ArgumentChecks check{operation};
    check.path_segment("id_or_slug", id_or_slug);
    if (check.failed()) return check.error();

    std::string target = path_of({"/organizations/", id_or_slug});
    QueryWriter parameters{target};
    parameters.add("include_members_count", query.include_members_count);
    parameters.add("include_missing_member_with_elevated_permissions",
                   query.include_missing_member_with_elevated_permissions);
    http::Request result = http::make_request(Method::get, operation, std::move(target), organization_route);
    result.shareable = true;
    return result;
}

Result<http::Request> list_organizations(ListOrganizationsRequest const& request) {
    constexpr std::string_view operation = "list_organizations";
    constexpr std::array<std::string_view, 3> orders{"name", "created_at", "members_count"};
    constexpr std::size_t max_organization_ids = 100;
    ArgumentChecks check{operation};
    check_page(check, request);
    check.text("query", request.query);
    check.order_by(request.order_by, orders);
    check.list("user_id", request.user_id);
    check.at_most("organization_id", request.organization_id.size(), max_organization_ids);
    check.list("organization_id", request.organization_id);
    if (check.failed()) return check.error();

    std::string target{"/organizations"};
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("query", std::string_view{request.query});
    parameters.add("order_by", std::string_view{request.order_by});
    parameters.add("user_id", request.user_id);
    parameters.add("organization_id", request.organization_id);
    parameters.add("include_members_count", request.include_members_count);
    parameters.add("include_missing_member_with_elevated_permissions",
                   request.include_missing_member_with_elevated_permissions);
    return http::make_request(Method::get, operation, std::move(target), "/organizations");
}

Result<http::Request> merge_organization_metadata(std::string_view organization_id,
                                                  MergeOrganizationMetadataRequest const& request) {
    return with_metadata(Method::patch, "merge_organization_metadata", organization_id, request);
}

Result<http::Request> replace_organization_metadata(std::string_view organization_id,
                                                    ReplaceOrganizationMetadataRequest const& request) {
    return with_metadata(Method::put, "replace_organization_metadata", organization_id, request);
}

Result<http::Request> update_organization(std::string_view organization_id, UpdateOrganizationRequest const& request) {
    constexpr std::string_view operation = "update_organization";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    when_set(request.name, [&](std::string const& value) { check_name(check, value); });
    check_attributes(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    body.member("name", request.name);
    body.member("slug", request.slug);
    body.member("max_allowed_memberships", request.max_allowed_memberships);
    body.member("admin_delete_enabled", request.admin_delete_enabled);
    body.member("created_at", request.created_at);
    body.member("role_set_key", request.role_set_key);
    write_metadata(body, request);
    http::Request result = with_json(
        http::make_request(Method::patch, operation, path_of({"/organizations/", organization_id}), organization_route),
        body.take());
    result.idempotency = Idempotency::idempotent;  // it sets values
    result.rate_limit = writes_of(organization_id);
    return result;
}

}  // namespace clerk::organizations
