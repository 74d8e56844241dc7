// Reading roles in the service.
#include "testing/pinned_error.hpp"
#include "testing/service_client.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(organization_roles_service)

namespace {

using KeyList = std::vector<std::string>;

KeyList keys(boost::json::value const& items) {
    KeyList out{};
    for (auto const& item : items.as_array()) out.emplace_back(item.at("key").as_string().c_str());
    return out;
}

struct Roles {
    ServiceClient client{};

    KeyList list(std::string const& query) {
        Reply const reply = client.get("/organization_roles?" + query);
        BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
        return keys(reply["data"]);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(every_instance_has_an_admin_and_a_member, Roles) {
    Reply const reply = client.get("/organization_roles");
    BOOST_TEST(reply["total_count"].as_int64() == 2);
    BOOST_TEST(keys(reply["data"]) == (KeyList{"org:member", "org:admin"}));
    auto const& member = reply["data"].at(0).as_object();
    BOOST_TEST(member.at("object").as_string() == "role");
    BOOST_TEST(member.at("name").as_string() == "Member");
    BOOST_TEST(!member.at("is_creator_eligible").as_bool());
    BOOST_TEST(keys(member.at("permissions")) == (KeyList{"org:sys_memberships:read", "org:sys_billing:read"}));
    auto const& permission = member.at("permissions").at(0).as_object();
    BOOST_TEST(permission.at("object").as_string() == "permission");
    BOOST_TEST(permission.at("type").as_string() == "system");
    auto const& admin = reply["data"].at(1).as_object();
    BOOST_TEST(admin.at("is_creator_eligible").as_bool());
    BOOST_TEST(admin.at("permissions").as_array().size() == 8U);
}

BOOST_FIXTURE_TEST_CASE(a_list_has_pages_orders_and_a_query, Roles) {
    BOOST_TEST(list("order_by=created_at") == (KeyList{"org:admin", "org:member"}));
    BOOST_TEST(list("order_by=-key") == (KeyList{"org:member", "org:admin"}));
    BOOST_TEST(list("order_by=%2Bname") == (KeyList{"org:admin", "org:member"}));
    BOOST_TEST(list("limit=1&offset=1") == (KeyList{"org:admin"}));
    BOOST_TEST(list("offset=2").empty());
    BOOST_TEST(list("query=ADM") == (KeyList{"org:admin"}));
    BOOST_TEST(list("query=none").empty());
    std::string const id{client.get("/organization_roles?query=adm")["data"].at(0).at("id").as_string().c_str()};
    BOOST_TEST(list("query=" + id) == (KeyList{"org:admin"}));
    BOOST_TEST(list("query=" + id.substr(0, 20)).empty());  // ids match only completely
}

BOOST_FIXTURE_TEST_CASE(a_role_is_found_by_its_id, Roles) {
    auto const all = client.get("/organization_roles");
    std::string const id{all["data"].at(0).at("id").as_string().c_str()};
    BOOST_TEST(client.get("/organization_roles/" + id).body == all["data"].at(0));
    BOOST_TEST(pinned(client.get("/organization_roles/org:admin")) ==
               (PinnedError{404, "resource_not_found", "not found", "Organization role not found",
                            about_param("organization_role_id")}));
}

BOOST_FIXTURE_TEST_CASE(what_is_wrong_with_a_request_is_said, Roles) {
    BOOST_TEST(client.get("/organization_roles?order_by=id").error().at("long_message").as_string() ==
               "order_by must be one of created_at, name, key, with an optional + or -.");
    BOOST_TEST(client.get("/organization_roles?limit=501").code() == "form_param_value_invalid");
    BOOST_TEST(client.get("/organization_roles?role=x").code() == "form_param_unknown");
    BOOST_TEST(client.get("/organization_roles/x?query=x").code() == "form_param_unknown");
    Reply const reply = client.call("PUT", "/v1/organization_roles");
    BOOST_TEST(reply.status() == 405U);
    BOOST_TEST(reply.head.allow == "GET");
}

BOOST_AUTO_TEST_SUITE_END()
