#include "api/organization_invitations/organization_invitation_requests.hpp"

#include "support/request_rows.hpp"

#include <boost/json/object.hpp>
#include <boost/test/data/test_case.hpp>

BOOST_AUTO_TEST_SUITE(organization_invitation_requests)

namespace {

using namespace clerk;
using namespace clerk::organization_invitations;
using test::BuildRequest;
using enum http::Idempotency;
namespace data = boost::unit_test::data;

CreateOrganizationInvitationRequest invitation(std::string address) {
    CreateOrganizationInvitationRequest request;
    request.email_address = std::move(address);
    request.role = "org:member";
    return request;
}
BuildRequest create(std::function<void(CreateOrganizationInvitationRequest&)> fill) {
    return [fill] {
        CreateOrganizationInvitationRequest request = invitation("a@b.c");
        fill(request);
        return create_organization_invitation("org_1", request);
    };
}
BuildRequest bulk(std::size_t count, std::function<void(CreateOrganizationInvitationRequest&)> fill_last) {
    return [count, fill_last] {
        std::vector<CreateOrganizationInvitationRequest> requests(count, invitation("a@b.c"));
        if (count != 0) fill_last(requests.back());
        return create_organization_invitation_bulk("org_1", requests);
    };
}
BuildRequest get(std::string organization, std::string id) {
    return [organization, id] { return get_organization_invitation(organization, id); };
}
BuildRequest list(std::function<void(ListOrganizationInvitationsRequest&)> fill, std::string organization = "org_1") {
    return [fill, organization] {
        ListOrganizationInvitationsRequest request;
        fill(request);
        return list_organization_invitations(organization, request);
    };
}
BuildRequest list_instance(std::function<void(ListInstanceOrganizationInvitationsRequest&)> fill) {
    return [fill] {
        ListInstanceOrganizationInvitationsRequest request;
        fill(request);
        return list_instance_organization_invitations(request);
    };
}
BuildRequest list_user(std::string user, std::function<void(ListUserOrganizationInvitationsRequest&)> fill) {
    return [user, fill] {
        ListUserOrganizationInvitationsRequest request;
        fill(request);
        return list_user_organization_invitations(user, request);
    };
}
BuildRequest revoke(std::string organization, std::string id, PatchField<std::string> user = {}) {
    return [organization, id, user] {
        RevokeOrganizationInvitationRequest request;
        request.requesting_user_id = user;
        return revoke_organization_invitation(organization, id, request);
    };
}

constexpr std::string_view post = "POST /organizations/org_1/invitations";
constexpr std::string_view post_bulk = "POST /organizations/org_1/invitations/bulk";
http::RateLimit const of_creation{{}, 250, std::chrono::hours{1}};
http::RateLimit const of_bulk{{}, 50, std::chrono::hours{1}};

test::RequestRow const contract[] = {
    {"create_organization_invitation", create([](auto&) {}), post, R"({"email_address":"a@b.c","role":"org:member"})",
     not_idempotent, of_creation},
    {"create_organization_invitation: everything", create([](auto& r) {
         r.inviter_user_id = "user_1", r.public_metadata = boost::json::object{{"a", 1}};
         r.private_metadata = Metadata{}, r.redirect_url = "https://a.test/?b=c";
         r.expires_in_days = 365, r.notify = false;
     }),
     post,
     R"({"email_address":"a@b.c","role":"org:member","inviter_user_id":"user_1","public_metadata":{"a":1},)"
     R"("private_metadata":{},"redirect_url":"https://a.test/?b=c","expires_in_days":365,"notify":false})",
     not_idempotent, of_creation},
    {"create_organization_invitation: null", create([](auto& r) {
         r.inviter_user_id = nullptr, r.public_metadata = nullptr, r.private_metadata = nullptr;
         r.redirect_url = nullptr, r.expires_in_days = nullptr, r.notify = nullptr;
     }),
     post,
     R"({"email_address":"a@b.c","role":"org:member","inviter_user_id":null,"public_metadata":null,)"
     R"("private_metadata":null,"redirect_url":null,"expires_in_days":null,"notify":null})",
     not_idempotent, of_creation},
    {"create_organization_invitation_bulk: one", bulk(1, [](auto&) {}), post_bulk,
     R"([{"email_address":"a@b.c","role":"org:member"}])", not_idempotent, of_bulk},
    {"create_organization_invitation_bulk: each of its own",
     bulk(2,
          [](auto& r) {
              r.email_address = "d@e.f", r.role = "org:admin";
              r.notify = true;
          }),
     post_bulk,
     R"([{"email_address":"a@b.c","role":"org:member"},{"email_address":"d@e.f","role":"org:admin","notify":true}])",
     not_idempotent, of_bulk},
    {"get_organization_invitation", get("org_1", "orginv_1"), "GET /organizations/org_1/invitations/orginv_1"},
    {"get_organization_invitation: segments", get("a/b", "c/d"), "GET /organizations/a%2Fb/invitations/c%2Fd"},
    {"list_organization_invitations", list([](auto&) {}), "GET /organizations/org_1/invitations"},
    {"list_organization_invitations: everything", list([](auto& r) {
         r.limit = 1, r.offset = 2, r.status = {"pending", "expired"}, r.email_address = "a+b@c.d";
         r.order_by = "-email_address";
     }),
     "GET /organizations/org_1/invitations?limit=1&offset=2&status=pending&status=expired&email_address=a%2Bb%40c.d"
     "&order_by=-email_address"},
    {"list_organization_invitations: any status", list([](auto& r) { r.status = {"on hold"}; }),
     "GET /organizations/org_1/invitations?status=on%20hold"},
    {"list_instance_organization_invitations", list_instance([](auto&) {}), "GET /organization_invitations"},
    {"list_instance_organization_invitations: everything", list_instance([](auto& r) {
         r.limit = 500, r.offset = 0, r.status = {"accepted"}, r.query = "@c.d", r.order_by = "+created_at";
     }),
     "GET /organization_invitations?limit=500&offset=0&status=accepted&query=%40c.d&order_by=%2Bcreated_at"},
    {"list_user_organization_invitations", list_user("user_1", [](auto&) {}),
     "GET /users/user_1/organization_invitations"},
    {"list_user_organization_invitations: everything",
     list_user("a/b", [](auto& r) { r.limit = 1, r.offset = 2, r.status = {"pending", "revoked"}; }),
     "GET /users/a%2Fb/organization_invitations?limit=1&offset=2&status=pending&status=revoked"},
    {"revoke_organization_invitation", revoke("org_1", "orginv_1"),
     "POST /organizations/org_1/invitations/orginv_1/revoke", "{}", not_idempotent},
    {"revoke_organization_invitation: user", revoke("org_1", "orginv_1", "user_1"),
     "POST /organizations/org_1/invitations/orginv_1/revoke", R"({"requesting_user_id":"user_1"})", not_idempotent},
    {"revoke_organization_invitation: null", revoke("a/b", "c/d", nullptr),
     "POST /organizations/a%2Fb/invitations/c%2Fd/revoke", R"({"requesting_user_id":null})", not_idempotent},
};

test::RefusedRow const refusals[] = {
    {"create_organization_invitation: address", create([](auto& r) { r.email_address.clear(); }), "email_address"},
    {"create_organization_invitation: role", create([](auto& r) { r.role.clear(); }), "role"},
    {"create_organization_invitation: no day", create([](auto& r) { r.expires_in_days = 0; }), "expires_in_days"},
    {"create_organization_invitation: days", create([](auto& r) { r.expires_in_days = 366; }), "expires_in_days"},
    {"create_organization_invitation: inviter", create([](auto& r) { r.inviter_user_id = "\xFF"; }), "inviter_user_id"},
    {"create_organization_invitation: url", create([](auto& r) { r.redirect_url = "\xFF"; }), "redirect_url"},
    {"create_organization_invitation_bulk: none", bulk(0, [](auto&) {}), "requests"},
    {"create_organization_invitation_bulk: eleven", bulk(11, [](auto&) {}), "requests"},
    {"create_organization_invitation_bulk: a role", bulk(4, [](auto& r) { r.role.clear(); }), "[3].role"},
    {"create_organization_invitation_bulk: days", bulk(1, [](auto& r) { r.expires_in_days = -1; }),
     "[0].expires_in_days"},
    {"get_organization_invitation: organization", get("", "orginv_1"), "organization_id"},
    {"get_organization_invitation: id", get("org_1", ".."), "invitation_id"},
    {"list_organization_invitations: organization", list([](auto&) {}, "."), "organization_id"},
    {"list_organization_invitations: limit", list([](auto& r) { r.limit = 0; }), "limit"},
    {"list_organization_invitations: status", list([](auto& r) { r.status = {""}; }), "status"},
    {"list_organization_invitations: order_by", list([](auto& r) { r.order_by = "status"; }), "order_by"},
    {"list_organization_invitations: address", list([](auto& r) { r.email_address = "\xFF"; }), "email_address"},
    {"list_instance_organization_invitations: query", list_instance([](auto& r) { r.query = "\xFF"; }), "query"},
    {"list_instance_organization_invitations: offset", list_instance([](auto& r) { r.offset = -1; }), "offset"},
    {"list_instance_organization_invitations: order_by", list_instance([](auto& r) { r.order_by = "x"; }), "order_by"},
    {"list_user_organization_invitations: user", list_user("", [](auto&) {}), "user_id"},
    {"list_user_organization_invitations: limit", list_user("user_1", [](auto& r) { r.limit = 501; }), "limit"},
    {"revoke_organization_invitation: organization", revoke("", "orginv_1"), "organization_id"},
    {"revoke_organization_invitation: id", revoke("org_1", ""), "invitation_id"},
    {"revoke_organization_invitation: user", revoke("org_1", "orginv_1", "\xFF"), "requesting_user_id"},
};

}  // namespace

BOOST_DATA_TEST_CASE(has_exactly_this_wire_form, data::make(contract), row) { test::check_request(row); }
BOOST_DATA_TEST_CASE(is_refused_with_the_name_of_the_field, data::make(refusals), row) { test::check_refused(row); }

BOOST_AUTO_TEST_CASE(ten_at_once_are_allowed) {
    BOOST_TEST(max_invitations_at_once == 10U);
    BOOST_TEST(bulk(10, [](auto&) {})().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
