#include "output.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace clerk_orgs;
using namespace std::string_literals;

struct Text {
    std::string in{};
    std::string out{};
    friend std::ostream& operator<<(std::ostream& out, Text const& text) { return out << text.out; }
};

Text const json_texts[] = {
    {R"({"a":"plain ü €"})", R"({"a":"plain ü €"})"},
    {"{\"a\":\"\x7f\"}", R"({"a":"\u007f"})"},
    {"{\"a\":\"x\xc2\x80y\xc2\x9fz\"}", R"({"a":"x\u0080y\u009fz"})"},
    {"{\"a\":\"\xc2\xa0\xc3\x80\"}", "{\"a\":\"\xc2\xa0\xc3\x80\"}"},
    {"{\"a\":\"\x9b\x80"
     "31m\xe2\x9b\"}",
     "{\"a\":\"\\u009b\\u008031m\xe2\\u009b\"}"},  // not UTF-8
    {"{\"a\":\t\"\x1b[31m\"}\r\n", "{\"a\":\t\"\\u001b[31m\"}\r\n"},
    {"", ""},
};

BOOST_DATA_TEST_CASE(controls_in_json_are_escaped, boost::unit_test::data::make(json_texts)) {
    std::string text = sample.in;
    escape_controls_in_json(text, 0);
    BOOST_TEST(text == sample.out);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_body_has_no_line) {
    clerk::Response<std::string> response{};
    response.status = 204;
    BOOST_TEST(answer_line(response, false) == "");
    BOOST_TEST(answer_line(response, true) == "{\"status\":204,\"headers\":{},\"data\":null}\n");
}

BOOST_AUTO_TEST_CASE(items_before_the_position_are_not_used) {
    std::string text = "\x7f\x7f";
    escape_controls_in_json(text, 1);
    BOOST_TEST(text == "\x7f\\u007f");
}

BOOST_AUTO_TEST_CASE(escaping_keeps_the_value_of_any_json_string) {
    auto const seed = std::random_device{}();
    BOOST_TEST_INFO("seed " << seed);
    std::mt19937 random{seed};
    std::vector<std::string> const pieces{"\x7f", "\xc2\x80", "\xc2\x9b", "\xc2\xa0", "\xc3\x9f", "a", "\\n", "€"};
    for (int round = 0; round < 500; ++round) {
        std::string json = "\"";
        for (auto count = random() % 12; count > 0; --count) json += pieces[random() % pieces.size()];
        json += '"';
        std::string escaped = json;
        escape_controls_in_json(escaped, 0);
        BOOST_TEST_REQUIRE((boost::json::parse(escaped) == boost::json::parse(json)));
        BOOST_TEST_REQUIRE(escaped.find('\x7f') == std::string::npos);
    }
}

Text const messages[] = {
    {"plain ü € \xf0\x9f\x98\x80", "plain ü € \xf0\x9f\x98\x80"},
    {"\x1b[31m", "\\x1b[31m"},
    {"a\nb\x7f\0"s, "a\\x0ab\\x7f\\x00"},
    {"\xc2\x9b", "\\x9b"},
    {"\x9b \xff", "\\x9b \\xff"},
    {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong
    {"\xe0\x80\x80", "\\xe0\\x80\\x80"},           // overlong
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // beyond U+10FFFF
    {"\xe2\x82", "\\xe2\\x82"},                    // cut off
    {"\xe2\x80\xaex", "\\xe2\\x80\\xaex"},         // turns the direction of what follows
    {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
    {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},  // a line break
};

BOOST_DATA_TEST_CASE(messages_become_printable, boost::unit_test::data::make(messages)) {
    BOOST_TEST(printable(sample.in) == sample.out);
}

BOOST_AUTO_TEST_CASE(headers_are_joined_under_lower_case_names) {
    clerk::Headers headers;
    headers.append("X-Note", "a\"b");
    headers.append("Content-Type", "application/json");
    headers.append("x-nOTE", "\x9b");
    BOOST_TEST(headers_to_json(headers) == R"({"x-note":"a\"b, \\x9b","content-type":"application/json"})");
}

}  // namespace
