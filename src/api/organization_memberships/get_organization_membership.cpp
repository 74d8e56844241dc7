// One membership is read as a list of one item.
#include <clerk/organization_memberships_api.hpp>

#include "api/endpoint_call.hpp"
#include "api/organization_memberships/organization_membership_codec.hpp"
#include "api/organization_memberships/organization_membership_lookup.hpp"
#include "api/organization_memberships/organization_membership_requests.hpp"

#include <string>
#include <utility>

namespace clerk {

namespace {

Error unusable(boost::system::error_code code, std::string message, std::string path = {}) {
    ErrorDetails details{};
    details.operation = "get_organization_membership";
    details.message = std::move(message);
    details.field = std::move(path);
    details.status = 200;
    return Error{code, std::move(details)};
}

Result<OrganizationMembership> membership_of(std::string_view user_id, OrganizationMemberships page) {
    if (!page.undecoded.empty()) {
        UndecodedItem& item = page.undecoded.front();
        return unusable(make_error_code(errc::malformed_body), std::move(item.message), std::move(item.path));
    }
    if (page.empty()) {
        return unusable({404, http_status_category()}, "the list is empty: the user is not a member");
    }
    OrganizationMembership membership = std::move(page.data.front());
    // The answer is used for access control, so a membership of another user must not be returned.
    if (api::LookupKey<OrganizationMembership>::of(membership) != user_id) {
        return unusable(make_error_code(errc::malformed_body), "belongs to another user than the requested one",
                        "$.data[0].public_user_data.user_id");
    }
    return membership;
}

awaitable<Result<OrganizationMembership>> only_membership(awaitable<Result<OrganizationMemberships>> call,
                                                          std::string user_id) {
    Result<OrganizationMemberships> page = co_await std::move(call);
    if (!page) co_return page.error();
    co_return membership_of(user_id, std::move(*page));
}

awaitable<Result<Response<OrganizationMembership>>> only_membership(
    awaitable<Result<Response<OrganizationMemberships>>> call, std::string user_id) {
    Result<Response<OrganizationMemberships>> page = co_await std::move(call);
    if (!page) co_return page.error();
    Result<OrganizationMembership> membership = membership_of(user_id, std::move(page->data));
    if (!membership) co_return membership.error();
    Response<OrganizationMembership> response{};
    response.data = std::move(*membership);
    response.status = page->status;
    response.headers = std::move(page->headers);
    co_return response;
}

}  // namespace

awaitable<Result<OrganizationMembership>> OrganizationMembershipsApi::get_organization_membership(
    std::string_view organization_id, std::string_view user_id, CallOptions options) {
    auto request = organization_memberships::get_organization_membership(organization_id, user_id);
    return only_membership(api::call<OrganizationMemberships>(core_, std::move(request), options),
                           std::string{user_id});
}
awaitable<Result<Response<OrganizationMembership>>>
OrganizationMembershipsApi::get_organization_membership_with_http_info(std::string_view organization_id,
                                                                       std::string_view user_id, CallOptions options) {
    auto request = organization_memberships::get_organization_membership(organization_id, user_id);
    return only_membership(api::call_with_http_info<OrganizationMemberships>(core_, std::move(request), options),
                           std::string{user_id});
}

}  // namespace clerk
