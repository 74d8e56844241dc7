// Reading and changing memberships in the service.
#include "testing/pinned_error.hpp"
#include "testing/service_client.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace data = boost::unit_test::data;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(organization_memberships_service)

namespace {

using UserList = std::vector<std::string>;

UserList users(Reply const& reply) {
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    UserList out{};
    for (auto const& item : reply["data"].as_array()) {
        out.emplace_back(item.at("public_user_data").at("user_id").as_string().c_str());
    }
    return out;
}

// An organization that user_1 created.
struct Acme {
    explicit Acme(EmulatorOptions options = {}) : client(std::move(options)) {}

    ServiceClient client;
    std::string id = client.create(R"({"name":"Acme","slug":"acme","created_by":"user_1"})");
    std::string path = "/v1/organizations/" + id + "/memberships";

    Reply add(std::string const& user, std::string const& role = "org:member", std::string const& more = "") {
        return client.call("POST", path, R"({"user_id":")" + user + R"(","role":")" + role + '"' + more + '}');
    }
    Reply set_role(std::string const& user, std::string const& role) {
        return client.call("PATCH", path + '/' + user, R"({"role":")" + role + R"("})");
    }
    Reply remove(std::string const& user) { return client.call("DELETE", path + '/' + user); }
    Reply merge(std::string const& user, std::string const& body) {
        return client.call("PATCH", path + '/' + user + "/metadata", body);
    }
    Reply list(std::string const& query = "") { return client.call("GET", path + '?' + query); }
    std::int64_t members_count() {
        return client.get("/organizations/" + id + "?include_members_count=true")["members_count"].as_int64();
    }
};

std::string text(boost::json::value const& value) { return std::string{value.as_string().c_str()}; }

PinnedError const not_found{404, "resource_not_found", "not found", "Given organization membership not found."};
PinnedError const minimum{400, "organization_minimum_permissions_needed", "minimum organization permissions needed",
                          "There has to be at least one organization member with the minimum required permissions"};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_creator_of_an_organization_is_its_first_admin, Acme) {
    Reply const reply = list();
    BOOST_TEST(users(reply) == UserList{"user_1"});
    auto const& membership = reply["data"].at(0).as_object();
    BOOST_TEST(membership.at("object").as_string() == "organization_membership");
    BOOST_TEST(membership.at("role").as_string() == "org:admin");
    BOOST_TEST(membership.at("role_name").as_string() == "Admin");
    BOOST_TEST(membership.at("permissions").as_array().size() == 8U);
    BOOST_TEST(membership.at("organization") == client.get("/organizations/" + id).body);
    BOOST_TEST(membership.at("created_at").as_int64() == client.now.unix);
    BOOST_TEST(membership.at("public_user_data").as_object().size() == 10U);
}

BOOST_FIXTURE_TEST_CASE(a_user_joins_with_a_role_and_metadata, Acme) {
    Reply const reply = add("user_2", "org:member", R"(,"public_metadata":{"n":1.10},"private_metadata":null)");
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    BOOST_TEST(reply["role"].as_string() == "org:member");
    BOOST_TEST(boost::json::serialize(reply["permissions"]) ==
               R"(["org:sys_memberships:read","org:sys_billing:read"])");
    BOOST_TEST(reply.text.find(R"("public_metadata":{"n":1.10},"private_metadata":{})") != std::string::npos);
    BOOST_TEST(members_count() == 2);
    BOOST_TEST(list("user_id=user_2")["data"].at(0) == reply.body);
    BOOST_TEST(client.get("/organizations?user_id=user_2")["total_count"].as_int64() == 1);
    BOOST_TEST(pinned(add("user_2")) == (PinnedError{400, "already_a_member_in_organization", "already a member",
                                                     "user_2 is already a member of the organization."}));
    BOOST_TEST(members_count() == 2);
}

BOOST_FIXTURE_TEST_CASE(a_role_changes_and_a_member_leaves, Acme) {
    add("user_2");
    client.now.unix += 5;
    Reply const promoted = set_role("user_2", "org:admin");
    BOOST_TEST(promoted["role_name"].as_string() == "Admin");
    BOOST_TEST(promoted["updated_at"].as_int64() == client.now.unix);
    BOOST_TEST(set_role("user_2", "org:admin").text == promoted.text);  // nothing changes
    Reply const gone = remove("user_1");
    BOOST_TEST(text(gone["public_user_data"].at("user_id")) == "user_1");
    BOOST_TEST(users(list()) == UserList{"user_2"});
    BOOST_TEST(members_count() == 1);
    BOOST_TEST(pinned(remove("user_1")) == not_found);
    BOOST_TEST(pinned(set_role("user_1", "org:admin")) == not_found);
    BOOST_TEST(pinned(merge("user_404", "{}")) == not_found);
}

BOOST_FIXTURE_TEST_CASE(the_last_member_with_the_minimum_permissions_stays, Acme) {
    BOOST_TEST(pinned(remove("user_1")) == minimum);
    add("user_2");
    BOOST_TEST(pinned(remove("user_1")) == minimum);
    BOOST_TEST(pinned(set_role("user_1", "org:member")) == minimum);
    BOOST_TEST(set_role("user_1", "org:admin").status() == 200U);
    set_role("user_2", "org:admin");
    BOOST_TEST(set_role("user_1", "org:member").status() == 200U);
    BOOST_TEST(pinned(remove("user_2")) == minimum);
    std::string const flag = "missing_member_with_elevated_permissions";
    BOOST_TEST(!client.get("/organizations/" + id + "?include_" + flag + "=true")[flag].as_bool());
}

BOOST_FIXTURE_TEST_CASE(metadata_is_merged_deeply, Acme) {
    add("user_2", "org:member", R"(,"public_metadata":{"a":1,"o":{"x":1,"y":2}})");
    client.now.unix += 5;
    Reply const merged =
        merge("user_2", R"({"public_metadata":{"a":null,"o":{"x":null}},"private_metadata":{"p":[]}})");
    BOOST_TEST_REQUIRE(merged.status() == 200U, merged.text);
    BOOST_TEST(boost::json::serialize(merged["public_metadata"]) == R"({"o":{"y":2}})");
    BOOST_TEST(boost::json::serialize(merged["private_metadata"]) == R"({"p":[]})");
    BOOST_TEST(merged["updated_at"].as_int64() == client.now.unix);
    BOOST_TEST(merge("user_2", R"({"public_metadata":null})").text == merged.text);
    BOOST_TEST(merge("user_2", "{}").text == merged.text);
    std::string const large = R"({"private_metadata":{"a":")" + std::string(8185, 'x') + R"("}})";
    BOOST_TEST(merge("user_2", large).code() == "form_param_exceeds_allowed_size");
    BOOST_TEST(merge("user_2", R"({"role":"org:admin"})").code() == "form_param_unknown");
}

BOOST_FIXTURE_TEST_CASE(no_more_members_and_invitations_than_are_allowed, Acme) {
    client.patch(id, R"({"max_allowed_memberships":3})");
    BOOST_TEST(add("user_2").status() == 200U);
    BOOST_TEST(client
                   .call("POST", "/v1/organizations/" + id + "/invitations",
                         R"({"email_address":"a@example.com","role":"org:member"})")
                   .status() == 200U);
    BOOST_TEST(pinned(add("user_3")) ==
               (PinnedError{403, "organization_membership_quota_exceeded", "organization membership quota exceeded",
                            "You have reached your limit of 3 organization memberships, including outstanding "
                            "invitations."}));
    BOOST_TEST(remove("user_2").status() == 200U);
    BOOST_TEST(add("user_3").status() == 200U);
    client.patch(id, R"({"max_allowed_memberships":0})");  // none
    BOOST_TEST(add("user_2").status() == 200U);
}

BOOST_FIXTURE_TEST_CASE(the_memberships_of_an_organization_go_with_it, Acme) {
    client.create(R"({"name":"Other","created_by":"user_1"})");
    BOOST_TEST(client.get("/organization_memberships")["total_count"].as_int64() == 2);
    BOOST_TEST(client.call("DELETE", "/v1/organizations/" + id).status() == 200U);
    BOOST_TEST(client.get("/organization_memberships")["total_count"].as_int64() == 1);
    BOOST_TEST(client.get("/users/user_1/organization_memberships")["total_count"].as_int64() == 1);
    std::string const next = client.create(R"({"name":"Next"})");  // uses the slot of the deleted one
    BOOST_TEST(client.get("/organizations/" + next + "/memberships")["total_count"].as_int64() == 0);
}

BOOST_FIXTURE_TEST_CASE(lists_of_a_user_and_of_the_instance_show_each_organization, Acme) {
    client.now.unix += 1000;
    std::string const other = client.create(R"({"name":"Other","created_by":"user_1"})");
    add("user_2");
    Reply const of_user = client.get("/users/user_1/organization_memberships");
    BOOST_TEST(of_user["total_count"].as_int64() == 2);
    BOOST_TEST(text(of_user["data"].at(0).at("organization").at("id")) == other);  // the latest first
    BOOST_TEST(users(client.get("/users/user_1/organization_memberships?limit=1&offset=1")).size() == 1U);
    BOOST_TEST(client.get("/users/nobody/organization_memberships")["total_count"].as_int64() == 0);
    BOOST_TEST(client.get("/organization_memberships?limit=2")["total_count"].as_int64() == 3);
    BOOST_TEST(users(client.get("/organization_memberships?order_by=created_at")).front() == "user_1");
}

BOOST_AUTO_TEST_CASE(the_list_of_the_instance_stays_in_order_while_members_come_and_go) {
    struct Joined {
        std::int64_t at;
        std::string organization, user;
    };
    std::mt19937 random{5};
    ServiceClient client{};
    std::vector<Joined> model{};  // in the order in which they joined
    std::vector<std::string> organizations{};
    int users_made = 0;
    auto const join = [&](std::string const& organization) {
        std::string const user = "user_" + std::to_string(++users_made);
        client.call("POST", "/v1/organizations/" + organization + "/memberships",
                    R"({"user_id":")" + user + R"(","role":"org:member"})");
        model.push_back({client.now.unix, organization, user});
    };
    for (int step = 0; step != 600; ++step) {
        client.now.unix = 1'700'000'000'000 + static_cast<std::int64_t>(random() % 40);  // many at the same time
        if (organizations.empty() || random() % 40 == 0) {
            organizations.push_back(client.create(R"({"name":"Acme"})"));
        } else if (random() % 40 == 0) {
            std::string const gone = organizations[random() % organizations.size()];
            client.call("DELETE", "/v1/organizations/" + gone);
            std::erase(organizations, gone);
            std::erase_if(model, [&](Joined const& each) { return each.organization == gone; });
        } else if (!model.empty() && random() % 3 == 0) {
            auto const gone = model.begin() + static_cast<std::ptrdiff_t>(random() % model.size());
            client.call("DELETE", "/v1/organizations/" + gone->organization + "/memberships/" + gone->user);
            model.erase(gone);
        } else {
            join(organizations[random() % organizations.size()]);
        }
        if (step % 20 != 0) continue;
        UserList expected{};
        std::multimap<std::int64_t, std::string> sorted{};
        for (Joined const& each : model) sorted.emplace(each.at, each.user);
        for (auto const& each : sorted) expected.push_back(each.second);
        auto const walk = [&](std::string const& order) {
            UserList all{};
            for (std::size_t offset = 0; offset <= expected.size(); offset += 7) {
                Reply const page = client.get("/organization_memberships?limit=7&order_by=" + order +
                                              "&offset=" + std::to_string(offset));
                BOOST_TEST(page["total_count"].as_int64() == static_cast<std::int64_t>(expected.size()));
                for (std::string const& user : users(page)) all.push_back(user);
            }
            return all;
        };
        BOOST_TEST(walk("%2Bcreated_at") == expected, boost::test_tools::per_element());
        std::reverse(expected.begin(), expected.end());
        BOOST_TEST(walk("-created_at") == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(with_users_given_others_do_not_exist) {
    EmulatorOptions options{};
    options.users = {"user_1", "user_2"};
    Acme acme{options};
    PinnedError const no_user{404, "resource_not_found", "not found", "No user was found with id user_3."};
    BOOST_TEST(acme.add("user_2").status() == 200U);
    BOOST_TEST(pinned(acme.add("user_3")) == no_user);
    BOOST_TEST(pinned(acme.client.get("/users/user_3/organization_memberships")) == no_user);
    BOOST_TEST(acme.client.get("/users/user_2/organization_memberships")["total_count"].as_int64() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_list_filters_by_what_a_member_is, Acme) {
    for (int i = 2; i != 40; ++i) add("user_" + std::to_string(i));
    auto const& all = list("limit=500");
    // Each filter selects exactly the matching members.
    struct Filter {
        char const* name;
        char const* member;
    };
    for (Filter const& filter :
         {Filter{"email_address", "identifier"}, Filter{"username", "username"}, Filter{"user_id", "user_id"},
          Filter{"email_address_query", "identifier"}, Filter{"username_query", "username"},
          Filter{"name_query", "last_name"}, Filter{"query", "first_name"}}) {
        BOOST_TEST_CONTEXT(filter.name) {
            for (auto const& item : all["data"].as_array()) {
                auto const& member = item.at("public_user_data").as_object();
                if (member.at(filter.member).is_null()) continue;
                std::string value = text(member.at(filter.member));
                if (value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@") !=
                    std::string::npos) {
                    continue;
                }
                UserList const found = users(list("limit=500&" + std::string{filter.name} + '=' + value));
                BOOST_TEST(std::count(found.begin(), found.end(), text(member.at("user_id"))) == 1);
            }
            BOOST_TEST(users(list(std::string{filter.name} + "=no.such.text")).empty());
        }
    }
    BOOST_TEST(users(list("role=org:admin")) == UserList{"user_1"});
    BOOST_TEST(users(list("role=org:admin&role=org:member&limit=500")).size() == 39U);
    BOOST_TEST(users(list("user_id=-user_1&limit=500")).size() == 38U);
    BOOST_TEST(users(list("user_id=%2Buser_1&user_id=user_7&user_id=user_404&order_by=created_at")) ==
               (UserList{"user_1", "user_7"}));
    std::int64_t const middle = 1'625'000'000'000;
    for (std::string const time : {"created_at", "last_active_at"}) {
        auto const count = [&](std::string const& side) {
            return list(time + side + std::to_string(middle))["total_count"].as_int64();
        };
        BOOST_TEST(count("_before=") > 0);
        BOOST_TEST(count("_before=") + count("_after=") == 39);
        BOOST_TEST(list(time + "_after=-1&limit=1")["total_count"].as_int64() == 39);
        BOOST_TEST(list(time + "_before=-9223372036854775808")["total_count"].as_int64() == 0);
        BOOST_TEST(list(time + "_before=9223372036854775808").param(0) == time + "_before");
    }
}

BOOST_FIXTURE_TEST_CASE(a_list_is_in_the_order_asked_for, Acme) {
    for (int i = 2; i != 30; ++i) {
        client.now.unix += 1;
        add("user_" + std::to_string(i));
    }
    BOOST_TEST(users(list("limit=2")) == (UserList{"user_29", "user_28"}));  // the latest first
    BOOST_TEST(users(list("limit=2&order_by=created_at")) == (UserList{"user_1", "user_2"}));
    for (auto const& [order, member] : {std::pair{"first_name", "first_name"}, std::pair{"last_name", "last_name"},
                                        std::pair{"email_address", "identifier"}, std::pair{"username", "username"}}) {
        std::vector<std::string> values{};
        Reply const reply = list(std::string{"limit=500&order_by="} + order);
        for (auto const& item : reply["data"].as_array()) {
            auto const& value = item.at("public_user_data").at(member);
            values.push_back(value.is_null() ? "" : text(value));
        }
        BOOST_TEST(std::is_sorted(values.begin(), values.end()), order);
        UserList backwards = users(list(std::string{"limit=500&order_by=-"} + order));
        std::reverse(backwards.begin(), backwards.end());
        BOOST_TEST(backwards == users(reply));
    }
    BOOST_TEST(list("order_by=phone_number").status() == 200U);
}

BOOST_AUTO_TEST_CASE(seeded_members_are_the_same_every_time) {
    EmulatorOptions options{};
    options.organizations = 20;
    options.members_per_organization = 60;
    ServiceClient client{options};
    ServiceClient again{options};
    Reply const all = client.get("/organization_memberships?limit=500");
    BOOST_TEST(all["total_count"].as_int64() == 1200);
    BOOST_TEST(all.text == again.get("/organization_memberships?limit=500").text);
    std::set<std::string> ids{};
    for (int offset = 0; offset < 1200; offset += 500) {
        Reply const page = client.get("/organization_memberships?limit=500&offset=" + std::to_string(offset));
        for (auto const& item : page["data"].as_array()) ids.insert(text(item.at("id")));
    }
    BOOST_TEST(ids.size() == 1200U);
    Reply const organization = client.get("/organizations?limit=1&include_members_count=true");
    BOOST_TEST(organization["data"].at(0).at("members_count").as_int64() == 60);
}

BOOST_AUTO_TEST_CASE(changes_of_a_membership_have_a_limit_of_their_own) {
    EmulatorOptions options{};
    options.rate_limit = RateLimit::production;
    Acme acme{options};
    acme.add("user_2");
    for (int i = 0; i != 5; ++i) {
        BOOST_TEST(acme.set_role("user_2", "org:member").status() == 200U);
        BOOST_TEST(acme.merge("user_2", "{}").status() == 200U);
    }
    BOOST_TEST(acme.set_role("user_2", "org:member").head.retry_after.value().count() == 10);
    BOOST_TEST(acme.merge("user_2", "{}").code() == "too_many_requests");
    BOOST_TEST(acme.merge("user_1", "{}").status() == 200U);
    acme.client.now.steady += std::chrono::seconds{10};
    BOOST_TEST(acme.merge("user_2", "{}").status() == 200U);
}

namespace {

struct Refused {
    char const* method;
    char const* below;  // the memberships of the organization
    char const* body;
    unsigned status;
    char const* code;
    char const* param;

    friend std::ostream& operator<<(std::ostream& out, Refused const& row) {
        return out << row.method << ' ' << row.below << ' ' << row.body;
    }
};

Refused const refused[] = {
    {"POST", "", "[]", 400, "request_body_invalid", ""},
    {"POST", "", "{}", 422, "form_param_missing", "user_id"},
    {"POST", "", R"({"user_id":"user_2"})", 422, "form_param_missing", "role"},
    {"POST", "", R"({"user_id":1,"role":"org:member"})", 422, "form_param_type_invalid", "user_id"},
    {"POST", "", R"({"user_id":"user_2","role":"org:none"})", 404, "resource_not_found", "role"},
    {"POST", "", R"({"user_id":"user_2","role":"org:member","x":1})", 422, "form_param_unknown", "x"},
    {"POST", "", R"({"user_id":"user_2","role":"org:member","public_metadata":[]})", 422, "form_param_value_invalid",
     "public_metadata"},
    {"PATCH", "/user_1", "{}", 422, "form_param_missing", "role"},
    {"PATCH", "/user_1", R"({"role":"admin"})", 404, "resource_not_found", "role"},
    {"PATCH", "/user_1", R"({"role":"org:admin","public_metadata":{}})", 422, "form_param_unknown", "public_metadata"},
    {"GET", "?limit=0", "", 422, "form_param_value_invalid", "limit"},
    {"GET", "?order_by=id", "", 422, "form_param_value_invalid", "order_by"},
    {"GET", "?created_at_before=soon", "", 422, "form_param_value_invalid", "created_at_before"},
    {"GET", "?query=a&query=b", "", 422, "form_param_duplicate", "query"},
    {"GET", "?status=pending", "", 422, "form_param_unknown", "status"},
    {"GET", "/user_1", "", 405, "method_not_allowed", ""},
};

}  // namespace

BOOST_DATA_TEST_CASE(what_is_wrong_with_a_request_is_said, data::make(refused), row) {
    Acme acme{};
    std::string const before = acme.list().text;
    Reply const reply = acme.client.call(row.method, acme.path + row.below, row.body);
    BOOST_TEST(reply.status() == row.status);
    BOOST_TEST(reply.code() == row.code);
    BOOST_TEST(reply.param() == row.param);
    BOOST_TEST(acme.list().text == before);
}

BOOST_FIXTURE_TEST_CASE(an_organization_has_to_be_there, Acme) {
    for (std::string const elsewhere :
         {"/v1/organizations/org_none/memberships", "/v1/organizations/acme/memberships"}) {
        PinnedError const gone{404, "resource_not_found", "not found", "Given organization not found."};
        BOOST_TEST(pinned(client.call("GET", elsewhere)) == gone);
        BOOST_TEST(pinned(client.call("POST", elsewhere, R"({"user_id":"u","role":"org:member"})")) == gone);
        BOOST_TEST(pinned(client.call("DELETE", elsewhere + "/user_1")) == gone);
    }
}

BOOST_FIXTURE_TEST_CASE(a_filter_takes_a_hundred_values, Acme) {
    for (std::string const name : {"user_id", "email_address", "phone_number", "username", "web3_wallet", "role"}) {
        std::string query{};
        for (int i = 0; i != 100; ++i) (query += name) += "=x&";
        BOOST_TEST(list(query).status() == 200U);
        Reply const reply = list(query + name + "=x");
        BOOST_TEST(reply.code() == "form_param_array_size_exceeded");
        BOOST_TEST(reply.param() == name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
