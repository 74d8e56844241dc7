// Every way in which the service refuses a request, as a table.
#include "testing/images.hpp"
#include "testing/service_client.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>
#include <string>

namespace data = boost::unit_test::data;
using namespace clerk::testing;

namespace {

struct Refusal {
    char const* method;
    char const* target;  // below /v1; ID stands for an organization that exists
    std::string body;
    unsigned status;
    char const* code;
    char const* param;
    char const* message;

    friend std::ostream& operator<<(std::ostream& out, Refusal const& row) {
        return out << row.method << ' ' << row.target << ' ' << row.body.substr(0, 200);
    }
};

std::string const long_name(257, 'n');

std::array const refusals{
    // Bodies that cannot be read.
    Refusal{"POST", "/organizations", "", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"POST", "/organizations", "{", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"POST", "/organizations", "[]", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"POST", "/organizations", "\"x\"", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"PATCH", "/organizations/ID", "null", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"PATCH", "/organizations/ID/metadata", "{]", 400, "request_body_invalid", "", "Request body invalid"},
    Refusal{"PUT", "/organizations/ID/metadata", "", 400, "request_body_invalid", "", "Request body invalid"},
    // Create.
    Refusal{"POST", "/organizations", "{}", 422, "form_param_missing", "name", "is missing"},
    Refusal{"POST", "/organizations", R"({"name":""})", 422, "form_param_missing", "name", "is missing"},
    Refusal{"POST", "/organizations", R"({"name":" \t"})", 422, "form_param_missing", "name", "is missing"},
    Refusal{"POST", "/organizations", R"({"name":null})", 422, "form_param_missing", "name", "is missing"},
    Refusal{"POST", "/organizations", R"({"name":7})", 422, "form_param_type_invalid", "name", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":")" + long_name + R"("})", 422, "form_param_max_length_exceeded",
            "name", "exceeds maximum length"},
    Refusal{"POST", "/organizations", R"({"name":"see https://a.example"})", 422, "form_param_value_invalid", "name",
            "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"<b>Acme</b>"})", 422, "form_param_value_invalid", "name",
            "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","slug":"A B"})", 422, "form_param_format_invalid", "slug",
            "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","slug":""})", 422, "form_param_format_invalid", "slug",
            "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","slug":1})", 422, "form_param_type_invalid", "slug", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","slug":"taken"})", 422, "form_identifier_exists", "slug",
            "is taken"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_by":"user_unknown"})", 400,
            "organization_creator_not_found", "created_by", "creator not found"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_by":""})", 400, "organization_creator_not_found",
            "created_by", "creator not found"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_by":[]})", 422, "form_param_type_invalid", "created_by",
            "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","max_allowed_memberships":-1})", 422, "form_param_value_invalid",
            "max_allowed_memberships", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","max_allowed_memberships":"5"})", 422, "form_param_type_invalid",
            "max_allowed_memberships", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","max_allowed_memberships":10.0})", 422, "form_param_type_invalid",
            "max_allowed_memberships", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","max_allowed_memberships":99999999999999999999})", 422,
            "form_param_type_invalid", "max_allowed_memberships", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_at":"yesterday"})", 422, "form_param_invalid_time",
            "created_at", "invalid format"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_at":"2023-02-30T00:00:00Z"})", 422,
            "form_param_invalid_time", "created_at", "invalid format"},
    Refusal{"POST", "/organizations", R"({"name":"A","created_at":1700000000000})", 422, "form_param_type_invalid",
            "created_at", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","public_metadata":[]})", 422, "form_param_type_invalid",
            "public_metadata", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","private_metadata":"{}"})", 422, "form_param_type_invalid",
            "private_metadata", "is invalid"},
    Refusal{"POST", "/organizations", R"({"name":"A","colour":"red"})", 422, "form_param_unknown", "colour",
            "is unknown"},
    Refusal{"POST", "/organizations", R"({"name":"A","admin_delete_enabled":true})", 422, "form_param_unknown",
            "admin_delete_enabled", "is unknown"},
    // Update.
    Refusal{"PATCH", "/organizations/ID", R"({"name":""})", 422, "form_param_value_invalid", "name", "is invalid"},
    Refusal{"PATCH", "/organizations/ID", R"({"name":")" + long_name + R"("})", 422, "form_param_max_length_exceeded",
            "name", "exceeds maximum length"},
    Refusal{"PATCH", "/organizations/ID", R"({"slug":"taken"})", 422, "form_identifier_exists", "slug", "is taken"},
    Refusal{"PATCH", "/organizations/ID", R"({"slug":"Ü"})", 422, "form_param_format_invalid", "slug", "is invalid"},
    Refusal{"PATCH", "/organizations/ID", R"({"admin_delete_enabled":"true"})", 422, "form_param_type_invalid",
            "admin_delete_enabled", "is invalid"},
    Refusal{"PATCH", "/organizations/ID", R"({"created_at":"2020-01-01"})", 422, "form_param_invalid_time",
            "created_at", "invalid format"},
    Refusal{"PATCH", "/organizations/ID", R"({"public_metadata":{}})", 422, "form_param_unknown", "public_metadata",
            "is unknown"},
    Refusal{"PATCH", "/organizations/ID", R"({"private_metadata":null})", 422, "form_param_unknown", "private_metadata",
            "is unknown"},
    Refusal{"PATCH", "/organizations/ID", R"({"created_by":"user_1"})", 422, "form_param_unknown", "created_by",
            "is unknown"},
    // Metadata.
    Refusal{"PATCH", "/organizations/ID/metadata", R"({"public_metadata":[]})", 422, "form_param_type_invalid",
            "public_metadata", "is invalid"},
    Refusal{"PUT", "/organizations/ID/metadata", R"({"private_metadata":3})", 422, "form_param_type_invalid",
            "private_metadata", "is invalid"},
    Refusal{"PATCH", "/organizations/ID/metadata", R"({"name":"A"})", 422, "form_param_unknown", "name", "is unknown"},
    // Lists.
    Refusal{"GET", "/organizations?limit=0", "", 422, "form_param_value_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=501", "", 422, "form_param_value_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=-1", "", 422, "form_param_value_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=99999999999999999999", "", 422, "form_param_value_invalid", "limit",
            "is invalid"},
    Refusal{"GET", "/organizations?limit=abc", "", 422, "form_param_type_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=10.0", "", 422, "form_param_type_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=", "", 422, "form_param_type_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?limit=%2B5", "", 422, "form_param_type_invalid", "limit", "is invalid"},
    Refusal{"GET", "/organizations?offset=-1", "", 422, "form_param_value_invalid", "offset", "is invalid"},
    Refusal{"GET", "/organizations?offset=1e3", "", 422, "form_param_type_invalid", "offset", "is invalid"},
    Refusal{"GET", "/organizations?order_by=updated_at", "", 422, "form_param_value_invalid", "order_by", "is invalid"},
    Refusal{"GET", "/organizations?order_by=+created_at", "", 422, "form_param_value_invalid", "order_by",
            "is invalid"},
    Refusal{"GET", "/organizations?order_by=--name", "", 422, "form_param_value_invalid", "order_by", "is invalid"},
    Refusal{"GET", "/organizations?order_by=", "", 422, "form_param_value_invalid", "order_by", "is invalid"},
    Refusal{"GET", "/organizations?include_members_count=1", "", 422, "form_param_type_invalid",
            "include_members_count", "is invalid"},
    Refusal{"GET", "/organizations/ID?include_missing_member_with_elevated_permissions=TRUE", "", 422,
            "form_param_type_invalid", "include_missing_member_with_elevated_permissions", "is invalid"},
    // Nothing there.
    Refusal{"GET", "/organizations/org_none", "", 404, "resource_not_found", "", "not found"},
    Refusal{"GET", "/organizations/Taken", "", 404, "resource_not_found", "", "not found"},
    Refusal{"PATCH", "/organizations/org_none", "{}", 404, "resource_not_found", "", "not found"},
    Refusal{"PATCH", "/organizations/taken", "{}", 404, "resource_not_found", "", "not found"},
    Refusal{"DELETE", "/organizations/taken", "", 404, "resource_not_found", "", "not found"},
    Refusal{"PATCH", "/organizations/org_none/metadata", "{}", 404, "resource_not_found", "", "not found"},
    Refusal{"PUT", "/organizations/org_none/metadata", "{}", 404, "resource_not_found", "", "not found"},
    Refusal{"DELETE", "/organizations/org_none/logo", "", 404, "resource_not_found", "", "not found"},
    Refusal{"DELETE", "/organizations/ID/logo", "", 404, "image_not_found", "", "Image not found"},
    Refusal{"GET", "/users", "", 404, "resource_not_found", "", "not found"},
    Refusal{"GET", "/organizations/", "", 404, "resource_not_found", "", "not found"},
    Refusal{"GET", "/organizations/ID/", "", 404, "resource_not_found", "", "not found"},
    Refusal{"GET", "/organizations/ID/memberships", "", 404, "resource_not_found", "", "not found"},
    Refusal{"GET", "/organizations/%zz", "", 400, "request_invalid", "", "Request invalid"},
    Refusal{"PUT", "/organizations", "{}", 405, "method_not_allowed", "", "Method not allowed"},
    Refusal{"POST", "/organizations/ID", "{}", 405, "method_not_allowed", "", "Method not allowed"},
    Refusal{"GET", "/organizations/ID/logo", "", 405, "method_not_allowed", "", "Method not allowed"},
    Refusal{"PUT", "/organizations/ID/logo", "{}", 415, "unsupported_content_type", "", "Content-Type is unsupported"},
};

EmulatorOptions strict_options() {
    EmulatorOptions options{};
    options.users = {"user_1", "user_2"};
    return options;
}

std::string form(std::string const& content, std::string const& disposition = "name=\"file\"; filename=\"a\"") {
    return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: image/png\r\n\r\n" + content +
           "\r\n--B--\r\n";
}

std::string replaced(std::string text, std::string const& id) {
    if (auto const at = text.find("ID"); at != std::string::npos) text.replace(at, 2, id);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service_errors)

BOOST_DATA_TEST_CASE(follow_the_table, data::make(refusals), row) {
    ServiceClient client{strict_options()};
    std::string const id = client.create(R"({"name":"One"})");
    client.create(R"({"name":"Two","slug":"taken"})");
    std::string const before = client.get("/organizations").text;

    Reply const reply = client.call(row.method, "/v1" + replaced(row.target, id), row.body);
    BOOST_TEST(reply.status() == row.status, reply.text);
    BOOST_TEST(reply.body.at("errors").as_array().size() == 1U, reply.text);
    BOOST_TEST(reply.code() == row.code);
    BOOST_TEST(reply.param() == row.param);
    BOOST_TEST(reply.error().at("message").as_string() == row.message);
    BOOST_TEST(!reply.error().at("long_message").as_string().empty());
    BOOST_TEST(std::string_view{reply["clerk_trace_id"].as_string()} == reply.head.trace());
    BOOST_TEST(reply.head.allow.empty() == (row.status != 405));
    BOOST_TEST(client.get("/organizations").text == before);  // a refusal changes nothing
}

BOOST_AUTO_TEST_CASE(several_problems_come_together) {
    ServiceClient client{};
    Reply const reply = client.post(R"({"slug":"A","max_allowed_memberships":-1,"x":1})");
    BOOST_TEST(reply.status() == 422U);
    BOOST_TEST_REQUIRE(reply["errors"].as_array().size() == 4U);
    BOOST_TEST(reply.param(0) == "name");
    BOOST_TEST(reply.param(1) == "slug");
    BOOST_TEST(reply.param(2) == "max_allowed_memberships");
    BOOST_TEST(reply.param(3) == "x");
    BOOST_TEST(client.get("/organizations?limit=0&offset=x")["errors"].as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(authentication) {
    ServiceClient client{};
    struct Row {
        std::optional<std::string> authorization;
        unsigned status;
        char const* code;
    };
    for (Row const& row : {Row{std::nullopt, 401, "authentication_invalid"}, Row{"", 401, "authentication_invalid"},
                           Row{"sk_test_emulator", 401, "authorization_header_format_invalid"},
                           Row{"Basic c2s6", 401, "authorization_header_format_invalid"},
                           Row{"Bearer ", 401, "authorization_header_format_invalid"},
                           Row{"Bearer sk_test_other", 401, "clerk_key_invalid"},
                           Row{"Bearer sk_test_emulator2", 401, "clerk_key_invalid"},
                           Row{"Bearer sk_test_emulato", 401, "clerk_key_invalid"}}) {
        client.authorization = row.authorization;
        Reply const reply = client.get("/organizations");
        BOOST_TEST(reply.status() == row.status);
        BOOST_TEST(reply.code() == row.code, row.authorization.value_or("none"));
    }
    client.authorization = "bearer sk_test_emulator";  // the scheme's case does not matter
    BOOST_TEST(client.get("/organizations").status() == 200U);
}

BOOST_AUTO_TEST_CASE(api_versions) {
    ServiceClient client{};
    for (char const* const bad : {"2026-05-13", "2026-5-12", "", "latest"}) {
        client.api_version = bad;
        Reply const reply = client.get("/organizations");
        BOOST_TEST(reply.status() == 400U);
        BOOST_TEST(reply.code() == "api_version_invalid");
    }
    for (char const* const good : {"2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10", "2026-05-12"}) {
        client.api_version = good;
        BOOST_TEST(client.get("/organizations").status() == 200U);
        BOOST_TEST(client.get("/organizations?__clerk_api_version=2026-05-12").code() == "api_version_invalid");
        client.api_version.reset();
        BOOST_TEST(client.get(std::string{"/organizations?__clerk_api_version="} + good).status() == 200U);
    }
    BOOST_TEST(client.get("/organizations?__clerk_api_version=1").code() == "api_version_invalid");
    BOOST_TEST(client.get("/organizations").status() == 200U);
}

BOOST_AUTO_TEST_CASE(content_types) {
    ServiceClient client{};
    for (std::optional<std::string> const& type :
         {std::optional<std::string>{}, std::optional<std::string>{""}, std::optional<std::string>{"text/plain"},
          std::optional<std::string>{"application/x-www-form-urlencoded"},
          std::optional<std::string>{"application/json-patch+json"},
          std::optional<std::string>{"application/json; charset"}}) {
        client.content_type = type;
        Reply const reply = client.post(R"({"name":"A"})");
        BOOST_TEST(reply.status() == 415U, type.value_or("none"));
        BOOST_TEST(reply.code() == "unsupported_content_type");
    }
    client.content_type = "Application/JSON ; charset=\"utf-8\"";
    BOOST_TEST(client.post(R"({"name":"A"})").status() == 200U);
}

BOOST_AUTO_TEST_CASE(more_than_a_hundred_organization_ids) {
    ServiceClient client{};
    std::string target = "/organizations?organization_id=org_0";
    for (int i = 1; i != 100; ++i) target += "&organization_id=-org_" + std::to_string(i);
    BOOST_TEST(client.get(target).status() == 200U);
    Reply const reply = client.get(target + "&organization_id=org_100");
    BOOST_TEST(reply.status() == 422U);
    BOOST_TEST(reply.code() == "form_param_array_size_exceeded");
    BOOST_TEST(reply.param() == "organization_id");
}

BOOST_AUTO_TEST_CASE(instances_with_limits) {
    EmulatorOptions off{};
    off.organizations_enabled = false;
    ServiceClient disabled{off};
    for (Reply const& reply : {disabled.get("/organizations"), disabled.post("{}"), disabled.get("/organizations/x")}) {
        BOOST_TEST(reply.status() == 403U);
        BOOST_TEST(reply.code() == "organization_not_enabled_in_instance");
    }
    disabled.authorization = "Bearer other";
    BOOST_TEST(disabled.get("/organizations").status() == 401U);

    EmulatorOptions small{};
    small.max_organizations = 2;
    ServiceClient client{small};
    std::string const first = client.create(R"({"name":"1"})");
    client.create(R"({"name":"2"})");
    BOOST_TEST(client.post(R"({"name":"3"})").status() == 403U);
    BOOST_TEST(client.post(R"({"name":"3"})").code() == "organization_quota_exceeded");
    BOOST_TEST(client.call("DELETE", "/v1/organizations/" + first).status() == 200U);
    BOOST_TEST(client.post(R"({"name":"3"})").status() == 200U);
}

BOOST_AUTO_TEST_CASE(logos) {
    ServiceClient client{};
    std::string const logo = "/v1/organizations/" + client.create(R"({"name":"A"})") + "/logo";
    struct Row {
        char const* content_type;
        std::string body;
        unsigned status;
        char const* code;
        char const* message;
    };
    std::string const large = tiny_png() + std::string(10 * 1024 * 1024 + 1 - tiny_png().size(), '\0');
    char const* const type = "multipart/form-data; boundary=B";
    for (Row const& row :
         {Row{"multipart/form-data", form(tiny_png()), 400, "request_body_invalid", "Request body invalid"},
          Row{type, "x", 400, "request_body_invalid", "Request body invalid"},
          Row{type, form(tiny_png()).substr(0, 100), 400, "request_body_invalid", "Request body invalid"},
          Row{type, "--B--", 400, "form_param_missing", "Image file missing"},
          Row{type, form(tiny_png(), "name=\"image\"; filename=\"a\""), 400, "form_param_missing",
              "Image file missing"},
          Row{type, form(tiny_png(), "name=\"file\""), 400, "form_param_missing", "Image file missing"},
          Row{type, form("", "name=\"file\"; filename=\"\""), 400, "form_param_missing", "Image file missing"},
          Row{type, form("<svg/>"), 400, "request_body_invalid", "Unsupported image type"},
          Row{type, form(""), 400, "request_body_invalid", "Unsupported image type"},
          Row{type, form("\x89PNG\r\n\x1A\n"), 400, "request_body_invalid", "Image decode error"},
          Row{type, form(large), 413, "image_too_large", "Image too large"},
          Row{"image/png", tiny_png(), 415, "unsupported_content_type", "Content-Type is unsupported"}}) {
        client.content_type = row.content_type;
        Reply const reply = client.call("PUT", logo, row.body);
        BOOST_TEST(reply.status() == row.status);
        BOOST_TEST(reply.code() == row.code);
        BOOST_TEST(reply.error().at("message").as_string() == row.message);
    }
    client.content_type = type;
    BOOST_TEST(client.call("PUT", logo, form(large.substr(0, large.size() - 1))).status() == 200U);
    BOOST_TEST(client.call("PUT", "/v1/organizations/org_none/logo", form(tiny_png())).code() == "resource_not_found");

    client.body_too_large = true;
    BOOST_TEST(client.call("PUT", logo).code() == "image_too_large");
    Reply const body = client.post("");
    BOOST_TEST(body.status() == 413U);
    BOOST_TEST(body.code() == "request_body_too_large");
}

BOOST_AUTO_TEST_CASE(rate_limits) {
    EmulatorOptions options{};
    options.rate_limit = RateLimit::development;
    ServiceClient client{options};
    std::string const id = client.create(R"({"name":"A"})");
    std::string const other = client.create(R"({"name":"B"})");
    // Three writes share a limit; two requests were used already.
    for (int i = 0; i != 10; ++i) {
        char const* const method = i % 3 == 0 ? "PUT" : "PATCH";
        std::string const path = "/v1/organizations/" + id + (i % 3 == 2 ? "" : "/metadata");
        BOOST_TEST(client.call(method, path, "{}").status() == 200U);
    }
    Reply const write = client.patch(id, "{}");
    BOOST_TEST(write.status() == 429U);
    BOOST_TEST(write.code() == "too_many_requests");
    BOOST_TEST(write.head.retry_after.value().count() == 10);
    BOOST_TEST(client.patch(other, "{}").status() == 200U);
    for (int i = 0; i != 86; ++i) BOOST_TEST(client.get("/organizations/" + id).status() == 200U);
    Reply const read = client.get("/organizations/" + id);
    BOOST_TEST(read.status() == 429U);
    BOOST_TEST(read.head.retry_after.has_value());
    client.now.steady += std::chrono::seconds{10};
    BOOST_TEST(client.get("/organizations/" + id).status() == 200U);
    BOOST_TEST(client.patch(id, "{}").status() == 200U);
}

BOOST_AUTO_TEST_CASE(stops_complaining_about_unknown_properties) {
    ServiceClient client{};
    std::string body = R"({"name":"A")";
    for (int i = 0; i != 500; ++i) body += ",\"x" + std::to_string(i) + "\":0";
    Reply const reply = client.post(body + '}');
    BOOST_TEST(reply.status() == 422U);
    BOOST_TEST(reply.body.as_object().at("errors").as_array().size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
