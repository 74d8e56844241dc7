#include "api/organizations/organization_requests.hpp"

#include "api/codec/encode.hpp"
#include "api/organizations/argument_checks.hpp"
#include "api/organizations/request_target.hpp"
#include "base/percent_encoding.hpp"

#include <string>
#include <utility>

namespace clerk::organizations {

namespace {

using http::Idempotency;
using http::Method;

// "Rate limits" in the API documents: 10 in 10 s for each organization and each of three writes.
std::unique_ptr<http::RateLimit> writes_of(std::string_view organization_id) {
    http::RateLimit limit{std::string{organization_id}, 10, {}};
    return std::make_unique<http::RateLimit>(std::move(limit));
}

// A body of JSON, whose members are added before end().
class JsonBody {
public:
    template <class T>
    void member(std::string_view name, std::optional<T> const& value) {
        if (value) write(name, *value);
    }

    template <class T>
    void member(std::string_view name, PatchField<T> const& value) {
        if (value.is_null()) json_.null(name);
        if (value.has_value()) write(name, *value);
    }

    template <class T>
    void write(std::string_view name, T const& value) {
        json_.member(name, value);
    }
    void write(std::string_view name, Timestamp value) { json_.member(name, to_string(value)); }

    http::Request finish(http::Request request) {
        json_.end();
        request.content = http::text_content("application/json", std::move(text_));
        return request;
    }

private:
    std::string text_{};
    api::JsonObjectWriter json_{text_};
};

// Calls a check when there is a value to check.
template <class Optional, class Check>
void when_set(Optional const& value, Check check) {
    if (value.has_value()) check(*value);
}

Result<http::Request> without_body(Method method, std::string_view operation, std::string_view organization_id,
                                   std::string_view suffix = {}) {
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    if (check.failed()) return check.error();
    return http::make_request(method, operation, organization_target(organization_id, suffix));
}

template <class R>
void check_metadata(ArgumentChecks& check, R const& request) {
    when_set(request.public_metadata, [&](Metadata const& value) { check.metadata("public_metadata", value); });
    when_set(request.private_metadata, [&](Metadata const& value) { check.metadata("private_metadata", value); });
}

template <class MetadataRequest>
Result<http::Request> with_metadata(Method method, std::string_view operation, std::string_view organization_id,
                                    MetadataRequest const& request) {
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check_metadata(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    body.member("public_metadata", request.public_metadata);
    body.member("private_metadata", request.private_metadata);
    http::Request result =
        body.finish(http::make_request(method, operation, organization_target(organization_id, "/metadata")));
    result.idempotency = Idempotency::idempotent;  // a merge of the same members changes nothing more
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
    check.organization_name("name", request.name);
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
    body.member("public_metadata", request.public_metadata);
    body.member("private_metadata", request.private_metadata);
    return body.finish(http::make_request(Method::post, operation, "/organizations"));
}

Result<http::Request> delete_organization(std::string_view organization_id) {
    return without_body(Method::delete_, "delete_organization", organization_id);
}

Result<http::Request> delete_organization_logo(std::string_view organization_id) {
    return without_body(Method::delete_, "delete_organization_logo", organization_id, "/logo");
}

Result<http::Request> get_organization(std::string_view id_or_slug, GetOrganizationOptions const& query) {
    constexpr std::string_view operation = "get_organization";
    ArgumentChecks check{operation};
    check.path_segment("id_or_slug", id_or_slug);
    if (check.failed()) return check.error();

    std::string target = organization_target(id_or_slug, {});
    QueryWriter parameters{target};
    parameters.add("include_members_count", query.include_members_count);
    parameters.add("include_missing_member_with_elevated_permissions",
                   query.include_missing_member_with_elevated_permissions);
    http::Request result = http::make_request(Method::get, operation, std::move(target));
    result.shareable = true;
    return result;
}

Result<http::Request> list_organizations(ListOrganizationsRequest const& request) {
    constexpr std::string_view operation = "list_organizations";
    constexpr std::size_t max_organization_ids = 100;
    ArgumentChecks check{operation};
    when_set(request.limit, [&](std::int64_t value) { check.in_range("limit", value, 1, 500); });
    when_set(request.offset, [&](std::int64_t value) { check.not_negative("offset", value); });
    check.text("query", request.query);
    if (!request.order_by.empty()) check.order_by("order_by", request.order_by);
    check.ids("user_id", request.user_id);
    check.at_most("organization_id", request.organization_id.size(), max_organization_ids);
    check.ids("organization_id", request.organization_id);
    if (check.failed()) return check.error();

    std::string target{"/organizations"};
    QueryWriter parameters{target};
    parameters.add("limit", request.limit);
    parameters.add("offset", request.offset);
    if (!request.query.empty()) parameters.add("query", std::string_view{request.query});
    if (!request.order_by.empty()) parameters.add("order_by", std::string_view{request.order_by});
    parameters.add("user_id", request.user_id);
    parameters.add("organization_id", request.organization_id);
    parameters.add("include_members_count", request.include_members_count);
    parameters.add("include_missing_member_with_elevated_permissions",
                   request.include_missing_member_with_elevated_permissions);
    return http::make_request(Method::get, operation, std::move(target));
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
    when_set(request.name, [&](std::string const& value) { check.organization_name("name", value); });
    check_attributes(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    body.member("name", request.name);
    body.member("slug", request.slug);
    body.member("max_allowed_memberships", request.max_allowed_memberships);
    body.member("admin_delete_enabled", request.admin_delete_enabled);
    body.member("created_at", request.created_at);
    body.member("role_set_key", request.role_set_key);
    body.member("public_metadata", request.public_metadata);
    body.member("private_metadata", request.private_metadata);
    http::Request result =
        body.finish(http::make_request(Method::patch, operation, organization_target(organization_id, {})));
    result.idempotency = Idempotency::idempotent;  // it sets values
    result.rate_limit = writes_of(organization_id);
    return result;
}

}  // namespace clerk::organizations
