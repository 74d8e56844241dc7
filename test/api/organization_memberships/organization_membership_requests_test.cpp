#include "api/organization_memberships/organization_membership_requests.hpp"

#include "support/request_rows.hpp"

#include <boost/json/object.hpp>
#include <boost/test/data/test_case.hpp>

BOOST_AUTO_TEST_SUITE(organization_membership_requests)

namespace {

using namespace clerk;
using namespace clerk::organization_memberships;
using test::BuildRequest;
using enum http::Idempotency;
namespace data = boost::unit_test::data;

Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

BuildRequest create(std::function<void(CreateOrganizationMembershipRequest&)> fill) {
    return [fill] {
        CreateOrganizationMembershipRequest request;
        request.user_id = "user_1";
        request.role = "org:member";
        fill(request);
        return create_organization_membership("org_1", request);
    };
}
BuildRequest list(std::function<void(ListOrganizationMembershipsRequest&)> fill, std::string organization = "org_1") {
    return [fill, organization] {
        ListOrganizationMembershipsRequest request;
        fill(request);
        return list_organization_memberships(organization, request);
    };
}
BuildRequest list_instance(std::function<void(ListInstanceOrganizationMembershipsRequest&)> fill) {
    return [fill] {
        ListInstanceOrganizationMembershipsRequest request;
        fill(request);
        return list_instance_organization_memberships(request);
    };
}
BuildRequest list_user(std::string user, ListUserOrganizationMembershipsRequest request = {}) {
    return [user, request] { return list_user_organization_memberships(user, request); };
}
BuildRequest get(std::string organization, std::string user) {
    return [organization, user] { return get_organization_membership(organization, user); };
}
BuildRequest remove(std::string organization, std::string user) {
    return [organization, user] { return delete_organization_membership(organization, user); };
}
BuildRequest update(std::string organization, std::string user, std::string role) {
    return [organization, user, role] {
        UpdateOrganizationMembershipRequest request;
        request.role = role;
        return update_organization_membership(organization, user, request);
    };
}
BuildRequest merge(PatchField<Metadata> public_metadata, PatchField<Metadata> private_metadata,
                   std::string user = "user_1") {
    return [=] {
        MergeOrganizationMembershipMetadataRequest request;
        request.public_metadata = public_metadata;
        request.private_metadata = private_metadata;
        return merge_organization_membership_metadata("org_1", user, request);
    };
}

constexpr std::string_view of_org = "GET /organizations/org_1/memberships";
http::RateLimit const ten_per_membership{"/organizations/org_1/memberships/user_1", 10, {}, "writes_of_membership"};

test::RequestRow const contract[] = {
    {"create_organization_membership", create([](auto&) {}), "POST /organizations/org_1/memberships",
     R"({"user_id":"user_1","role":"org:member"})", not_idempotent},
    {"create_organization_membership: metadata", create([](auto& r) {
         r.public_metadata = boost::json::object{{"a", 1}};
         r.private_metadata = Metadata{};
     }),
     "POST /organizations/org_1/memberships",
     R"({"user_id":"user_1","role":"org:member","public_metadata":{"a":1},"private_metadata":{}})", not_idempotent},
    {"create_organization_membership: null metadata", create([](auto& r) {
         r.public_metadata = nullptr;
         r.private_metadata = nullptr;
     }),
     "POST /organizations/org_1/memberships",
     R"({"user_id":"user_1","role":"org:member","public_metadata":null,"private_metadata":null})", not_idempotent},
    {"delete_organization_membership", remove("org_1", "user_1"), "DELETE /organizations/org_1/memberships/user_1"},
    {"delete_organization_membership: segments", remove("a/b", "c?d"), "DELETE /organizations/a%2Fb/memberships/c%3Fd"},
    {"get_organization_membership", get("org_1", "user_1"),
     "GET /organizations/org_1/memberships?user_id=user_1&limit=1"},
    {"get_organization_membership: encoded", get("a/b", "c&d+"),
     "GET /organizations/a%2Fb/memberships?user_id=c%26d%2B&limit=1"},
    {"list_organization_memberships", list([](auto&) {}), of_org},
    {"list_organization_memberships: one segment", list([](auto&) {}, "a/b"), "GET /organizations/a%2Fb/memberships"},
    {"list_organization_memberships: limit and offset", list([](auto& r) { r.limit = 1, r.offset = 0; }),
     "GET /organizations/org_1/memberships?limit=1&offset=0"},
    {"list_organization_memberships: order_by", list([](auto& r) { r.order_by = "+last_name"; }),
     "GET /organizations/org_1/memberships?order_by=%2Blast_name"},
    {"list_organization_memberships: user_id", list([](auto& r) { r.user_id = {"user_1", "-user_2", "+user_3"}; }),
     "GET /organizations/org_1/memberships?user_id=user_1&user_id=-user_2&user_id=%2Buser_3"},
    {"list_organization_memberships: email_address", list([](auto& r) { r.email_address = {"a@b.c", "d+e@f.g"}; }),
     "GET /organizations/org_1/memberships?email_address=a%40b.c&email_address=d%2Be%40f.g"},
    {"list_organization_memberships: phone_number", list([](auto& r) { r.phone_number = {"+15550100"}; }),
     "GET /organizations/org_1/memberships?phone_number=%2B15550100"},
    {"list_organization_memberships: username", list([](auto& r) { r.username = {"ann", "bob"}; }),
     "GET /organizations/org_1/memberships?username=ann&username=bob"},
    {"list_organization_memberships: web3_wallet", list([](auto& r) { r.web3_wallet = {"0x1"}; }),
     "GET /organizations/org_1/memberships?web3_wallet=0x1"},
    {"list_organization_memberships: role", list([](auto& r) { r.role = {"org:admin"}; }),
     "GET /organizations/org_1/memberships?role=org%3Aadmin"},
    {"list_organization_memberships: texts", list([](auto& r) {
         r.query = "q", r.email_address_query = "e", r.phone_number_query = "p";
         r.username_query = "u", r.name_query = "n m";
     }),
     "GET /organizations/org_1/memberships?query=q&email_address_query=e&phone_number_query=p&username_query=u"
     "&name_query=n%20m"},
    {"list_organization_memberships: times are milliseconds", list([](auto& r) {
         r.last_active_at_before = at(1'700'690'400'000), r.last_active_at_after = at(0);
         r.created_at_before = at(1'730'160'000'000), r.created_at_after = at(-1);
     }),
     "GET /organizations/org_1/memberships?last_active_at_before=1700690400000&last_active_at_after=0"
     "&created_at_before=1730160000000&created_at_after=-1"},
    {"list_instance_organization_memberships", list_instance([](auto&) {}), "GET /organization_memberships"},
    {"list_instance_organization_memberships: everything",
     list_instance([](auto& r) { r.limit = 500, r.offset = 7, r.order_by = "-created_at"; }),
     "GET /organization_memberships?limit=500&offset=7&order_by=-created_at"},
    {"list_user_organization_memberships", list_user("user_1"), "GET /users/user_1/organization_memberships"},
    {"list_user_organization_memberships: everything", list_user("a/b", {.limit = 2, .offset = 3}),
     "GET /users/a%2Fb/organization_memberships?limit=2&offset=3"},
    {"merge_organization_membership_metadata", merge({}, {}), "PATCH /organizations/org_1/memberships/user_1/metadata",
     "{}", idempotent, ten_per_membership},
    {"merge_organization_membership_metadata: both", merge(boost::json::object{{"a", nullptr}}, nullptr),
     "PATCH /organizations/org_1/memberships/user_1/metadata",
     R"({"public_metadata":{"a":null},"private_metadata":null})", idempotent, ten_per_membership},
    {"update_organization_membership", update("org_1", "user_1", "org:admin"),
     "PATCH /organizations/org_1/memberships/user_1", R"({"role":"org:admin"})", idempotent, ten_per_membership},
    {"update_organization_membership: ids that could be mistaken for others", update("a/memberships", "b/c", "r"),
     "PATCH /organizations/a%2Fmemberships/memberships/b%2Fc", R"({"role":"r"})", idempotent,
     http::RateLimit{"/organizations/a%2Fmemberships/memberships/b%2Fc", 10, {}, "writes_of_membership"}},
};

std::vector<std::string> const too_many(101, "x");

test::RefusedRow const refusals[] = {
    {"create_organization_membership: user_id", create([](auto& r) { r.user_id.clear(); }), "user_id"},
    {"create_organization_membership: role", create([](auto& r) { r.role.clear(); }), "role"},
    {"create_organization_membership: not UTF-8", create([](auto& r) { r.role = "\xFF"; }), "role"},
    {"delete_organization_membership: organization", remove("", "user_1"), "organization_id"},
    {"delete_organization_membership: user", remove("org_1", ".."), "user_id"},
    {"get_organization_membership: organization", get(".", "user_1"), "organization_id"},
    {"get_organization_membership: empty user", get("org_1", ""), "user_id"},
    {"get_organization_membership: minus", get("org_1", "-user_1"), "user_id"},
    {"get_organization_membership: plus", get("org_1", "+user_1"), "user_id"},
    {"list_organization_memberships: organization", list([](auto&) {}, ""), "organization_id"},
    {"list_organization_memberships: limit", list([](auto& r) { r.limit = 501; }), "limit"},
    {"list_organization_memberships: offset", list([](auto& r) { r.offset = -1; }), "offset"},
    {"list_organization_memberships: order_by", list([](auto& r) { r.order_by = "name"; }), "order_by"},
    {"list_organization_memberships: 101 users", list([](auto& r) { r.user_id = too_many; }), "user_id"},
    {"list_organization_memberships: 101 addresses", list([](auto& r) { r.email_address = too_many; }),
     "email_address"},
    {"list_organization_memberships: 101 numbers", list([](auto& r) { r.phone_number = too_many; }), "phone_number"},
    {"list_organization_memberships: 101 names", list([](auto& r) { r.username = too_many; }), "username"},
    {"list_organization_memberships: 101 wallets", list([](auto& r) { r.web3_wallet = too_many; }), "web3_wallet"},
    {"list_organization_memberships: 101 roles", list([](auto& r) { r.role = too_many; }), "role"},
    {"list_organization_memberships: empty role", list([](auto& r) { r.role = {""}; }), "role"},
    {"list_organization_memberships: query", list([](auto& r) { r.query = "\xFF"; }), "query"},
    {"list_organization_memberships: name_query", list([](auto& r) { r.name_query = "\xFF"; }), "name_query"},
    {"list_organization_memberships: time", list([](auto& r) { r.created_at_after = Timestamp::max(); }),
     "created_at_after"},
    {"list_instance_organization_memberships: limit", list_instance([](auto& r) { r.limit = 0; }), "limit"},
    {"list_instance_organization_memberships: order_by", list_instance([](auto& r) { r.order_by = "role"; }),
     "order_by"},
    {"list_user_organization_memberships: user", list_user(""), "user_id"},
    {"list_user_organization_memberships: offset", list_user("user_1", {.offset = -1}), "offset"},
    {"merge_organization_membership_metadata: user", merge({}, {}, "."), "user_id"},
    {"update_organization_membership: organization", update("", "user_1", "r"), "organization_id"},
    {"update_organization_membership: role", update("org_1", "user_1", ""), "role"},
};

}  // namespace

BOOST_DATA_TEST_CASE(has_exactly_this_wire_form, data::make(contract), row) { test::check_request(row); }
BOOST_DATA_TEST_CASE(is_refused_with_the_name_of_the_field, data::make(refusals), row) { test::check_refused(row); }

BOOST_AUTO_TEST_CASE(one_hundred_entries_are_allowed) {
    BOOST_TEST(list([](auto& r) { r.user_id.assign(100, "user_1"); })().has_value());
    BOOST_TEST(list([](auto& r) { r.role.assign(100, "r"); })().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
