#include "testing/service/json.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace data = boost::unit_test::data;
using clerk::testing::Json;

BOOST_AUTO_TEST_SUITE(json)

BOOST_DATA_TEST_CASE(is_unchanged_after_a_round_trip,
                     data::make({"null", "true", "false", "0", "-0", "1.10", "1e5", "1E+5", "0.1",
                                 "123456789012345678901234567890", "-9223372036854775809", "1e999", "\"\"",
                                 "\"\\u0000\\u001f\\\"\\\\\\n\\r\\t/\"", "\"é漢🚀\"", "[]", "{}", "[[],{},[1,[2]]]",
                                 R"({"a":{"b":[1,{"c":null}]},"":0})"}),
                     text) {
    auto const value = clerk::testing::parse_json(text);
    BOOST_TEST_REQUIRE(value.has_value());
    BOOST_TEST(clerk::testing::to_text(*value) == text);
}

BOOST_DATA_TEST_CASE(refuses_what_is_not_json,
                     data::make({"", " ", "{", "}", "[1,]", "{\"a\":1,}", "{'a':1}", "nul", "01", "1.", "+1", "\"\n\"",
                                 "\"\\ud800\"", "\"\xff\"", "1 2", "{} x", "/*c*/1", "NaN", "\xEF\xBB\xBF{}"}),
                     text) {
    BOOST_TEST(!clerk::testing::parse_json(text).has_value());
}

BOOST_AUTO_TEST_CASE(takes_white_space_and_escapes) {
    auto const value = clerk::testing::parse_json(" { \"\\u0061\" : \"\\ud83d\\ude80\" } \n");
    BOOST_TEST_REQUIRE(value.has_value());
    BOOST_TEST(clerk::testing::to_text(*value) == R"({"a":"🚀"})");
}

BOOST_AUTO_TEST_CASE(keeps_the_last_of_equal_keys) {
    auto const value = clerk::testing::parse_json(R"({"a":1,"b":2,"a":{"c":1,"c":2},"d":3})");
    BOOST_TEST_REQUIRE(value.has_value());
    BOOST_TEST(clerk::testing::to_text(*value) == R"({"b":2,"a":{"c":2},"d":3})");
}

BOOST_AUTO_TEST_CASE(limits_the_depth) {
    std::string const deep(1000, '[');
    BOOST_TEST(clerk::testing::parse_json(deep + std::string(1000, ']')).has_value());
    BOOST_TEST(!clerk::testing::parse_json('[' + deep + std::string(1001, ']')).has_value());
}

BOOST_AUTO_TEST_CASE(reads_only_integers_that_fit) {
    auto const integer = [](char const* text) { return clerk::testing::parse_json(text)->to_integer(); };
    BOOST_TEST(integer("9223372036854775807").value() == std::numeric_limits<std::int64_t>::max());
    BOOST_TEST(integer("-5").value() == -5);
    for (char const* const other : {"9223372036854775808", "1.0", "1e2", "\"1\"", "null", "true"}) {
        BOOST_TEST(!integer(other).has_value(), other);
    }
}

BOOST_AUTO_TEST_SUITE_END()
