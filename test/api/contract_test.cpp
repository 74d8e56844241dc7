// One row per operation and parameter: the exact bytes on the wire.
#include <clerk.hpp>

#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>

namespace clerk {
BOOST_AUTO_TEST_SUITE(contract)

namespace {

using test::WireServer;

// The call of a row. Every answer decodes as every type; only the request is compared.
constexpr std::string_view any_answer =
    R"({"object":"organization","id":"org_1","name":"Acme","deleted":true,"data":[],"total_count":0})";

struct Row {
    std::string name;
    std::string line;  // method and target below /v1
    std::string body;  // empty: no body, and no Content-Type
    std::function<boost::system::error_code(boost::asio::io_context&, OrganizationsApi&)> call;
};

template <class T>
boost::system::error_code send(boost::asio::io_context& io, awaitable<Result<T>> task) {
    Result<T> const result = test::run(io, std::move(task));
    return result ? boost::system::error_code{} : result.error().code();
}

Timestamp at(std::string_view text) { return parse_timestamp(text).value(); }

ListOrganizationsRequest list_with(std::function<void(ListOrganizationsRequest&)> const& change) {
    ListOrganizationsRequest request{};
    change(request);
    return request;
}
CreateOrganizationRequest create_with(std::function<void(CreateOrganizationRequest&)> const& change) {
    CreateOrganizationRequest request{};
    request.name = "Acme";
    change(request);
    return request;
}
UpdateOrganizationRequest update_with(std::function<void(UpdateOrganizationRequest&)> const& change) {
    UpdateOrganizationRequest request{};
    change(request);
    return request;
}

using Io = boost::asio::io_context;
using Api = OrganizationsApi;

Row list(std::string name, std::string query, std::function<void(ListOrganizationsRequest&)> change) {
    return {"list " + name, "GET /organizations" + query, "", [change](Io& io, Api& api) {
                ListOrganizationsRequest const request = list_with(change);
                return send(io, api.list_organizations(request));
            }};
}
Row create(std::string name, std::string body, std::function<void(CreateOrganizationRequest&)> change) {
    return {"create " + name, "POST /organizations", std::move(body), [change](Io& io, Api& api) {
                CreateOrganizationRequest const request = create_with(change);
                return send(io, api.create_organization(request));
            }};
}
Row update(std::string name, std::string body, std::function<void(UpdateOrganizationRequest&)> change) {
    return {"update " + name, "PATCH /organizations/org_1", std::move(body), [change](Io& io, Api& api) {
                UpdateOrganizationRequest const request = update_with(change);
                return send(io, api.update_organization("org_1", request));
            }};
}

std::vector<Row> rows() {
    std::vector<Row> all;
    // get
    all.push_back({"get", "GET /organizations/org_1", "",
                   [](Io& io, Api& api) { return send(io, api.get_organization("org_1")); }});
    all.push_back({"get: members", "GET /organizations/acme?include_members_count=true", "", [](Io& io, Api& api) {
                       return send(io, api.get_organization("acme", {.include_members_count = true}));
                   }});
    all.push_back(
        {"get: explicit false",
         "GET /organizations/acme?include_members_count=false&include_missing_member_with_elevated_permissions=true",
         "", [](Io& io, Api& api) {
             return send(io, api.get_organization("acme", {.include_members_count = false,
                                                           .include_missing_member_with_elevated_permissions = true}));
         }});
    all.push_back({"get: one path segment", "GET /organizations/a%2Fb%3Fc%23d%20e%2B%25~-._%C3%A9", "",
                   [](Io& io, Api& api) { return send(io, api.get_organization("a/b?c#d e+%~-._é")); }});
    // delete
    all.push_back({"delete", "DELETE /organizations/org_1", "",
                   [](Io& io, Api& api) { return send(io, api.delete_organization("org_1")); }});
    all.push_back({"delete logo", "DELETE /organizations/org_1/logo", "",
                   [](Io& io, Api& api) { return send(io, api.delete_organization_logo("org_1")); }});
    // list
    all.push_back(
        {"list", "GET /organizations", "", [](Io& io, Api& api) { return send(io, api.list_organizations()); }});
    all.push_back(list("limit and offset", "?limit=500&offset=0", [](auto& r) {
        r.limit = 500;
        r.offset = 0;
    }));
    all.push_back(list("query", "?query=a%20b%26c%3Dd", [](auto& r) { r.query = "a b&c=d"; }));
    all.push_back(list("order +", "?order_by=%2Bcreated_at", [](auto& r) { r.order_by = "+created_at"; }));
    all.push_back(list("order -", "?order_by=-members_count", [](auto& r) { r.order_by = "-members_count"; }));
    all.push_back(list("order bare", "?order_by=name", [](auto& r) { r.order_by = "name"; }));
    all.push_back(list("user_id", "?user_id=user_1&user_id=%2Buser_2&user_id=-user_3",
                       [](auto& r) { r.user_id = {"user_1", "+user_2", "-user_3"}; }));
    all.push_back(list("organization_id", "?organization_id=%2Borg_1&organization_id=-org_2",
                       [](auto& r) { r.organization_id = {"+org_1", "-org_2"}; }));
    all.push_back(list("flags", "?include_members_count=true&include_missing_member_with_elevated_permissions=false",
                       [](auto& r) {
                           r.include_members_count = true;
                           r.include_missing_member_with_elevated_permissions = false;
                       }));
    // create
    all.push_back(create("name", R"({"name":"Acme"})", [](auto&) {}));
    all.push_back(create("name escaped", R"({"name":"A\"\\\n\u0001é"})", [](auto& r) { r.name = "A\"\\\n\x01é"; }));
    all.push_back(
        create("created_by", R"({"name":"Acme","created_by":"user_1"})", [](auto& r) { r.created_by = "user_1"; }));
    all.push_back(create("slug", R"({"name":"Acme","slug":"acme"})", [](auto& r) { r.slug = "acme"; }));
    all.push_back(create("max_allowed_memberships 0", R"({"name":"Acme","max_allowed_memberships":0})",
                         [](auto& r) { r.max_allowed_memberships = 0; }));
    all.push_back(create("created_at", R"({"name":"Acme","created_at":"2012-10-20T07:15:20.902Z"})",
                         [](auto& r) { r.created_at = at("2012-10-20T07:15:20.902Z"); }));
    all.push_back(create("created_at whole second", R"({"name":"Acme","created_at":"2012-10-20T07:15:20.000Z"})",
                         [](auto& r) { r.created_at = at("2012-10-20T09:15:20+02:00"); }));
    all.push_back(
        create("role_set_key", R"({"name":"Acme","role_set_key":"k"})", [](auto& r) { r.role_set_key = "k"; }));
    all.push_back(create("public_metadata", R"({"name":"Acme","public_metadata":{"plan":"pro"}})",
                         [](auto& r) { r.public_metadata = boost::json::object{{"plan", "pro"}}; }));
    all.push_back(create("private_metadata", R"({"name":"Acme","private_metadata":{}})",
                         [](auto& r) { r.private_metadata = Metadata{}; }));
    // update
    all.push_back(update("nothing", "{}", [](auto&) {}));
    all.push_back(update("name", R"({"name":"New"})", [](auto& r) { r.name = "New"; }));
    all.push_back(update("name null", R"({"name":null})", [](auto& r) { r.name = nullptr; }));
    all.push_back(update("slug", R"({"slug":"new"})", [](auto& r) { r.slug = "new"; }));
    all.push_back(update("slug null", R"({"slug":null})", [](auto& r) { r.slug = nullptr; }));
    all.push_back(update("max_allowed_memberships", R"({"max_allowed_memberships":0})",
                         [](auto& r) { r.max_allowed_memberships = 0; }));
    all.push_back(update("max_allowed_memberships null", R"({"max_allowed_memberships":null})",
                         [](auto& r) { r.max_allowed_memberships = nullptr; }));
    all.push_back(update("admin_delete_enabled false", R"({"admin_delete_enabled":false})",
                         [](auto& r) { r.admin_delete_enabled = false; }));
    all.push_back(update("admin_delete_enabled null", R"({"admin_delete_enabled":null})",
                         [](auto& r) { r.admin_delete_enabled = nullptr; }));
    all.push_back(update("created_at", R"({"created_at":"1999-12-31T23:59:59.999Z"})",
                         [](auto& r) { r.created_at = at("1999-12-31T23:59:59.9999Z"); }));
    all.push_back(update("created_at null", R"({"created_at":null})", [](auto& r) { r.created_at = nullptr; }));
    all.push_back(update("role_set_key", R"({"role_set_key":"k"})", [](auto& r) { r.role_set_key = "k"; }));
    all.push_back(update("role_set_key null", R"({"role_set_key":null})", [](auto& r) { r.role_set_key = nullptr; }));
    all.push_back(update("metadata", R"({"public_metadata":{"a":1},"private_metadata":null})", [](auto& r) {
        r.public_metadata = boost::json::object{{"a", 1}};
        r.private_metadata = nullptr;
    }));
    // metadata
    all.push_back({"merge", "PATCH /organizations/org_1/metadata",
                   R"({"public_metadata":{"a":null},"private_metadata":{"b":[1,2]}})", [](Io& io, Api& api) {
                       MergeOrganizationMetadataRequest request{};
                       request.public_metadata = boost::json::object{{"a", nullptr}};
                       request.private_metadata = Metadata::parse(R"( { "b" : [ 1, 2 ] } )").value();
                       return send(io, api.merge_organization_metadata("org_1", request));
                   }});
    all.push_back(
        {"merge one", "PATCH /organizations/org_1/metadata", R"({"private_metadata":{}})", [](Io& io, Api& api) {
             MergeOrganizationMetadataRequest request{};
             request.private_metadata = Metadata{};
             return send(io, api.merge_organization_metadata("org_1", request));
         }});
    all.push_back({"replace", "PUT /organizations/org_1/metadata", R"({"public_metadata":{},"private_metadata":null})",
                   [](Io& io, Api& api) {
                       ReplaceOrganizationMetadataRequest request{};
                       request.public_metadata = Metadata{};
                       request.private_metadata = nullptr;
                       return send(io, api.replace_organization_metadata("org_1", request));
                   }});
    return all;
}

std::string expected_request(Row const& row, std::string const& authority) {
    std::size_t const space = row.line.find(' ');
    std::string const method = row.line.substr(0, space);
    std::string out =
        method + " /v1" + row.line.substr(space + 1) + " HTTP/1.1\r\nHost: " + authority +
        "\r\nAuthorization: Bearer sk_test_wire\r\nAccept: application/json\r\nClerk-API-Version: 2026-05-12\r\n"
        "User-Agent: clerk-cpp/" CLERK_VERSION_STRING "\r\n";
    if (!row.body.empty()) {
        out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(row.body.size()) + "\r\n";
    }
    return out + "\r\n" + row.body;
}

struct RouteRecorder final : Observer {
    void on_call(CallRecord const& call) noexcept override {
        line = std::string{call.method}.append(" ").append(call.route);
    }
    std::string line{};
};

// The path of a request with `{}` in the place of what its route names in braces.
std::string without_ids(std::string_view route, std::string_view line) {
    std::string result;
    line = line.substr(0, line.find('?'));
    for (std::size_t at = 0; at < route.size();) {
        bool const named = route[at] == '{';
        std::string_view const piece =
            route.substr(at, route.find_first_of(named ? "}" : "{", at) - at + (named ? 1 : 0));
        std::size_t const taken = named ? line.find('/') : std::min(piece.size(), line.size());
        result += named ? piece : line.substr(0, taken);
        line.remove_prefix(std::min(taken, line.size()));
        at += piece.size();
    }
    return result.append(line);
}

BOOST_AUTO_TEST_CASE(every_operation_and_parameter_on_the_wire) {
    WireServer const server{test::always(test::http_response(200, any_answer))};
    boost::asio::io_context io;
    auto const recorder = std::make_shared<RouteRecorder>();
    Config config = server.config();
    config.observer = recorder;
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    std::size_t count = 0;
    for (Row const& row : rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(row.call(io, api) == boost::system::error_code{});
            auto const requests = server.requests();
            BOOST_REQUIRE_EQUAL(requests.size(), ++count);
            BOOST_TEST(requests.back() == expected_request(row, server.authority()));
            BOOST_TEST(recorder->line.find("org_1") == std::string::npos);
            BOOST_TEST(without_ids(recorder->line, row.line) == recorder->line);
        }
    }
    BOOST_TEST(server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_logo_upload_on_the_wire) {
    WireServer const server{test::always(test::http_response(200, any_answer))};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    std::string const image = std::string{"\x89PNG\r\n\x1a\n"} + std::string(100'000, 'x');
    UploadOrganizationLogoRequest request{};
    request.file = LogoFile::from_memory(image, "lo\"go\r\n.png");
    request.uploader_user_id = "user_1";
    BOOST_TEST(send(io, api.upload_organization_logo("org_1", request)) == boost::system::error_code{});
    std::string const sent = server.requests().at(0);
    std::size_t const type = sent.find("Content-Type: multipart/form-data; boundary=");
    BOOST_REQUIRE(type != std::string::npos);
    BOOST_TEST(sent.starts_with("PUT /v1/organizations/org_1/logo HTTP/1.1\r\n"));
    std::size_t const begin = type + 44;
    std::string const boundary = sent.substr(begin, sent.find("\r\n", begin) - begin);
    std::string const body = sent.substr(sent.find("\r\n\r\n") + 4);
    BOOST_TEST(body == "--" + boundary +
                           "\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n--" +
                           boundary +
                           "\r\nContent-Disposition: form-data; name=\"file\"; "
                           "filename=\"lo%22go%0D%0A.png\"\r\nContent-Type: image/png\r\n\r\n" +
                           image + "\r\n--" + boundary + "--\r\n");
}

BOOST_AUTO_TEST_CASE(the_configuration_on_the_wire) {
    WireServer const server{test::always(test::http_response(200, any_answer))};
    boost::asio::io_context io;
    Config config = server.config();
    config.api_version = "2025-11-10";
    config.user_agent = "my-server/1.4";
    config.base_url = "https://" + server.authority();
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    BOOST_TEST(send(io, api.get_organization("org_1")) == boost::system::error_code{});
    std::string const sent = server.requests().at(0);
    BOOST_TEST(sent.starts_with("GET /organizations/org_1 HTTP/1.1\r\n"));
    BOOST_TEST(sent.find("\r\nClerk-API-Version: 2025-11-10\r\n") != std::string::npos);
    BOOST_TEST(sent.find("\r\nUser-Agent: clerk-cpp/" CLERK_VERSION_STRING " my-server/1.4\r\n") != std::string::npos);
}

// Refused with the name of the field, and nothing reaches the wire.
BOOST_AUTO_TEST_CASE(bad_input_is_refused_before_anything_is_sent) {
    WireServer const server{test::always(test::http_response(200, any_answer))};
    boost::asio::io_context io;
    Client const client{io.get_executor(), server.config()};
    OrganizationsApi api{client};
    auto const refused = [&](auto task, std::string_view field) {
        auto const result = test::run(io, std::move(task));
        BOOST_REQUIRE(!result);
        BOOST_TEST((result.error() == condition::invalid_argument || result.error() == condition::size_limit));
        BOOST_TEST(result.error().field() == field);
        BOOST_TEST(result.error().attempts() == 0);
    };
    for (std::string_view const id : {"", ".", ".."}) {
        refused(api.get_organization(id), "id_or_slug");
        refused(api.delete_organization(id), "organization_id");
        refused(api.delete_organization_logo(id), "organization_id");
    }
    auto const nothing = create_with([](auto& r) { r.name.clear(); });
    refused(api.create_organization(nothing), "name");
    auto const zero = list_with([](auto& r) { r.limit = 0; });
    refused(api.list_organizations(zero), "limit");
    auto const above = list_with([](auto& r) { r.limit = 501; });
    refused(api.list_organizations_with_http_info(above), "limit");
    auto const negative = list_with([](auto& r) { r.offset = -1; });
    refused(api.list_organizations(negative), "offset");
    auto const order = list_with([](auto& r) { r.order_by = "size"; });
    refused(api.list_organizations(order), "order_by");
    auto const many = list_with([](auto& r) { r.organization_id.assign(101, "org_1"); });
    refused(api.list_organizations(many), "organization_id");
    UploadOrganizationLogoRequest logo{};
    logo.file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + std::string(12U << 20U, 'x'), "logo.png");
    refused(api.upload_organization_logo("org_1", logo), "file");
    UploadOrganizationLogoRequest text{};
    text.file = LogoFile::from_memory("not an image", "logo.png");
    refused(api.upload_organization_logo("org_1", text), "file");
    BOOST_TEST(Metadata::parse("{broken").has_error());
    BOOST_TEST(server.requests().empty());
    BOOST_TEST(server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_bad_configuration_is_refused) {
    boost::asio::io_context io;
    WireServer const server{test::always(test::http_response(200, any_answer))};
    auto const refused = [&](std::string_view field, std::function<void(Config&)> const& change) {
        Config config = server.config();
        change(config);
        try {
            Client const client{io.get_executor(), config};
            BOOST_ERROR("accepted: " << field);
        } catch (Exception const& exception) {
            BOOST_TEST(exception.error() == errc::invalid_argument);
            BOOST_TEST(exception.error().field() == field);
            BOOST_TEST(std::string{exception.what()}.find("sk_test_") == std::string::npos);
        }
    };
    refused("secret_key", [](Config& c) { c.secret_key = Secret{}; });
    refused("secret_key", [](Config& c) { c.secret_key = Secret{"sk_test_a\r\nX: y"}; });
    refused("base_url", [](Config& c) { c.base_url = "http://api.clerk.com/v1"; });
    refused("api_version", [](Config& c) { c.api_version = "2026\r\n"; });
    refused("user_agent", [](Config& c) { c.user_agent = "a\nb"; });
    refused("pool.max_connections", [](Config& c) { c.pool.max_connections = 0; });
    refused("retry.max_attempts", [](Config& c) { c.retry.max_attempts = 0; });
    refused("tls.ca_file", [](Config& c) { c.tls.ca_file = "/nonexistent/ca.pem"; });
    refused("tls.ca_pem", [](Config& c) { c.tls.ca_pem = "nonsense"; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
