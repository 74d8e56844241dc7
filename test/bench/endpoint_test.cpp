#include "common/endpoint.hpp"
#include "common/request_text.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <stdexcept>
#include <string>

BOOST_AUTO_TEST_SUITE(endpoint)

namespace {

using clerk_bench::Endpoint;
using clerk_bench::parse_endpoint;

struct Case {
    std::string url;
    Endpoint endpoint;
};
std::ostream& operator<<(std::ostream& out, Case const& each) { return out << each.url; }

Case const cases[] = {
    {"https://127.0.0.1:8443/v1", {"127.0.0.1", "8443", "127.0.0.1:8443", "/v1"}},
    {"https://api.clerk.com/v1/", {"api.clerk.com", "443", "api.clerk.com", "/v1"}},
    {"https://localhost", {"localhost", "443", "localhost", ""}},
    {"https://localhost:1/a/b//", {"localhost", "1", "localhost:1", "/a/b"}},
    {"https://[::1]:8443/v1", {"::1", "8443", "[::1]:8443", "/v1"}},
    {"https://[::1]/v1", {"::1", "443", "[::1]", "/v1"}},
};

BOOST_DATA_TEST_CASE(taken_apart, cases, each) {
    Endpoint const endpoint = parse_endpoint(each.url);
    BOOST_TEST(endpoint.host == each.endpoint.host);
    BOOST_TEST(endpoint.port == each.endpoint.port);
    BOOST_TEST(endpoint.authority == each.endpoint.authority);
    BOOST_TEST(endpoint.base_path == each.endpoint.base_path);
}

std::string const refused[] = {
    "",           "http://localhost/v1",   "localhost",        "https://",        "https://:1/v1",
    "https://a:", "https://a/v1?limit=10", "https://u:p@a/v1", "https://a/v1#top"};

BOOST_DATA_TEST_CASE(refused_otherwise, refused, url) {
    BOOST_CHECK_THROW((void)parse_endpoint(url), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(request) {
    clerk_bench::Options options{};
    options.secret_key = "sk_test_1";
    options.get = "org_1";
    std::string const text = request_text(options, parse_endpoint("https://localhost:1/v1"));
    BOOST_TEST(text ==
               "GET /v1/organizations/org_1 HTTP/1.1\r\nHost: localhost:1\r\nAuthorization: Bearer sk_test_1\r\n"
               "Accept: application/json\r\nClerk-API-Version: 2026-05-12\r\nUser-Agent: clerk-bench\r\n\r\n");
    options.get.clear();
    options.list = 500;
    BOOST_TEST(request_target(options, parse_endpoint("https://localhost:1/v1")) == "/v1/organizations?limit=500");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
