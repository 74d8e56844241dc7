// All refusals of the service, as a table.
#include "testing/images.hpp"
#include "testing/pinned_error.hpp"
#include "testing/service_client.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>
#include <string>

namespace data = boost::unit_test::data;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(service_errors)

namespace {

struct Refusal {
    char const* method;
    char const* target;  // below /v1; ID stands for an organization that exists
    std::string body;
    PinnedError error;

    friend std::ostream& operator<<(std::ostream& out, Refusal const& row) {
        return out << row.method << ' ' << row.target << ' ' << row.body.substr(0, 200);
    }
};

PinnedError const body_invalid{400, "request_body_invalid", "Request body invalid",
                               "The request body is invalid. Please consult the API documentation for more "
                               "information."};
PinnedError const not_found{404, "resource_not_found", "not found", "Given organization not found."};
PinnedError const no_such_path{404, "resource_not_found", "not found", "There is nothing at this path."};
PinnedError const method_not_allowed{405, "method_not_allowed", "Method not allowed",
                                     "This path does not support the request's method."};
PinnedError const slug_taken{422, "form_identifier_exists", "That slug is taken. Please try another.",
                             "That slug is taken. Please try another.", about_param("slug")};

PinnedError about(std::string const& param, char const* code, char const* message, std::string const& detail) {
    return {422, code, message, param + ' ' + detail, about_param(param)};
}
PinnedError missing(std::string const& param) {
    return about(param, "form_param_missing", "is missing", "must be included.");
}
PinnedError unknown(std::string const& param) {
    return about(param, "form_param_unknown", "is unknown", "is not a valid parameter for this request.");
}
PinnedError duplicate(std::string const& param) {
    return about(param, "form_param_duplicate", "is duplicate", "included multiple times. There should only be one.");
}
PinnedError invalid(std::string const& param, std::string const& why) {
    return about(param, "form_param_value_invalid", "is invalid", why);
}
PinnedError not_a(std::string const& type, std::string const& param) {
    return about(param, "form_param_type_invalid", "is invalid", "must be " + type + '.');
}
PinnedError no_slug() {
    return about("slug", "form_param_format_invalid", "is invalid",
                 R"(can contain only lowercase letters, digits and the dash "-".)");
}
PinnedError no_time() {
    return about("created_at", "form_param_invalid_time", "invalid format",
                 "must be in RFC3339 format, for example 2012-10-20T07:15:20.902Z.");
}
PinnedError name_too_long() {
    return about("name", "form_param_max_length_exceeded", "exceeds maximum length",
                 "should not exceed 256 characters.");
}
PinnedError bad_name(std::string const& quoted, std::string const& why) {
    return {422, "form_param_value_invalid", "invalid organization name",
            "The organization name " + quoted + " is invalid: " + why, about_param("name")};
}
PinnedError too_large(std::string const& param) {
    return about(param, "form_param_exceeds_allowed_size", "exceeds allowed size", "should not exceed 8192 bytes.");
}
PinnedError no_creator(std::string const& id) {
    return {400, "organization_creator_not_found", "creator not found", "No users found with id " + id + '.'};
}

std::string const no_object = "must be an object.";
std::string const no_integer = "must be an integer.";
std::string const no_limit = "must be greater than or equal to 1 and less than or equal to 500.";
std::string const no_order = "must be one of name, created_at, members_count, with an optional + or -.";
std::string const negative = "must be greater than or equal to 0.";
std::string const no_flag = "must be true or false.";

std::string const long_name(257, 'n');
// With the 8 bytes around it, one byte more than allowed.
std::string const large_metadata = R"({"a":")" + std::string(8185, 'x') + R"("})";

char const* const all = "/organizations";
char const* const one = "/organizations/ID";
char const* const metadata = "/organizations/ID/metadata";

std::array const rows{
    // Bodies that cannot be read.
    Refusal{"POST", all, "", body_invalid},
    Refusal{"POST", all, "{", body_invalid},
    Refusal{"POST", all, "[]", body_invalid},
    Refusal{"POST", all, "\"x\"", body_invalid},
    Refusal{"PATCH", one, "null", body_invalid},
    Refusal{"PATCH", metadata, "{]", body_invalid},
    Refusal{"PUT", metadata, "", body_invalid},
    // Create.
    Refusal{"POST", all, "{}", missing("name")},
    Refusal{"POST", all, R"({"name":""})", missing("name")},
    Refusal{"POST", all, R"({"name":" \t"})", missing("name")},
    Refusal{"POST", all, R"({"name":null})", missing("name")},
    Refusal{"POST", all, R"({"name":7})", not_a("a string", "name")},
    Refusal{"POST", all, R"({"name":")" + long_name + R"("})", name_too_long()},
    Refusal{"POST", all, R"({"name":"see https://a.example"})",
            bad_name(R"("see https://a.example")", "contains a URL")},
    Refusal{"POST", all, R"({"name":"example.com"})", bad_name(R"("example.com")", "contains a URL")},
    Refusal{"POST", all, R"({"name":"B.C. LTD."})", bad_name(R"("B.C. LTD.")", "contains a URL")},
    Refusal{"POST", all, R"({"name":"<b>Acme</b>"})", bad_name(R"("<b>Acme</b>")", "contains HTML")},
    Refusal{"POST", all, R"({"name":"\"a\" example.com"})", bad_name(R"("\"a\" example.com")", "contains a URL")},
    Refusal{"POST", all, R"({"name":"A","slug":"A B"})", no_slug()},
    Refusal{"POST", all, R"({"name":"A","slug":""})", no_slug()},
    Refusal{"POST", all, R"({"name":"A","slug":1})", not_a("a string", "slug")},
    Refusal{"POST", all, R"({"name":"A","slug":"taken"})", slug_taken},
    Refusal{"POST", all, R"({"name":"A","created_by":"user_unknown"})", no_creator("user_unknown")},
    Refusal{"POST", all, R"({"name":"A","created_by":""})", no_creator("")},
    Refusal{"POST", all, R"({"name":"A","created_by":[]})", not_a("a string", "created_by")},
    Refusal{"POST", all, R"({"name":"A","role_set_key":{}})", not_a("a string", "role_set_key")},
    Refusal{"POST", all, R"({"name":"A","max_allowed_memberships":-1})", invalid("max_allowed_memberships", negative)},
    Refusal{"POST", all, R"({"name":"A","max_allowed_memberships":"5"})",
            not_a("an integer", "max_allowed_memberships")},
    Refusal{"POST", all, R"({"name":"A","max_allowed_memberships":10.0})",
            not_a("an integer", "max_allowed_memberships")},
    Refusal{"POST", all, R"({"name":"A","max_allowed_memberships":99999999999999999999})",
            not_a("an integer", "max_allowed_memberships")},
    Refusal{"POST", all, R"({"name":"A","created_at":"yesterday"})", no_time()},
    Refusal{"POST", all, R"({"name":"A","created_at":"2023-02-30T00:00:00Z"})", no_time()},
    Refusal{"POST", all, R"({"name":"A","created_at":1700000000000})", not_a("a string", "created_at")},
    Refusal{"POST", all, R"({"name":"A","public_metadata":[]})", invalid("public_metadata", no_object)},
    Refusal{"POST", all, R"({"name":"A","private_metadata":"{}"})", invalid("private_metadata", no_object)},
    Refusal{"POST", all, R"({"name":"A","public_metadata":)" + large_metadata + '}', too_large("public_metadata")},
    Refusal{"POST", all, R"({"name":"A","private_metadata":)" + large_metadata + '}', too_large("private_metadata")},
    Refusal{"POST", all, R"({"name":"A","colour":"red"})", unknown("colour")},
    Refusal{"POST", all, R"({"name":"A","admin_delete_enabled":true})", unknown("admin_delete_enabled")},
    // Update.
    Refusal{"PATCH", one, R"({"name":""})", invalid("name", "cannot be empty.")},
    Refusal{"PATCH", one, R"({"name":")" + long_name + R"("})", name_too_long()},
    Refusal{"PATCH", one, R"({"name":"acme.io"})", bad_name(R"("acme.io")", "contains a URL")},
    Refusal{"PATCH", one, R"({"slug":"taken"})", slug_taken},
    Refusal{"PATCH", one, R"({"slug":"Ü"})", no_slug()},
    Refusal{"PATCH", one, R"({"admin_delete_enabled":"true"})", not_a("a boolean", "admin_delete_enabled")},
    Refusal{"PATCH", one, R"({"created_at":"2020-01-01"})", no_time()},
    Refusal{"PATCH", one, R"({"public_metadata":{}})", unknown("public_metadata")},
    Refusal{"PATCH", one, R"({"private_metadata":null})", unknown("private_metadata")},
    Refusal{"PATCH", one, R"({"created_by":"user_1"})", unknown("created_by")},
    // Metadata.
    Refusal{"PATCH", metadata, R"({"public_metadata":[]})", invalid("public_metadata", no_object)},
    Refusal{"PUT", metadata, R"({"private_metadata":3})", invalid("private_metadata", no_object)},
    Refusal{"PUT", metadata, R"({"private_metadata":)" + large_metadata + '}', too_large("private_metadata")},
    Refusal{"PATCH", metadata, R"({"public_metadata":)" + large_metadata + '}', too_large("public_metadata")},
    Refusal{"PATCH", metadata, R"({"name":"A"})", unknown("name")},
    // Lists.
    Refusal{"GET", "/organizations?limit=0", "", invalid("limit", no_limit)},
    Refusal{"GET", "/organizations?limit=501", "", invalid("limit", no_limit)},
    Refusal{"GET", "/organizations?limit=-1", "", invalid("limit", no_limit)},
    Refusal{"GET", "/organizations?limit=99999999999999999999", "", invalid("limit", no_limit)},
    Refusal{"GET", "/organizations?limit=abc", "", invalid("limit", no_integer)},
    Refusal{"GET", "/organizations?limit=10.0", "", invalid("limit", no_integer)},
    Refusal{"GET", "/organizations?limit=", "", invalid("limit", no_integer)},
    Refusal{"GET", "/organizations?limit=%2B5", "", invalid("limit", no_integer)},
    Refusal{"GET", "/organizations?limit=1&limit=2&limit=x", "", duplicate("limit")},
    Refusal{"GET", "/organizations?offset=-1", "", invalid("offset", negative)},
    Refusal{"GET", "/organizations?offset=1e3", "", invalid("offset", no_integer)},
    Refusal{"GET", "/organizations?order_by=updated_at", "", invalid("order_by", no_order)},
    Refusal{"GET", "/organizations?order_by=+created_at", "", invalid("order_by", no_order)},
    Refusal{"GET", "/organizations?order_by=--name", "", invalid("order_by", no_order)},
    Refusal{"GET", "/organizations?order_by=", "", invalid("order_by", no_order)},
    Refusal{"GET", "/organizations?include_members_count=1", "", invalid("include_members_count", no_flag)},
    Refusal{"GET", "/organizations?user_id[]=user_1", "", unknown("user_id[]")},
    Refusal{"GET", "/organizations?role=admin", "", unknown("role")},
    Refusal{"GET", "/organizations/ID?include_missing_member_with_elevated_permissions=TRUE", "",
            invalid("include_missing_member_with_elevated_permissions", no_flag)},
    Refusal{"GET", "/organizations/ID?limit=1", "", unknown("limit")},
    Refusal{"GET", "/organizations/ID?include_members_count=true&include_members_count=true", "",
            duplicate("include_members_count")},
    // Not found.
    Refusal{"GET", "/organizations/org_none", "", not_found},
    Refusal{"GET", "/organizations/Taken", "", not_found},
    Refusal{"PATCH", "/organizations/org_none", "{}", not_found},
    Refusal{"PATCH", "/organizations/taken", "{}", not_found},
    Refusal{"DELETE", "/organizations/taken", "", not_found},
    Refusal{"PATCH", "/organizations/org_none/metadata", "{}", not_found},
    Refusal{"PUT", "/organizations/org_none/metadata", "{}", not_found},
    Refusal{"DELETE", "/organizations/org_none/logo", "", not_found},
    Refusal{"DELETE",
            "/organizations/ID/logo",
            "",
            {404, "image_not_found", "Image not found", "The organization has no image."}},
    Refusal{"GET", "/users", "", no_such_path},
    Refusal{"GET", "/organizations/", "", no_such_path},
    Refusal{"GET", "/organizations/ID/", "", no_such_path},
    Refusal{"GET", "/organizations/ID/domains", "", no_such_path},
    Refusal{"GET", "/organization", "", no_such_path},
    Refusal{"GET",
            "/organizations/%zz",
            "",
            {400, "request_invalid", "Request invalid", "The request is not well-formed HTTP."}},
    Refusal{"PUT", all, "{}", method_not_allowed},
    Refusal{"POST", one, "{}", method_not_allowed},
    Refusal{"GET", "/organizations/ID/logo", "", method_not_allowed},
    Refusal{"PUT",
            "/organizations/ID/logo",
            "{}",
            {415, "unsupported_content_type", "Content-Type is unsupported",
             "The Content-Type of the request is not supported by this path."}},
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

BOOST_DATA_TEST_CASE(follow_the_table, data::make(rows), row) {
    ServiceClient client{strict_options()};
    std::string const id = client.create(R"({"name":"One"})");
    client.create(R"({"name":"Two","slug":"taken"})");
    std::string const before = client.get("/organizations").text;

    Reply const reply = client.call(row.method, "/v1" + replaced(row.target, id), row.body);
    BOOST_TEST(reply.body.at("errors").as_array().size() == 1U, reply.text);
    BOOST_TEST(pinned(reply) == row.error);
    BOOST_TEST(std::string_view{reply["clerk_trace_id"].as_string()} == reply.head.trace());
    BOOST_TEST(reply.head.allow.empty() == (row.error.status != 405));
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

// The size of the stored metadata counts, not that of the request.
BOOST_AUTO_TEST_CASE(merged_metadata_counts_as_a_whole) {
    ServiceClient client{};
    std::string const half = '"' + std::string(4088, 'x') + '"';  // `{"a":…,"b":…}` has 8191 bytes with two of them
    std::string const path = "/v1/organizations/" + client.create(R"({"name":"A"})") + "/metadata";
    auto const merge = [&](std::string const& members) {
        return client.call("PATCH", path, R"({"private_metadata":{ )" + members + " }}");
    };
    BOOST_TEST(merge(R"("a":)" + half).status() == 200U);
    BOOST_TEST(merge(R"("b" :)" + half).status() == 200U);
    BOOST_TEST(pinned(merge(R"("c":1)")) == too_large("private_metadata"));
    BOOST_TEST(merge(R"("a":null,"c":)" + half).status() == 200U);
    Reply const both = client.call(
        "PUT", path, R"({"public_metadata":)" + large_metadata + R"(,"private_metadata":)" + large_metadata + '}');
    BOOST_TEST_REQUIRE(both["errors"].as_array().size() == 2U);
    BOOST_TEST(both.param(0) == "public_metadata");
    BOOST_TEST(both.param(1) == "private_metadata");
    client.api_version = "2025-11-10";
    BOOST_TEST(pinned(client.call("PATCH", path.substr(0, path.rfind('/')),
                                  R"({"public_metadata":)" + large_metadata + '}')) == too_large("public_metadata"));
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
        BOOST_TEST(pinned(reply) ==
                   (PinnedError{403, "organization_not_enabled_in_instance", "access denied",
                                "The organizations feature is not enabled for this instance. You can enable it at "
                                "https://dashboard.clerk.com."}));
    }
    disabled.authorization = "Bearer other";
    BOOST_TEST(disabled.get("/organizations").status() == 401U);

    EmulatorOptions small{};
    small.max_organizations = 2;
    ServiceClient client{small};
    std::string const first = client.create(R"({"name":"1"})");
    client.create(R"({"name":"2"})");
    BOOST_TEST(pinned(client.post(R"({"name":"3"})")) ==
               (PinnedError{403, "organization_quota_exceeded", "organization quota exceeded",
                            "You have reached your limit of 2 organizations. You can remove the organization limit by "
                            "upgrading to a paid plan or using a production instance."}));
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

BOOST_AUTO_TEST_CASE(stops_complaining_about_unknown_parameters) {
    ServiceClient client{};
    std::string query = "/organizations?x";
    for (int i = 0; i != 500; ++i) query += "&x" + std::to_string(i);
    BOOST_TEST(client.get(query)["errors"].as_array().size() == 100U);
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
