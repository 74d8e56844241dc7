// Reading and changing invitations in the service.
#include "testing/pinned_error.hpp"
#include "testing/service_client.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace data = boost::unit_test::data;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(organization_invitations_service)

namespace {

constexpr std::int64_t day = 86'400'000;

using AddressList = std::vector<std::string>;

std::string text(boost::json::value const& value) { return std::string{value.as_string().c_str()}; }

AddressList addresses(Reply const& reply) {
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    AddressList out{};
    for (auto const& item : reply["data"].as_array()) out.push_back(text(item.at("email_address")));
    return out;
}

// An organization that user_1 created; user_2 is a member without elevated permissions.
struct Acme {
    explicit Acme(EmulatorOptions options = {}) : client(std::move(options)) {
        client.call("POST", "/v1/organizations/" + id + "/memberships", R"({"user_id":"user_2","role":"org:member"})");
    }

    ServiceClient client;
    std::string id = client.create(R"({"name":"Acme","slug":"acme","created_by":"user_1"})");
    std::string path = "/v1/organizations/" + id + "/invitations";

    static std::string body(std::string const& address, std::string const& more = "") {
        return R"({"email_address":")" + address + R"(","role":"org:member")" + more + '}';
    }
    Reply invite(std::string const& address, std::string const& more = "") {
        return client.call("POST", path, body(address, more));
    }
    Reply bulk(std::string const& array) { return client.call("POST", path + "/bulk", array); }
    Reply revoke(std::string const& invitation, std::string const& body = "") {
        return client.call("POST", path + '/' + invitation + "/revoke", body);
    }
    Reply get(std::string const& invitation) { return client.call("GET", path + '/' + invitation); }
    Reply list(std::string const& query = "") { return client.call("GET", path + '?' + query); }
    std::int64_t pending() { return client.get("/organizations/" + id)["pending_invitations_count"].as_int64(); }
    // The address that a user has.
    std::string address_of(std::string const& user) {
        Reply const reply = client.get("/users/" + user + "/organization_memberships");
        return text(reply["data"].at(0).at("public_user_data").at("identifier"));
    }
};

PinnedError const not_pending{404, "organization_invitation_not_pending", "not pending",
                              "The organization invitation is not in the 'pending' status."};
PinnedError const not_unique{400, "organization_invitation_not_unique", "organization invitation not unique",
                             "Organizations cannot have duplicate pending invitations for an email address."};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_invitation_waits_for_thirty_days_unless_said, Acme) {
    Reply const reply = invite("ada@example.com", R"(,"inviter_user_id":"user_1","public_metadata":{"n":1.10})");
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    BOOST_TEST(reply["object"].as_string() == "organization_invitation");
    BOOST_TEST(reply["status"].as_string() == "pending");
    BOOST_TEST(reply["role"].as_string() == "org:member");
    BOOST_TEST(reply["role_name"].as_string() == "Member");
    BOOST_TEST(reply["organization_id"].as_string() == id);
    BOOST_TEST(reply["inviter_id"].as_string() == "user_1");
    BOOST_TEST(reply["public_inviter_data"].as_object().size() == 6U);
    BOOST_TEST(reply["expires_at"].as_int64() == client.now.unix + 30 * day);
    BOOST_TEST(reply["url"].is_string());
    BOOST_TEST(reply.text.find(R"("public_metadata":{"n":1.10},"private_metadata":{})") != std::string::npos);
    BOOST_TEST(get(reply.id()).text == reply.text);
    BOOST_TEST(pending() == 1);
    Reply const one_day =
        invite("grace@example.com", R"(,"expires_in_days":1,"notify":false,"redirect_url":"https://a.example")");
    BOOST_TEST(one_day["expires_at"].as_int64() == client.now.unix + day);
    BOOST_TEST(one_day["inviter_id"].is_null());
    BOOST_TEST(one_day["public_inviter_data"].is_null());
}

BOOST_FIXTURE_TEST_CASE(a_pending_invitation_can_be_revoked_once, Acme) {
    std::string const invitation = invite("ada@example.com").id();
    client.now.unix += 5;
    Reply const revoked = revoke(invitation, R"({"requesting_user_id":"user_1"})");
    BOOST_TEST(revoked["status"].as_string() == "revoked");
    BOOST_TEST(revoked["url"].is_null());
    BOOST_TEST(revoked["updated_at"].as_int64() == client.now.unix);
    BOOST_TEST(get(invitation).text == revoked.text);
    BOOST_TEST(pending() == 0);
    BOOST_TEST(pinned(revoke(invitation)) == not_pending);
    BOOST_TEST(invite("ada@example.com").status() == 200U);  // the address is free again
}

BOOST_FIXTURE_TEST_CASE(an_accepted_invitation_makes_a_member, Acme) {
    std::string const invitation =
        invite("ada@example.com", R"(,"public_metadata":{"a":1},"private_metadata":{"p":2})").id();
    Acceptance const accepted = client.service().accept_invitation(invitation, "user_3", client.now.unix);
    BOOST_TEST(accepted.invitation == get(invitation).text);
    BOOST_TEST(get(invitation)["status"].as_string() == "accepted");
    BOOST_TEST(pending() == 0);
    Reply const members = client.get("/organizations/" + id + "/memberships?user_id=user_3");
    BOOST_TEST(members["data"].at(0).at("role").as_string() == "org:member");
    BOOST_TEST(members.text.find(R"("public_metadata":{"a":1},"private_metadata":{"p":2})") != std::string::npos);
    BOOST_TEST(members.text.find(accepted.membership) != std::string::npos);
    BOOST_TEST(pinned(revoke(invitation)) == not_pending);
    auto const accept = [&](std::string const& which, std::string const& user) {
        client.service().accept_invitation(which, user, client.now.unix);
    };
    BOOST_CHECK_THROW(accept(invitation, "user_4"), std::invalid_argument);
    BOOST_CHECK_THROW(accept("orginv_none", "user_4"), std::invalid_argument);
    std::string const other = invite("grace@example.com").id();
    BOOST_CHECK_THROW(accept(other, "user_3"), std::invalid_argument);
    BOOST_TEST(pending() == 1);
}

BOOST_FIXTURE_TEST_CASE(an_invitation_expires_to_the_millisecond, Acme) {
    std::string const invitation = invite("ada@example.com", R"(,"expires_in_days":2)").id();
    invite("later@example.com");
    client.now.unix += 2 * day - 1;
    BOOST_TEST(get(invitation)["status"].as_string() == "pending");
    BOOST_TEST(pending() == 2);
    client.now.unix += 1;
    BOOST_TEST(get(invitation)["status"].as_string() == "expired");
    BOOST_TEST(pending() == 1);
    BOOST_TEST(pinned(revoke(invitation)) == not_pending);
    BOOST_TEST(addresses(list("status=expired")) == AddressList{"ada@example.com"});
    client.service().advance_clock(std::chrono::milliseconds{28 * day});
    BOOST_TEST(pending() == 0);
    BOOST_TEST(invite("later@example.com")["created_at"].as_int64() == client.now.unix + 28 * day);
}

BOOST_FIXTURE_TEST_CASE(an_address_is_invited_once_and_no_member_is, Acme) {
    invite("ada@example.com");
    BOOST_TEST(pinned(invite("ADA@example.com")) == not_unique);
    std::string const member = address_of("user_2");
    BOOST_TEST(pinned(invite(member)) == (PinnedError{400, "already_a_member_in_organization", "already a member",
                                                      member + " is already a member of the organization."}));
    BOOST_TEST(pending() == 1);
}

BOOST_FIXTURE_TEST_CASE(an_inviter_or_revoker_must_manage_members, Acme) {
    PinnedError const missing{403, "missing_organization_permission", "missing permission",
                              "Current user is missing an organization permission.",
                              R"({"permissions":["org:sys_memberships:manage"]})"};
    PinnedError const no_member{403, "not_a_member_in_organization", "not a member",
                                "Current user is not a member of the organization. Only organization members can "
                                "perform this action."};
    BOOST_TEST(pinned(invite("ada@example.com", R"(,"inviter_user_id":"user_2")")) == missing);
    BOOST_TEST(pinned(invite("ada@example.com", R"(,"inviter_user_id":"user_9")")) == no_member);
    std::string const invitation = invite("ada@example.com").id();
    BOOST_TEST(pinned(revoke(invitation, R"({"requesting_user_id":"user_2"})")) == missing);
    BOOST_TEST(pinned(revoke(invitation, R"({"requesting_user_id":"user_9"})")) == no_member);
    BOOST_TEST(revoke(invitation, R"({"requesting_user_id":null})").status() == 200U);
}

BOOST_FIXTURE_TEST_CASE(bulk_takes_all_or_nothing, Acme) {
    Reply const both = bulk('[' + body("a@example.com") + ',' + body("b@example.com") + ']');
    BOOST_TEST(addresses(both) == (AddressList{"a@example.com", "b@example.com"}));
    BOOST_TEST(both["total_count"].as_int64() == 2);
    BOOST_TEST(pending() == 2);
    BOOST_TEST(pinned(bulk('[' + body("c@example.com") + ',' + body("a@example.com") + ']')) == not_unique);
    BOOST_TEST(bulk('[' + body("c@example.com") + ',' + body("C@example.com") + ']').code() == "form_param_duplicate");
    BOOST_TEST(bulk('[' + body("c@example.com") + ",{}]").code() == "form_param_missing");
    BOOST_TEST(bulk("[]").code() == "form_param_value_invalid");
    BOOST_TEST(bulk("{}").code() == "request_body_invalid");
    std::string many = "[";
    for (int i = 0; i != 10; ++i) many += (i == 0 ? "" : ",") + body("m" + std::to_string(i) + "@example.com");
    BOOST_TEST(bulk(many + ',' + body("m10@example.com") + ']').code() == "form_param_array_size_exceeded");
    BOOST_TEST(pending() == 2);
    BOOST_TEST(bulk(many + ']')["data"].as_array().size() == 10U);
}

BOOST_FIXTURE_TEST_CASE(invitations_count_against_the_members_allowed, Acme) {
    client.patch(id, R"({"max_allowed_memberships":4})");
    BOOST_TEST(invite("a@example.com").status() == 200U);
    Reply const two = bulk('[' + body("b@example.com") + ',' + body("c@example.com") + ']');
    BOOST_TEST(two.status() == 403U);
    BOOST_TEST(two.code() == "organization_membership_quota_exceeded");
    BOOST_TEST(invite("b@example.com").status() == 200U);
    BOOST_TEST(invite("c@example.com").code() == "organization_membership_quota_exceeded");
}

BOOST_FIXTURE_TEST_CASE(lists_are_filtered_ordered_and_paged, Acme) {
    std::string const first = invite("b@example.com").id();
    client.now.unix += 1;
    invite("c@example.com");
    client.now.unix += 1;
    invite("a@example.org");
    revoke(first);
    BOOST_TEST(addresses(list()) == (AddressList{"a@example.org", "c@example.com", "b@example.com"}));
    BOOST_TEST(addresses(list("order_by=email_address")) ==
               (AddressList{"a@example.org", "b@example.com", "c@example.com"}));
    BOOST_TEST(addresses(list("order_by=%2Bcreated_at&limit=1&offset=1")) == AddressList{"c@example.com"});
    BOOST_TEST(list("limit=1")["total_count"].as_int64() == 3);
    BOOST_TEST(addresses(list("status=revoked")) == AddressList{"b@example.com"});
    BOOST_TEST(addresses(list("status=revoked&status=pending")).size() == 3U);
    BOOST_TEST(addresses(list("email_address=C@example.com")) == AddressList{"c@example.com"});
    Reply const instance = client.get("/organization_invitations?query=EXAMPLE.COM&order_by=-email_address");
    BOOST_TEST(addresses(instance) == (AddressList{"c@example.com", "b@example.com"}));
    auto const& organization = instance["data"].at(0).at("public_organization_data").as_object();
    BOOST_TEST(organization.at("id").as_string() == id);
    BOOST_TEST(organization.at("slug").as_string() == "acme");
    BOOST_TEST(organization.size() == 5U);
    BOOST_TEST(!list()["data"].at(0).as_object().contains("public_organization_data"));
}

BOOST_FIXTURE_TEST_CASE(a_user_has_the_invitations_of_the_address, Acme) {
    std::string const other = client.create(R"({"name":"Other"})");
    client.call("POST", "/v1/organizations/" + other + "/invitations", body(address_of("user_2")));
    invite("ada@example.com");
    Reply const reply = client.get("/users/user_2/organization_invitations?status=pending");
    BOOST_TEST(addresses(reply).size() == 1U);
    BOOST_TEST(text(reply["data"].at(0).at("public_organization_data").at("id")) == other);
    BOOST_TEST(addresses(client.get("/users/user_2/organization_invitations?status=revoked")).empty());
    BOOST_TEST(addresses(client.get("/users/user_1/organization_invitations")).empty());
}

BOOST_FIXTURE_TEST_CASE(the_invitations_of_an_organization_go_with_it, Acme) {
    invite("ada@example.com");
    BOOST_TEST(client.call("DELETE", "/v1/organizations/" + id).status() == 200U);
    BOOST_TEST(client.get("/organization_invitations")["total_count"].as_int64() == 0);
    std::string const next = client.create(R"({"name":"Next"})");  // uses the slot of the deleted one
    client.now.unix += 31 * day;
    BOOST_TEST(client.get("/organizations/" + next + "/invitations")["total_count"].as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(seeded_invitations_are_as_many_as_the_organizations_say) {
    EmulatorOptions options{};
    options.organizations = 200;
    ServiceClient client{options};
    Reply const organizations = client.get("/organizations?limit=500");
    std::int64_t pending = 0;
    for (auto const& item : organizations["data"].as_array()) {
        pending += item.at("pending_invitations_count").as_int64();
    }
    BOOST_TEST(pending > 0);
    BOOST_TEST(client.get("/organization_invitations?status=pending")["total_count"].as_int64() == pending);
    BOOST_TEST(client.get("/organization_invitations")["total_count"].as_int64() > pending);
}

BOOST_AUTO_TEST_CASE(the_clock_goes_at_most_a_hundred_years_ahead) {
    Service service{EmulatorOptions{}};
    service.advance_clock(std::chrono::years{60});
    BOOST_CHECK_THROW(service.advance_clock(std::chrono::years{41}), std::invalid_argument);
    BOOST_CHECK_THROW(service.advance_clock(std::chrono::milliseconds::max()), std::invalid_argument);
    service.advance_clock(std::chrono::years{40});
}

BOOST_AUTO_TEST_CASE(creates_have_hourly_limits_of_the_instance) {
    EmulatorOptions options{};
    options.rate_limit = RateLimit::production;
    Acme acme{options};
    for (int i = 0; i != 250; ++i) {
        BOOST_TEST_REQUIRE(acme.invite("a" + std::to_string(i) + "@example.com").status() == 200U);
    }
    for (int i = 0; i != 50; ++i) {
        BOOST_TEST_REQUIRE(acme.bulk('[' + Acme::body("b" + std::to_string(i) + "@example.com") + ']').status() ==
                           200U);
    }
    acme.client.now.steady += std::chrono::minutes{20};
    for (Reply const& reply : {acme.invite("c@example.com"), acme.bulk('[' + Acme::body("c@example.com") + ']')}) {
        BOOST_TEST(reply.code() == "too_many_requests");
        BOOST_TEST(reply.head.retry_after.value().count() == 2400);
    }
    acme.client.service().advance_clock(std::chrono::minutes{40});
    BOOST_TEST(acme.invite("c@example.com").status() == 200U);
    BOOST_TEST(acme.bulk('[' + Acme::body("d@example.com") + ']').status() == 200U);
}

namespace {

struct Refused {
    char const* body;
    unsigned status;
    char const* code;
    char const* param;

    friend std::ostream& operator<<(std::ostream& out, Refused const& row) { return out << row.body; }
};

Refused const refused[] = {
    {"[]", 400, "request_body_invalid", ""},
    {R"({"role":"org:member"})", 422, "form_param_missing", "email_address"},
    {R"({"email_address":"a@example.com"})", 422, "form_param_missing", "role"},
    {R"({"email_address":"a","role":"org:member"})", 422, "form_param_format_invalid", "email_address"},
    {R"({"email_address":"a@b@example.com","role":"org:member"})", 422, "form_param_format_invalid", "email_address"},
    {R"({"email_address":"a@example","role":"org:member"})", 422, "form_param_format_invalid", "email_address"},
    {R"({"email_address":"a@example.com","role":"org:none"})", 404, "resource_not_found", "role"},
    {R"({"email_address":"a@example.com","role":"org:member","expires_in_days":0})", 422, "form_param_value_invalid",
     "expires_in_days"},
    {R"({"email_address":"a@example.com","role":"org:member","expires_in_days":366})", 422, "form_param_value_invalid",
     "expires_in_days"},
    {R"({"email_address":"a@example.com","role":"org:member","notify":"no"})", 422, "form_param_type_invalid",
     "notify"},
    {R"({"email_address":"a@example.com","role":"org:member","redirect_url":"here"})", 422, "form_param_format_invalid",
     "redirect_url"},
    {R"({"email_address":"a@example.com","role":"org:member","x":1})", 422, "form_param_unknown", "x"},
};

}  // namespace

BOOST_DATA_TEST_CASE(what_is_wrong_with_an_invitation_is_said, data::make(refused), row) {
    Acme acme{};
    for (auto const& [path, body] : {std::pair{acme.path, std::string{row.body}},
                                     std::pair{acme.path + "/bulk", '[' + std::string{row.body} + ']'}}) {
        Reply const reply = acme.client.call("POST", path, body);
        BOOST_TEST(reply.status() == row.status);
        BOOST_TEST(reply.code() == row.code);
        BOOST_TEST(reply.param() == row.param);
    }
    BOOST_TEST(acme.list()["total_count"].as_int64() == 0);
}

BOOST_FIXTURE_TEST_CASE(what_is_wrong_with_other_requests_is_said, Acme) {
    PinnedError const no_invitation{404, "resource_not_found", "not found", "Given organization invitation not found."};
    PinnedError const no_organization{404, "resource_not_found", "not found", "Given organization not found."};
    BOOST_TEST(pinned(get("orginv_none")) == no_invitation);
    BOOST_TEST(pinned(get("bulk")) == no_invitation);
    BOOST_TEST(pinned(revoke("orginv_none")) == no_invitation);
    BOOST_TEST(pinned(client.get("/organizations/org_none/invitations")) == no_organization);
    std::string const other = client.create(R"({"name":"Other"})");
    BOOST_TEST(pinned(client.get("/organizations/" + other + "/invitations/" + invite("a@example.com").id())) ==
               no_invitation);
    BOOST_TEST(list("status=open").param() == "status");
    BOOST_TEST(list("query=a").code() == "form_param_unknown");
    BOOST_TEST(client.get("/organization_invitations?email_address=a").code() == "form_param_unknown");
    BOOST_TEST(client.get("/users/user_1/organization_invitations?order_by=created_at").code() == "form_param_unknown");
    BOOST_TEST(revoke("orginv_none", "[]").code() == "request_body_invalid");
}

BOOST_AUTO_TEST_SUITE_END()
