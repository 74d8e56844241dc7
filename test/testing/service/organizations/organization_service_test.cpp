// Successful operations of the service.
#include "testing/images.hpp"
#include "testing/service_client.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace data = boost::unit_test::data;
namespace json = boost::json;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(service)

namespace {

std::vector<std::string> names(Reply const& reply) {
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    std::vector<std::string> out{};
    for (json::value const& item : reply["data"].as_array()) out.emplace_back(item.at("name").as_string().c_str());
    return out;
}

using NameList = std::vector<std::string>;

// Three organizations: Alpha (user 1), beta (user 2), Gamma (no users), created in that order.
struct Trio {
    ServiceClient client{};
    std::string alpha =
        client.create(R"({"name":"Alpha","slug":"first","created_by":"user_1","created_at":"2020-01-01T00:00:00Z"})");
    std::string beta =
        client.create(R"({"name":"beta","slug":"second-x","created_by":"user_2","created_at":"2021-01-01T00:00:00Z"})");
    std::string gamma = client.create(R"({"name":"Gamma","slug":"third","created_at":"2022-01-01T00:00:00Z"})");

    NameList list(std::string const& query) { return names(client.get("/organizations?" + query)); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(creates_with_everything) {
    ServiceClient client{};
    Reply const reply = client.post(
        R"({"name":"Acme é🚀","slug":"acme-1","created_by":"user_1","max_allowed_memberships":9007199254740993,)"
        R"("created_at":"2012-10-20T07:15:20.902Z","role_set_key":"role_set:x","public_metadata":{"n":1.10},"private_metadata":{"p":[]}})");
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    json::value const wanted = json::parse(
        R"({"object":"organization","id":")" + reply.id() +
        R"(","name":"Acme é🚀","slug":"acme-1","image_url":"https://img.clerk.com/)" + reply.id().substr(4) +
        R"(","has_image":false,"pending_invitations_count":0,"max_allowed_memberships":9007199254740993,)"
        R"("admin_delete_enabled":true,"public_metadata":{"n":1.1},"private_metadata":{"p":[]},"created_by":"user_1",)"
        R"("created_at":1350717320902,"updated_at":1700000000000,"role_set_key":"role_set:x"})");
    BOOST_TEST(json::serialize(reply.body) == json::serialize(wanted));
    BOOST_TEST(reply.text.find(R"("n":1.10)") != std::string::npos);  // digits as sent
    BOOST_TEST(client.get("/organizations/" + reply.id()).text == reply.text);
    BOOST_TEST(client.get("/organizations/acme-1").text == reply.text);
}

BOOST_AUTO_TEST_CASE(creates_with_a_name_alone) {
    ServiceClient client{};
    Reply const reply =
        client.post(R"({"name":"Acme & Co","slug":null,"created_by":null,"max_allowed_memberships":null,)"
                    R"("created_at":null,"role_set_key":null,"public_metadata":null,"private_metadata":null})");
    BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
    BOOST_TEST(reply["slug"].as_string() == "acme-co-1700000000");
    BOOST_TEST(reply["max_allowed_memberships"].as_int64() == 0);
    BOOST_TEST(reply["created_at"].as_int64() == 1'700'000'000'000);
    BOOST_TEST(reply["public_metadata"].as_object().empty());
    BOOST_TEST(reply["role_set_key"].is_null());
    BOOST_TEST(!reply.body.as_object().contains("created_by"));
    BOOST_TEST(!reply.body.as_object().contains("last_active_at"));
    BOOST_TEST(client.post(R"({"name":"Acme & Co"})")["slug"].as_string() == "acme-co-1700000001");
    BOOST_TEST(client.post(R"({"name":"東京"})")["slug"].as_string() == "org-1700000000");
    std::string name{};
    for (int i = 0; i != 256; ++i) name += "é";  // characters count, not bytes
    BOOST_TEST(client.post(R"({"name":")" + name + R"("})").status() == 200U);
}

BOOST_AUTO_TEST_CASE(counts_members_when_asked) {
    Trio trio{};
    auto const get = [&](std::string const& target) { return trio.client.get("/organizations/" + target); };
    BOOST_TEST(!get(trio.alpha).body.as_object().contains("members_count"));
    BOOST_TEST(!get(trio.alpha + "?include_members_count=false").body.as_object().contains("members_count"));
    BOOST_TEST(get(trio.alpha + "?include_members_count=true")["members_count"].as_int64() == 1);
    BOOST_TEST(get(trio.gamma + "?include_members_count=true")["members_count"].as_int64() == 0);
    std::string const flag = "missing_member_with_elevated_permissions";
    BOOST_TEST(!get(trio.alpha).body.as_object().contains(flag));
    BOOST_TEST(!get(trio.alpha + "?include_" + flag + "=true")[flag].as_bool());
    BOOST_TEST(get(trio.gamma + "?include_" + flag + "=true")[flag].as_bool());
}

BOOST_AUTO_TEST_CASE(updates_what_is_present) {
    Trio trio{};
    std::string const before = trio.client.get("/organizations/" + trio.alpha).text;
    trio.client.now.unix += 1000;
    BOOST_TEST(trio.client.patch(trio.alpha, "{}").text == before);

    Reply const changed = trio.client.patch(
        trio.alpha, R"({"name":"New","slug":"new-slug","max_allowed_memberships":0,"admin_delete_enabled":false,)"
                    R"("created_at":"2023-01-01T00:00:00+01:00","role_set_key":"k"})");
    BOOST_TEST(changed.status() == 200U, changed.text);
    BOOST_TEST(changed["name"].as_string() == "New");
    BOOST_TEST(changed["slug"].as_string() == "new-slug");
    BOOST_TEST(!changed["admin_delete_enabled"].as_bool());
    BOOST_TEST(changed["created_at"].as_int64() == 1'672'527'600'000);
    BOOST_TEST(changed["updated_at"].as_int64() == 1'700'000'001'000);
    BOOST_TEST(changed["role_set_key"].as_string() == "k");
    BOOST_TEST(trio.list("order_by=created_at") == (NameList{"beta", "Gamma", "New"}));  // the new time counts

    Reply const cleared =
        trio.client.patch(trio.alpha, R"({"name":null,"slug":null,"max_allowed_memberships":null,)"
                                      R"("admin_delete_enabled":null,"created_at":null,"role_set_key":null})");
    BOOST_TEST(cleared["name"].as_string() == "New");
    BOOST_TEST(cleared["slug"].is_null());
    BOOST_TEST(cleared["admin_delete_enabled"].as_bool());
    BOOST_TEST(cleared["created_at"].as_int64() == 1'672'527'600'000);
    BOOST_TEST(cleared["role_set_key"].is_null());
    BOOST_TEST(cleared["updated_at"].as_int64() == 1'700'000'001'001);  // every write shows
    BOOST_TEST(trio.client.get("/organizations/new-slug").status() == 404U);
}

BOOST_AUTO_TEST_CASE(keeps_slugs_unique_and_frees_them) {
    Trio trio{};
    BOOST_TEST(trio.client.patch(trio.beta, R"({"slug":"first"})").code() == "form_identifier_exists");
    BOOST_TEST(trio.client.patch(trio.alpha, R"({"slug":"first"})").status() == 200U);  // its own
    BOOST_TEST(trio.client.patch(trio.alpha, R"({"slug":"moved"})").status() == 200U);
    BOOST_TEST(trio.client.patch(trio.beta, R"({"slug":"first"})").status() == 200U);
    BOOST_TEST(trio.client.get("/organizations/first").id() == trio.beta);
    BOOST_TEST(trio.client.call("DELETE", "/v1/organizations/" + trio.beta).status() == 200U);
    BOOST_TEST(trio.client.post(R"({"name":"Again","slug":"first"})").status() == 200U);
}

BOOST_AUTO_TEST_CASE(accepts_metadata_in_patch_on_older_versions) {
    Trio trio{};
    for (char const* const version : {"2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10"}) {
        trio.client.api_version = version;
        Reply const set =
            trio.client.patch(trio.alpha, R"({"public_metadata":{"a":{"x":1}},"private_metadata":{"p":1}})");
        BOOST_TEST(set.status() == 200U, set.text);
        Reply const reset = trio.client.patch(trio.alpha, R"({"public_metadata":{"a":{"y":null}}})");
        BOOST_TEST(json::serialize(reset["public_metadata"]) == R"({"a":{"y":null}})");  // replaced, not merged
        BOOST_TEST(json::serialize(reset["private_metadata"]) == R"({"p":1})");
        BOOST_TEST(trio.client.patch(trio.alpha, R"({"private_metadata":null})")["private_metadata"].is_null());
    }
    trio.client.api_version = "2026-05-12";
    BOOST_TEST(trio.client.patch(trio.alpha, R"({"public_metadata":{}})").code() == "form_param_unknown");
    trio.client.api_version.reset();
    BOOST_TEST(trio.client.patch(trio.alpha, R"({"public_metadata":{}})").code() == "form_param_unknown");
}

BOOST_AUTO_TEST_CASE(merges_and_replaces_metadata) {
    ServiceClient client{};
    std::string const id =
        client.create(R"({"name":"A","public_metadata":{"a":1,"o":{"x":1,"y":2}},"private_metadata":{"p":1}})");
    std::string const path = "/v1/organizations/" + id + "/metadata";
    auto const metadata = [](Reply const& reply) {
        BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
        return json::serialize(reply["public_metadata"]) + json::serialize(reply["private_metadata"]);
    };
    std::int64_t const created = client.now.unix;
    BOOST_TEST(client.call("PATCH", path, "{}")["updated_at"].as_int64() == created);
    BOOST_TEST(
        metadata(client.call("PATCH", path, R"({"public_metadata":{"a":null,"o":{"x":null,"z":{"w":null}}}})")) ==
        R"({"o":{"y":2,"z":{}}}{"p":1})");
    BOOST_TEST(metadata(client.call("PATCH", path, R"({"public_metadata":null,"private_metadata":{"q":2}})")) ==
               R"({"o":{"y":2,"z":{}}}{"p":1,"q":2})");
    BOOST_TEST(metadata(client.call("PUT", path, R"({"public_metadata":{"n":null}})")) == R"({"n":null}{"p":1,"q":2})");
    BOOST_TEST(metadata(client.call("PUT", path, R"({"private_metadata":{}})")) == R"({"n":null}{})");
    BOOST_TEST(metadata(client.call("PUT", path, R"({"public_metadata":null})")) == "null{}");
    BOOST_TEST(client.get("/organizations/" + id)["public_metadata"].is_null());
    BOOST_TEST(metadata(client.call("PATCH", path, R"({"public_metadata":{"back":true}})")) == R"({"back":true}{})");
    BOOST_TEST(client.get("/organizations/" + id)["updated_at"].as_int64() > created);
}

BOOST_AUTO_TEST_CASE(deletes) {
    Trio trio{};
    Reply const reply = trio.client.call("DELETE", "/v1/organizations/" + trio.alpha);
    BOOST_TEST(reply.text == R"({"object":"organization","id":")" + trio.alpha + R"(","slug":"first","deleted":true})");
    BOOST_TEST(trio.client.get("/organizations/" + trio.alpha).status() == 404U);
    BOOST_TEST(trio.client.get("/organizations/first").status() == 404U);
    BOOST_TEST(trio.client.call("DELETE", "/v1/organizations/" + trio.alpha).status() == 404U);
    BOOST_TEST(trio.list("") == (NameList{"Gamma", "beta"}));
    BOOST_TEST(trio.client.service().organizations() == 2U);
}

BOOST_AUTO_TEST_CASE(takes_logos) {
    ServiceClient client{};
    std::string const id = client.create(R"({"name":"A"})");
    std::string const path = "/v1/organizations/" + id + "/logo";
    client.content_type = "multipart/form-data; boundary=\"a b\"";
    std::set<std::string> urls{};
    for (std::string const& image : {tiny_png(), tiny_gif(), tiny_jpeg(), tiny_webp(), tiny_ico()}) {
        Reply const reply =
            client.call("PUT", path,
                        "--a b\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n"
                        "--a b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"my \\\"logo\\\".png\"\r\n"
                        "Content-Type: application/octet-stream\r\n\r\n" +
                            image + "\r\n--a b--\r\n");
        BOOST_TEST_REQUIRE(reply.status() == 200U, reply.text);
        BOOST_TEST(reply["has_image"].as_bool());
        BOOST_TEST(reply["logo_url"] == reply["image_url"]);
        urls.emplace(reply["image_url"].as_string().c_str());
    }
    BOOST_TEST(urls.size() == 5U);  // each upload has its own URL
    BOOST_TEST(!client.get("/organizations/" + id).body.as_object().contains("logo_url"));
    Reply const removed = client.call("DELETE", path);
    BOOST_TEST(removed.status() == 200U);
    BOOST_TEST(!removed["has_image"].as_bool());
    BOOST_TEST(!removed["image_url"].as_string().empty());
    BOOST_TEST(client.call("DELETE", path).code() == "image_not_found");
}

BOOST_AUTO_TEST_CASE(orders_lists) {
    Trio trio{};
    BOOST_TEST(trio.list("") == (NameList{"Gamma", "beta", "Alpha"}));
    BOOST_TEST(trio.list("order_by=-created_at") == (NameList{"Gamma", "beta", "Alpha"}));
    BOOST_TEST(trio.list("order_by=created_at") == (NameList{"Alpha", "beta", "Gamma"}));
    BOOST_TEST(trio.list("order_by=%2Bcreated_at") == (NameList{"Alpha", "beta", "Gamma"}));
    BOOST_TEST(trio.list("order_by=name") == (NameList{"Alpha", "Gamma", "beta"}));
    BOOST_TEST(trio.list("order_by=-name") == (NameList{"beta", "Gamma", "Alpha"}));
    BOOST_TEST(trio.list("order_by=members_count").front() == "Gamma");
    BOOST_TEST(trio.list("order_by=-members_count").back() == "Gamma");
}

BOOST_AUTO_TEST_CASE(pages_and_filters_lists) {
    Trio trio{};
    BOOST_TEST(trio.list("limit=1&offset=1") == NameList{"beta"});
    BOOST_TEST(trio.list("offset=3").empty());
    BOOST_TEST(trio.list("offset=9223372036854775807").empty());
    BOOST_TEST(trio.client.get("/organizations?limit=1&offset=2")["total_count"].as_int64() == 3);
    BOOST_TEST(trio.client.get("/organizations?query=a&limit=1")["total_count"].as_int64() == 3);

    BOOST_TEST(trio.list("query=ALPH") == NameList{"Alpha"});
    BOOST_TEST(trio.list("query=d-x") == NameList{"beta"});
    BOOST_TEST(trio.list("query=" + trio.gamma) == NameList{"Gamma"});
    BOOST_TEST(trio.list("query=" + trio.gamma.substr(0, 20)).empty());  // ids match only completely
    BOOST_TEST(trio.list("query=%25").empty());
    BOOST_TEST(trio.list("query=").size() == 3U);
    BOOST_TEST(trio.list("query=a&offset=1&limit=1") == NameList{"beta"});

    BOOST_TEST(trio.list("user_id=user_1") == NameList{"Alpha"});
    BOOST_TEST(trio.list("user_id=%2Buser_1&user_id=user_2&user_id=user_404") == (NameList{"beta", "Alpha"}));
    BOOST_TEST(trio.list("user_id=-user_1") == (NameList{"Gamma", "beta"}));
    BOOST_TEST(trio.list("user_id=user_1&user_id=-user_1").empty());
    BOOST_TEST(trio.list("user_id=user_404").empty());
    BOOST_TEST(trio.list("user_id=-user_404").size() == 3U);
    BOOST_TEST(trio.list("user_id=user_1,user_2").empty());  // one single unknown id

    BOOST_TEST(trio.list("organization_id=" + trio.gamma + "&organization_id=%2B" + trio.alpha) ==
               (NameList{"Gamma", "Alpha"}));
    BOOST_TEST(trio.list("organization_id=-" + trio.gamma + "&organization_id=org_404").empty());
    BOOST_TEST(trio.list("organization_id=-" + trio.gamma) == (NameList{"beta", "Alpha"}));
    BOOST_TEST(trio.list("organization_id=+" + trio.gamma).empty());  // the raw plus is a space
    BOOST_TEST(trio.list("organization_id=" + trio.gamma + "&user_id=user_1").empty());
}

BOOST_AUTO_TEST_CASE(includes_in_lists) {
    Trio trio{};
    Reply const reply = trio.client.get(
        "/organizations?include_members_count=true&include_missing_member_with_elevated_permissions=true&order_by="
        "created_at");
    BOOST_TEST(reply["data"].at(0).at("members_count").as_int64() == 1);
    BOOST_TEST(reply["data"].at(2).at("members_count").as_int64() == 0);
    BOOST_TEST(reply["data"].at(2).at("missing_member_with_elevated_permissions").as_bool());
}

BOOST_AUTO_TEST_CASE(can_be_without_slugs) {
    EmulatorOptions options{};
    options.slugs_enabled = false;
    options.organizations = 20;
    ServiceClient client{options};
    Reply const seeded = client.get("/organizations?limit=500");
    for (json::value const& item : seeded["data"].as_array()) BOOST_TEST(item.at("slug").is_null());
    BOOST_TEST(client.post(R"({"name":"A","slug":"a"})").code() == "organization_slugs_disabled");
    BOOST_TEST(client.post(R"({"name":"A","slug":"a"})").status() == 403U);
    Reply const made = client.post(R"({"name":"A","slug":null})");
    BOOST_TEST(made["slug"].is_null());
    BOOST_TEST(client.patch(made.id(), R"({"slug":"a"})").code() == "organization_slugs_disabled");
    BOOST_TEST(client.call("DELETE", "/v1/organizations/" + made.id()).body.as_object().contains("slug") == false);
}

BOOST_AUTO_TEST_CASE(decodes_the_path) {
    Trio trio{};
    BOOST_TEST(trio.client.get("/organizations/%66irst").id() == trio.alpha);
    BOOST_TEST(trio.client.get("/organizations/a%2Fb").status() == 404U);
}

BOOST_AUTO_TEST_CASE(traces_are_unique) {
    ServiceClient client{};
    std::set<std::string> traces{};
    for (int i = 0; i != 1000; ++i) traces.emplace(client.get("/organizations").head.trace());
    BOOST_TEST(traces.size() == 1000U);
    BOOST_TEST(client.service().requests() == 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
