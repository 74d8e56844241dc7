#include "api/any_endpoint/any_request.hpp"

#include <clerk/request_preview.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clerk::api {
namespace {

using http::Idempotency;

ApiRequest to(std::string path) {
    ApiRequest request{};
    request.path = std::move(path);
    return request;
}
std::string target_of(ApiRequest const& request) { return any_request(request).value().target; }
std::string path_of(std::string path) { return target_of(to(std::move(path))); }

Idempotency idempotency_of(std::string method, std::optional<bool> said = {}) {
    ApiRequest request = to("/x");
    request.method = std::move(method);
    request.idempotent = said;
    return any_request(request).value().idempotency;
}

void refuses(ApiRequest const& request, std::string_view field, errc code = errc::invalid_argument) {
    auto const built = any_request(request);
    BOOST_TEST_REQUIRE(built.has_error(), field << " was accepted: " << request.path);
    BOOST_TEST(built.error().field() == field);
    BOOST_TEST(built.error().code() == make_error_code(code));
    BOOST_TEST(!built.error().message().empty());
}

}  // namespace
}  // namespace clerk::api

BOOST_TEST_DONT_PRINT_LOG_VALUE(clerk::http::Idempotency)

namespace clerk::api {
BOOST_AUTO_TEST_SUITE(any_request_)

namespace {

BOOST_AUTO_TEST_CASE(path_and_query_are_encoded) {
    BOOST_TEST(path_of("/organizations/org_1/domains") == "/organizations/org_1/domains");
    BOOST_TEST(path_of("/a b/%2e%2e/ü/:@") == "/a%20b/%252e%252e/%C3%BC/%3A%40");
    BOOST_TEST(path_of("/...") == "/...");
    ApiRequest request = to("/organization_domains");
    request.query = {{"verified", "true"}, {"query", "a+b &=#"}, {"id", ""}, {"a=b", "\r\nHost: x"}, {"id", "2"}};
    BOOST_TEST(target_of(request) ==
               "/organization_domains?verified=true&query=a%2Bb%20%26%3D%23&id=&a%3Db=%0D%0AHost%3A%20x&id=2");
}

BOOST_AUTO_TEST_CASE(a_path_stays_below_the_base_url) {
    for (char const* const path : {"", "organizations", "https://evil.example/v1", "//evil.example", "/", "/a/",
                                   "/a//b", "/.", "/..", "/a/../b", "/a/.", "/a?b=c", "/a#b", "/\xff"}) {
        refuses(to(path), "path");
    }
    for (char const c : std::string_view{"\0\t\r\n\x1b\x7f", 6}) refuses(to(std::string{"/a"} + c + "b"), "path");
    BOOST_TEST(path_of('/' + std::string(8191, 'a')).size() == 8192U);
    refuses(to('/' + std::string(8192, 'a')), "path");
    refuses(to('/' + std::string(2731, ' ')), "path");  // three bytes each
}

BOOST_AUTO_TEST_CASE(a_query_has_names_text_and_a_limit) {
    for (auto const& parameter : std::vector<QueryParameter>{{"", "a"}, {"a", "\xff"}, {"\xff", "a"}}) {
        ApiRequest request = to("/a");
        request.query = {parameter};
        refuses(request, "query");
    }
    ApiRequest request = to("/a");
    request.query = {{"a", std::string(8192 - 5, 'x')}};
    BOOST_TEST(target_of(request).size() == 8192U);
    request.query = {{"a", std::string(8192 - 4, 'x')}};
    refuses(request, "query");
}

BOOST_AUTO_TEST_CASE(only_the_methods_of_the_api) {
    BOOST_TEST((any_request(to("/a")).value().method == http::Method::get));
    for (char const* const method : {"get", "HEAD", "GET / HTTP/1.1\r\nX: y", "CONNECT", "POST "}) {
        ApiRequest request = to("/a");
        request.method = method;
        refuses(request, "method");
    }
}

BOOST_AUTO_TEST_CASE(only_what_may_be_sent_twice_is) {
    for (char const* const method : {"", "GET", "PUT", "DELETE"}) {
        BOOST_TEST(idempotency_of(method) == Idempotency::idempotent, method);
        BOOST_TEST(idempotency_of(method, false) == Idempotency::not_idempotent, method);
    }
    for (char const* const method : {"POST", "PATCH"}) {
        BOOST_TEST(idempotency_of(method) == Idempotency::not_idempotent, method);
        BOOST_TEST(idempotency_of(method, true) == Idempotency::idempotent, method);
    }
}

BOOST_AUTO_TEST_CASE(a_body_is_json_text_of_at_most_10_mib) {
    ApiRequest request = to("/a");
    BOOST_TEST(!any_request(request).value().content);
    request.body = R"({"n": 1e400})";
    refuses(request, "body");
    request.method = "POST";
    auto const built = any_request(request);
    BOOST_TEST(built->content->text == R"({"n": 1e400})");
    BOOST_TEST(built->content->type == "application/json");
    request.body.assign(10U << 20U, ' ');
    BOOST_TEST(any_request(request).has_value());
    request.body += ' ';
    refuses(request, "body", errc::request_too_large);
}

BOOST_AUTO_TEST_CASE(the_operation_is_that_of_the_caller) {
    ApiRequest request = to("/organizations/org_1/domains");
    auto const unnamed = any_request(request);
    BOOST_TEST(unnamed->operation == "request");
    BOOST_TEST_REQUIRE(static_cast<bool>(unnamed->rate_limit));
    BOOST_TEST(unnamed->rate_limit->scope == "GET /organizations/org_1/domains");
    BOOST_TEST(unnamed->rate_limit->requests == 0U);
    request.operation = "list_domains";
    auto const named = any_request(request);
    BOOST_TEST(named->operation == "list_domains");
    BOOST_TEST(!named->rate_limit);
    request.path.clear();
    BOOST_TEST(any_request(request).error().operation() == "list_domains");
}

BOOST_AUTO_TEST_CASE(a_preview_is_the_request) {
    ApiRequest request = to("/a b");
    request.query = {{"q", "1"}};
    auto const plain = preview_request(request);
    BOOST_TEST(plain->method == "GET");
    BOOST_TEST(plain->target == "/a%20b?q=1");
    BOOST_TEST(plain->content_type.empty());
    request.method = "POST";
    request.body = "[]";
    auto const with_body = preview_request(request);
    BOOST_TEST(with_body->method == "POST");
    BOOST_TEST(with_body->content_type == "application/json");
    BOOST_TEST(with_body->body == "[]");
    BOOST_TEST(with_body->body_size == 2U);
    request.path = "..";
    BOOST_TEST(preview_request(request).error().field() == "path");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::api
