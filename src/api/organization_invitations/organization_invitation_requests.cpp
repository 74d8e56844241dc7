#include "api/organization_invitations/organization_invitation_requests.hpp"

#include "api/json_body.hpp"
#include "api/list_query.hpp"
#include "api/request_target.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace clerk::organization_invitations {

namespace {

using api::ArgumentChecks;
using api::JsonBody;
using api::path_of;
using api::QueryWriter;
using api::when_set;
using api::with_json;
using http::Method;

constexpr std::string_view invitations_route = "/organizations/{organization_id}/invitations";

// "Rate limits" in the API documents, of the whole instance.
constexpr std::size_t creations_per_hour = 250;
constexpr std::size_t bulk_creations_per_hour = 50;

constexpr std::array<std::string_view, 2> orders{"created_at", "email_address"};

// `place`: a prefix for the names of the fields in errors.
void check_invitation(ArgumentChecks& check, CreateOrganizationInvitationRequest const& request,
                      std::string const& place) {
    check.required_text(place + "email_address", request.email_address);
    check.required_text(place + "role", request.role);
    when_set(request.inviter_user_id, [&](std::string const& id) { check.text(place + "inviter_user_id", id); });
    when_set(request.public_metadata, [&](Metadata const& value) { check.metadata(place + "public_metadata", value); });
    when_set(request.private_metadata,
             [&](Metadata const& value) { check.metadata(place + "private_metadata", value); });
    when_set(request.redirect_url, [&](std::string const& url) { check.text(place + "redirect_url", url); });
    when_set(request.expires_in_days,
             [&](std::int64_t days) { check.in_range(place + "expires_in_days", days, 1, 365); });
}

std::string body_of(CreateOrganizationInvitationRequest const& request) {
    JsonBody body;
    body.write("email_address", request.email_address);
    body.write("role", request.role);
    body.member("inviter_user_id", request.inviter_user_id);
    write_metadata(body, request);
    body.member("redirect_url", request.redirect_url);
    body.member("expires_in_days", request.expires_in_days);
    body.member("notify", request.notify);
    return body.take();
}

http::Request limited_post(std::string_view operation, std::string target, std::string_view route, std::string body,
                           std::size_t per_hour) {
    http::Request result =
        with_json(http::make_request(Method::post, operation, std::move(target), route), std::move(body));
    result.rate_limit = http::own_limit({}, per_hour, std::chrono::hours{1});
    return result;
}

}  // namespace

Result<http::Request> create_organization_invitation(std::string_view organization_id,
                                                     CreateOrganizationInvitationRequest const& request) {
    constexpr std::string_view operation = "create_organization_invitation";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check_invitation(check, request, {});
    if (check.failed()) return check.error();
    return limited_post(operation, path_of({"/organizations/", organization_id, "/invitations"}), invitations_route,
                        body_of(request), creations_per_hour);
}

Result<http::Request> create_organization_invitation_bulk(
    std::string_view organization_id, std::span<CreateOrganizationInvitationRequest const> requests) {
    constexpr std::string_view operation = "create_organization_invitation_bulk";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    if (requests.empty()) check.refuse("requests", "must not be empty");
    check.at_most("requests", requests.size(), max_invitations_at_once);
    std::string body{'['};
    for (std::size_t index = 0; index < requests.size() && !check.failed(); ++index) {
        check_invitation(check, requests[index], '[' + std::to_string(index) + "].");
        if (index != 0) body += ',';
        body += body_of(requests[index]);
    }
    body += ']';
    if (check.failed()) return check.error();
    return limited_post(operation, path_of({"/organizations/", organization_id, "/invitations/bulk"}),
                        "/organizations/{organization_id}/invitations/bulk", std::move(body), bulk_creations_per_hour);
}

Result<http::Request> get_organization_invitation(std::string_view organization_id, std::string_view invitation_id) {
    constexpr std::string_view operation = "get_organization_invitation";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check.path_segment("invitation_id", invitation_id);
    if (check.failed()) return check.error();
    http::Request result = http::make_request(
        Method::get, operation, path_of({"/organizations/", organization_id, "/invitations/", invitation_id}),
        "/organizations/{organization_id}/invitations/{invitation_id}");
    result.shareable = true;
    return result;
}

Result<http::Request> list_organization_invitations(std::string_view organization_id,
                                                    ListOrganizationInvitationsRequest const& request) {
    constexpr std::string_view operation = "list_organization_invitations";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check_page(check, request);
    check.list("status", request.status);
    check.text("email_address", request.email_address);
    check.order_by(request.order_by, orders);
    if (check.failed()) return check.error();

    std::string target = path_of({"/organizations/", organization_id, "/invitations"});
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("status", request.status);
    parameters.add("email_address", std::string_view{request.email_address});
    parameters.add("order_by", std::string_view{request.order_by});
    return http::make_request(Method::get, operation, std::move(target), invitations_route);
}

Result<http::Request> list_instance_organization_invitations(
    ListInstanceOrganizationInvitationsRequest const& request) {
    constexpr std::string_view operation = "list_instance_organization_invitations";
    ArgumentChecks check{operation};
    check_page(check, request);
    check.list("status", request.status);
    check.text("query", request.query);
    check.order_by(request.order_by, orders);
    if (check.failed()) return check.error();

    std::string target{"/organization_invitations"};
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("status", request.status);
    parameters.add("query", std::string_view{request.query});
    parameters.add("order_by", std::string_view{request.order_by});
    return http::make_request(Method::get, operation, std::move(target), "/organization_invitations");
}

Result<http::Request> list_user_organization_invitations(std::string_view user_id,
                                                         ListUserOrganizationInvitationsRequest const& request) {
    constexpr std::string_view operation = "list_user_organization_invitations";
    ArgumentChecks check{operation};
    check.path_segment("user_id", user_id);
    check_page(check, request);
    check.list("status", request.status);
    if (check.failed()) return check.error();

    std::string target = path_of({"/users/", user_id, "/organization_invitations"});
    QueryWriter parameters{target};
    add_page(parameters, request);
    parameters.add("status", request.status);
    return http::make_request(Method::get, operation, std::move(target), "/users/{user_id}/organization_invitations");
}

Result<http::Request> revoke_organization_invitation(std::string_view organization_id, std::string_view invitation_id,
                                                     RevokeOrganizationInvitationRequest const& request) {
    constexpr std::string_view operation = "revoke_organization_invitation";
    ArgumentChecks check{operation};
    check.path_segment("organization_id", organization_id);
    check.path_segment("invitation_id", invitation_id);
    when_set(request.requesting_user_id, [&](std::string const& id) { check.text("requesting_user_id", id); });
    if (check.failed()) return check.error();

    JsonBody body;
    body.member("requesting_user_id", request.requesting_user_id);
    std::string target = path_of({"/organizations/", organization_id, "/invitations/", invitation_id, "/revoke"});
    return with_json(http::make_request(Method::post, operation, std::move(target),
                                        "/organizations/{organization_id}/invitations/{invitation_id}/revoke"),
                     body.take());
}

}  // namespace clerk::organization_invitations
