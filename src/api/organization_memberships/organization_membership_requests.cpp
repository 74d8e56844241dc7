#include "api/organization_memberships/organization_membership_requests.hpp"

#include "api/json_body.hpp"
#include "api/list_query.hpp"
#include "api/request_target.hpp"

#include <array>
#include <string>
#include <utility>

namespace clerk::organization_memberships {

namespace {

using api::ArgumentChecks;
using api::JsonBody;
using api::path_of;
using api::QueryWriter;
using api::with_json;
using http::Idempotency;
using http::Method;

constexpr std::string_view memberships_route = "/organizations/{organization_id}/memberships";
constexpr std::string_view membership_route = "/organizations/{organization_id}/memberships/{user_id}";

constexpr std::array<std::string_view, 6> orders{"phone_number", "email_address", "created_at",
                                                 "first_name",   "last_name",     "username"};

void check_names(ArgumentChecks& check, std::string_view organization_id, std::string_view user_id) {
    check.path_segment("organization_id", organization_id);
    check.path_segment("user_id", user_id);
}

std::string membership_path(std::string_view organization_id, std::string_view user_id, std::string_view suffix = {}) {
    return path_of({"/organizations/", organization_id, "/memberships/", user_id, suffix});
}

// "Rate limits" in the API documents: 10 in 10 s for each membership, which both share. Each pair of ids has only one
// path, so the path can be the scope.
http::Request limited_patch(std::string_view operation, std::string target, std::string_view route,
                            std::string_view organization_id, std::string_view user_id, std::string body) {
    http::Request result =
        with_json(http::make_request(Method::patch, operation, std::move(target), route), std::move(body));
    result.idempotency = Idempotency::idempotent;  // it sets values
    result.rate_limit = http::own_limit(membership_path(organization_id, user_id), 10, {}, "writes_of_membership");
    return result;
}

// The parameters of ListOrganizationMembershipsRequest by type, in their order.
template <class Visit>
void each_list(ListOrganizationMembershipsRequest const& request, Visit visit) {
    visit("user_id", request.user_id);
    visit("email_address", request.email_address);
    visit("phone_number", request.phone_number);
    visit("username", request.username);
    visit("web3_wallet", request.web3_wallet);
    visit("role", request.role);
}
template <class Visit>
void each_text(ListOrganizationMembershipsRequest const& request, Visit visit) {
    visit("query", request.query);
    visit("email_address_query", request.email_address_query);
    visit("phone_number_query", request.phone_number_query);
    visit("username_query", request.username_query);
    visit("name_query", request.name_query);
}
template <class Visit>
void each_time(ListOrganizationMembershipsRequest const& request, Visit visit) {
    visit("last_active_at_before", request.last_active_at_before);
    visit("last_active_at_after", request.last_active_at_after);
    visit("created_at_before", request.created_at_before);
    visit("created_at_after", request.created_at_after);
}

}  // namespace

Result<http::Request> create_organization_membership(std::string_view organization_id,
                                                     CreateOrganizationMembershipRequest const& request) {
    constexpr std::string_view operation = "create_organization_membership";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check.required_text("user_id", request.user_id);
    check.required_text("role", request.role);
    check_metadata(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    body.write("user_id", request.user_id);
    body.write("role", request.role);
    write_metadata(body, request);
    std::string target = path_of({"/organizations/", organization_id, "/memberships"});
    return with_json(http::make_request(Method::post, operation, std::move(target), memberships_route), body.take());
}

Result<http::Request> delete_organization_membership(std::string_view organization_id, std::string_view user_id) {
    constexpr std::string_view operation = "delete_organization_membership";
    ArgumentChecks check{operation};
    check_names(check, organization_id, user_id);
    if (check.failed()) return check.error();
    return http::make_request(Method::delete_, operation, membership_path(organization_id, user_id), membership_route);
}

Result<http::Request> get_organization_membership(std::string_view organization_id, std::string_view user_id) {
    constexpr std::string_view operation = "get_organization_membership";
    ArgumentChecks check{operation};
    check_names(check, organization_id, user_id);
    check.unsigned_id("user_id", user_id);
    if (check.failed()) return check.error();

    std::string target = path_of({"/organizations/", organization_id, "/memberships"});
    QueryWriter parameters{target};
    parameters.add("user_id", user_id);
    parameters.add("limit", std::optional<std::int64_t>{1});
    http::Request result = http::make_request(Method::get, operation, std::move(target), memberships_route);
    result.shareable = true;
    return result;
}

Result<http::Request> list_organization_memberships(std::string_view organization_id,
                                                    ListOrganizationMembershipsRequest const& request) {
    constexpr std::string_view operation = "list_organization_memberships";
    constexpr std::size_t max_entries = 100;
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check_page(check, request);
    check.order_by(request.order_by, orders);
    each_list(request, [&check](std::string_view name, std::vector<std::string> const& values) {
        check.at_most(name, values.size(), max_entries);
        check.list(name, values);
    });
    each_text(request, [&check](std::string_view name, std::string const& value) { check.text(name, value); });
    each_time(request, [&check](std::string_view name, std::optional<Timestamp> value) {
        if (value) check.timestamp(name, *value);
    });
    if (check.failed()) return check.error();

    std::string target = path_of({"/organizations/", organization_id, "/memberships"});
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("order_by", std::string_view{request.order_by});
    auto const add = [&parameters](std::string_view name, auto const& value) { parameters.add(name, value); };
    each_list(request, add);
    each_text(request, add);
    each_time(request, add);
    return http::make_request(Method::get, operation, std::move(target), memberships_route);
}

Result<http::Request> list_instance_organization_memberships(
    ListInstanceOrganizationMembershipsRequest const& request) {
    constexpr std::string_view operation = "list_instance_organization_memberships";
    ArgumentChecks check{operation};
    check_page(check, request);
    check.order_by(request.order_by, orders);
    if (check.failed()) return check.error();

    std::string target{"/organization_memberships"};
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("order_by", std::string_view{request.order_by});
    return http::make_request(Method::get, operation, std::move(target), "/organization_memberships");
}

Result<http::Request> list_user_organization_memberships(std::string_view user_id,
                                                         ListUserOrganizationMembershipsRequest const& request) {
    constexpr std::string_view operation = "list_user_organization_memberships";
    ArgumentChecks check{operation};
    check.path_segment("user_id", user_id);
    check_page(check, request);
    if (check.failed()) return check.error();

    std::string target = path_of({"/users/", user_id, "/organization_memberships"});
    QueryWriter parameters{target};
    add_page(parameters, request);
    return http::make_request(Method::get, operation, std::move(target), "/users/{user_id}/organization_memberships");
}

Result<http::Request> merge_organization_membership_metadata(
    std::string_view organization_id, std::string_view user_id,
    MergeOrganizationMembershipMetadataRequest const& request) {
    constexpr std::string_view operation = "merge_organization_membership_metadata";
    ArgumentChecks check{operation};
    check_names(check, organization_id, user_id);
    check_metadata(check, request);
    if (check.failed()) return check.error();

    JsonBody body;
    write_metadata(body, request);
    return limited_patch(operation, membership_path(organization_id, user_id, "/metadata"),
                         "/organizations/{organization_id}/memberships/{user_id}/metadata", organization_id, user_id,
                         body.take());
}

Result<http::Request> update_organization_membership(std::string_view organization_id, std::string_view user_id,
                                                     UpdateOrganizationMembershipRequest const& request) {
    constexpr std::string_view operation = "update_organization_membership";
    ArgumentChecks check{operation};
    check_names(check, organization_id, user_id);
    check.required_text("role", request.role);
    if (check.failed()) return check.error();

    JsonBody body;
    body.write("role", request.role);
    return limited_patch(operation, membership_path(organization_id, user_id), membership_route, organization_id,
                         user_id, body.take());
}

}  // namespace clerk::organization_memberships
