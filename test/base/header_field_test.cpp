#include "base/header_field.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clerk::base {
BOOST_AUTO_TEST_SUITE(header_field)

namespace {

using namespace std::string_view_literals;

std::string field_of_refusal(std::string_view name, std::string_view value = "v") {
    auto const refusal = refuse_header("headers", 2, {name, value});
    if (!refusal) return "accepted";
    BOOST_TEST(!refusal->message.empty());
    return refusal->field;
}

// `Host` as `hOST`.
std::string with_other_case(std::string text) {
    for (char& c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
    }
    return text;
}

BOOST_AUTO_TEST_CASE(headers_of_the_caller_are_accepted) {
    for (std::string_view const name : {"X-Tenant", "traceparent", "baggage", "If-None-Match", "!#$%&'*+-.^_`|~09", "a",
                                        "Contents", "Hosts", "Connections", "proxying", "teapot", "Cookie"}) {
        BOOST_TEST(field_of_refusal(name) == "accepted", name);
    }
    for (std::string_view const value : {""sv, "a"sv, "a b\tc"sv, "\xC3\xA9"sv, "\xFF"sv, "a:b, \"c\""sv}) {
        BOOST_TEST(field_of_refusal("X-Value", value) == "accepted", value);
    }
}

BOOST_AUTO_TEST_CASE(headers_of_the_client_are_refused_by_name_in_any_case) {
    for (std::string const name : {"Authorization",    "Host",
                                   "Accept",           "Accept-Encoding",
                                   "User-Agent",       "Clerk-API-Version",
                                   "Expect",           "Content-Length",
                                   "Content-Type",     "Content-Encoding",
                                   "Content-Anything", "Connection",
                                   "Keep-Alive",       "Proxy-Authorization",
                                   "Proxy-Connection", "TE",
                                   "Trailer",          "Transfer-Encoding",
                                   "Upgrade",          "HTTP2-Settings"}) {
        for (std::string const& spelling : {name, with_other_case(name)}) {
            BOOST_TEST(field_of_refusal(spelling) == "headers." + spelling);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_name_is_replaced_by_its_position) {
    for (std::string_view const name :
         {""sv, " "sv, "X Y"sv, "X:"sv, ":x"sv, "X\r\nY"sv, "X\n"sv, "X\0"sv, "\xC3\xA9"sv, "X\t"sv, "(x)"sv,
          "sk_live_key\n"sv, "Authorization: Bearer sk_live_key"sv}) {
        BOOST_TEST(field_of_refusal(name) == "headers[2]", name);
    }
}

BOOST_AUTO_TEST_CASE(a_value_outside_the_grammar_is_not_quoted) {
    for (std::string_view const end :
         {"\r"sv, "\n"sv, "\r\nX: y"sv, "\r\n folded"sv, "\0"sv, "\x01"sv, "\x7F"sv, " "sv, "\t"sv, "\v"sv}) {
        std::string const value = "secret" + std::string{end};
        auto const refusal = refuse_header("headers", 0, {"X-Value", value});
        BOOST_TEST_REQUIRE(refusal.has_value());
        BOOST_TEST(refusal->field == "headers.X-Value");
        BOOST_TEST(refusal->message.find("secret") == std::string::npos);
    }
    BOOST_TEST(field_of_refusal("X-Value", " a") == "headers.X-Value");
}

BOOST_AUTO_TEST_CASE(a_header_is_found_by_its_whole_name) {
    std::string lines{"GET /x HTTP/1.1\r\n"};
    append_header(lines, {"X-Tenant", "acme"});
    append_header(lines, {"Empty", ""});
    BOOST_TEST(lines == "GET /x HTTP/1.1\r\nX-Tenant: acme\r\nEmpty: \r\n");
    for (std::string_view const name : {"X-Tenant", "x-tenant", "EMPTY"}) BOOST_TEST(has_header(lines, name), name);
    for (std::string_view const name : {"", "X", "X-Ten", "X-Tenant2", "acme", "GET", "Tenant"}) {
        BOOST_TEST(!has_header(lines, name), name);
    }
    BOOST_TEST(!has_header("A: b\r\n\r\nX-Body: 1\r\n", "X-Body"));
    BOOST_TEST(!has_header("", "A"));
    BOOST_TEST(has_header("A: b", "a"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::base
