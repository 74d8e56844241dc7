#include "base/json_text.hpp"

#include "support/printing.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(json_text)

namespace {

namespace base = clerk::base;
namespace data = boost::unit_test::data;
using namespace std::string_view_literals;

std::string json_string(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out;
}

struct IntegerSample {
    std::string_view text;
    std::optional<std::int64_t> value;
};
std::ostream& operator<<(std::ostream& out, IntegerSample const& sample) { return out << sample.text; }

IntegerSample const integers[] = {
    {"0", 0},
    {"-0", 0},
    {"12", 12},
    {"-12", -12},
    {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
    {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
    {"9223372036854775808", std::nullopt},
    {"-9223372036854775809", std::nullopt},
    {"10.0", 10},
    {"-10.000", -10},
    {"1e3", 1000},
    {"1E+3", 1000},
    {"1.5e1", 15},
    {"1.25e1", std::nullopt},
    {"1500e-2", 15},
    {"1505e-2", std::nullopt},
    {"0.0", 0},
    {"0e999999999999999999999", 0},
    {"0.5", std::nullopt},
    {"10.01", std::nullopt},
    {"1e-1", std::nullopt},
    {"1e15", 1'000'000'000'000'000},
    {"1e16", std::nullopt},
    {"9007199254740992.0", 9'007'199'254'740'992},
    {"-9007199254740992.0", -9'007'199'254'740'992},
    {"9007199254740993.0", std::nullopt},
    {"1e2147483647", std::nullopt},
    {"1e-2147483647", std::nullopt},
    {"1e99999999999999999999", std::nullopt},
    {"100000000000000000000000000000e-28", 10},
    {"1.0000000000000000000000000000", 1},
    {"1.0000000000000000000000000001", std::nullopt},
};

std::string_view const well_formed[] = {
    "", "ascii", "\u00e4\u20ac\U0001F600", "longer than eight bytes \u00e4", "\0x"sv, "\xF4\x8F\xBF\xBF"};
std::string_view const ill_formed[] = {
    "\x80", "\xC3", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "eight by\xC3", "\xF0\x9F\x98"};

}  // namespace

BOOST_AUTO_TEST_CASE(long_exponents_are_cut) {
    struct Row {
        std::string_view json;
        std::string_view expected;
    };
    for (Row const& row : {Row{"1e1000000000", "1e999999999"}, Row{"-1.5E+1000000000", "-1.5E+999999999"},
                           Row{"1e-1000000000", "1e-999999999"}, Row{"[1e0001234567890,2]", "[1e000999999999,2]"},
                           Row{R"({"a":[true,1e9,"x\"",1e2147483648,2e2147483648]})",
                               R"({"a":[true,1e9,"x\"",1e999999999,2e999999999]})"},
                           Row{"0e99999999999999999999", "0e999999999"}}) {
        BOOST_TEST(base::with_short_exponents(row.json) == row.expected);
    }
    for (std::string_view const json :
         {"", "1", "1e", "1e+", "1e999999999", "1e-999999999", "1e+0000000000999999999", "12345678901e1",
          "1e999999999e1", R"({"a1e1234567890":"1e1234567890","b\"1e1234567890":[false,true]})"}) {
        BOOST_TEST(base::with_short_exponents(json) == json);
    }
}

BOOST_AUTO_TEST_CASE(depth_counts_brackets_outside_of_strings) {
    BOOST_TEST(base::json_depth("{}") == 1U);
    BOOST_TEST(base::json_depth("7") == 0U);
    BOOST_TEST(base::json_depth(R"("[{")") == 0U);
    BOOST_TEST(base::json_depth(R"({"a":[1,{"b":2}],"c":{}})") == 3U);
    BOOST_TEST(base::json_depth(R"({"[\"{\\":"\\\"[[["})") == 1U);
}

BOOST_DATA_TEST_CASE(reads_integers_without_rounding, data::make(integers), sample) {
    BOOST_TEST(base::integer_from_json_number(sample.text) == sample.value);
}

BOOST_AUTO_TEST_CASE(tells_utf8) {
    for (std::string_view const text : well_formed) BOOST_TEST(base::is_valid_utf8(text));
    for (std::string_view const text : ill_formed) BOOST_TEST(!base::is_valid_utf8(text));
}

BOOST_AUTO_TEST_CASE(counts_code_points) {
    BOOST_TEST(base::count_code_points("") == 0U);
    BOOST_TEST(base::count_code_points("a\u00e4\u20ac\U0001F600") == 4U);
}

BOOST_AUTO_TEST_CASE(escapes_exactly_what_json_requires) {
    for (unsigned byte = 0; byte < 0x80; ++byte) {
        // At every position in a word, so that both the word-wise scan and its tail are tested.
        for (std::size_t place = 0; place < 17; ++place) {
            std::string text(17, 'x');
            text[place] = static_cast<char>(byte);
            std::string const json = json_string(text);
            bool const escaped = byte < 0x20 || byte == '"' || byte == '\\';
            BOOST_TEST_INFO("byte " << byte << " at " << place);
            BOOST_TEST((json.size() == text.size() + 2) != escaped);
            BOOST_TEST(std::string_view{boost::json::parse(json).as_string()} == text);
        }
    }
    BOOST_TEST(json_string("\"\\\b\f\n\r\t\x01\x7F/") == "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7F/\"");
}

BOOST_AUTO_TEST_CASE(replaces_ill_formed_bytes) {
    BOOST_TEST(json_string("a\xFF"
                           "b") ==
               "\"a\xEF\xBF\xBD"
               "b\"");
    BOOST_TEST(json_string("\xC3") == "\"\xEF\xBF\xBD\"");
    for (std::string_view const text : ill_formed) {
        BOOST_TEST_INFO(text);
        BOOST_TEST(base::is_valid_utf8(json_string(text)));
    }
}

BOOST_AUTO_TEST_CASE(any_bytes_make_a_valid_string) {
    unsigned const seed = 8259;
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random{seed};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> length{0, 40};
    for (int round = 0; round < 5000; ++round) {
        std::string text(length(random), '\0');
        for (char& c : text) c = static_cast<char>(byte(random));
        boost::system::error_code failure;
        boost::json::value const value = boost::json::parse(json_string(text), failure);
        BOOST_TEST_REQUIRE(!failure);
        if (base::is_valid_utf8(text)) BOOST_TEST_REQUIRE(std::string_view{value.as_string()} == text);
    }
}

BOOST_AUTO_TEST_CASE(writes_integers) {
    std::string out;
    base::append_integer(out, std::numeric_limits<std::int64_t>::min());
    out += ' ';
    base::append_integer(out, 0);
    BOOST_TEST(out == "-9223372036854775808 0");
}

BOOST_AUTO_TEST_SUITE_END()
