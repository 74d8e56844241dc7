#include <clerk/metadata.hpp>
#include <clerk/result.hpp>

#include "support/printing.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>
#include <string>
#include <vector>

using clerk::Metadata;

BOOST_AUTO_TEST_SUITE(metadata)

BOOST_AUTO_TEST_CASE(accepts_objects_and_compacts_without_touching_spelling) {
    struct Row {
        std::string_view json;
        std::string_view text;
    };
    std::vector<Row> const rows{
        {"{}", "{}"},
        {" \r\n{\t} ", "{}"},
        {R"({"a" : 1})", R"({"a":1})"},
        {R"( { "a b" : " \" c \\" , "d":[ 1 , 2.50 , 1e2 ] } )", R"({"a b":" \" c \\","d":[1,2.50,1e2]})"},
        {R"({"big":123456789012345678901234567890})", R"({"big":123456789012345678901234567890})"},
        {R"({"u":"\u00e9 é"})", R"({"u":"\u00e9 é"})"},
        {R"({"n":null,"t":true,"f":false})", R"({"n":null,"t":true,"f":false})"},
    };
    for (Row const& row : rows) {
        auto const parsed = Metadata::parse(row.json);
        BOOST_REQUIRE_MESSAGE(parsed.has_value(), row.json);
        BOOST_TEST(parsed->text() == row.text);
    }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else_and_names_the_field) {
    std::vector<std::string> const rows{"",
                                        " ",
                                        "null",
                                        "[]",
                                        "1",
                                        R"("{}")",
                                        "{",
                                        R"({"a":})",
                                        R"({"a":1,})",
                                        R"({"a":1} x)",
                                        "{}{}",
                                        "{'a':1}",
                                        R"({"a":01})",
                                        R"({"a":NaN})",
                                        "{\"a\":\"\x01\"}",
                                        "{\"a\":\"\xFF\"}",
                                        "\xEF\xBB\xBF{}",
                                        R"({"a":"\ud800"})",
                                        "{/**/}",
                                        std::string{"{}\0", 3}};
    for (std::string const& json : rows) {
        auto const parsed = Metadata::parse(json);
        BOOST_REQUIRE_MESSAGE(!parsed.has_value(), json);
        BOOST_TEST(parsed.error() == clerk::errc::invalid_argument);
        BOOST_TEST(parsed.error().field() == "metadata");
        BOOST_TEST(!parsed.error().message().empty());
    }
}

BOOST_AUTO_TEST_CASE(limits_the_depth_of_foreign_text) {
    auto const nested = [](std::size_t depth) {
        std::string text = "{\"a\":";
        for (std::size_t level = 2; level < depth; ++level) text += "{\"a\":";
        text += "{}" + std::string(depth - 1, '}');
        return text;
    };
    BOOST_TEST(Metadata::parse(nested(64)).has_value());
    BOOST_TEST(!Metadata::parse(nested(65)).has_value());
    BOOST_TEST(!Metadata::parse(nested(1'000'000)).has_value());
    // A text that a decoder with a higher limit has accepted can still be read.
    Metadata const deep = Metadata::from_valid_text(nested(900));
    BOOST_TEST(deep.object().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_object_round_trip) {
    boost::json::object const object{{"plan", "pro"}, {"seats", 5}, {"nested", {{"list", {1, 2, nullptr}}}}};
    Metadata const value = object;
    BOOST_TEST(value.object() == object);
    BOOST_TEST(!value.empty());
    BOOST_TEST(Metadata{}.empty());
    BOOST_TEST(Metadata{boost::json::object{}}.empty());
    BOOST_TEST(Metadata{}.text() == "{}");
    BOOST_TEST(Metadata{}.object().empty());
}

BOOST_AUTO_TEST_CASE(what_json_cannot_express_is_replaced) {
    double const infinity = std::numeric_limits<double>::infinity();
    boost::json::object const object{{"inf", infinity},
                                     {"list", {1.5, std::numeric_limits<double>::quiet_NaN(), {{"deep", -infinity}}}},
                                     {"text",
                                      "a\xFF"
                                      "é\xE2\x80"},
                                     {"k\x80", 1}};
    Metadata const value = object;
    auto const reparsed = Metadata::parse(value.text());
    BOOST_REQUIRE(reparsed.has_value());
    boost::json::object const expected{
        {"inf", nullptr}, {"list", {1.5, nullptr, {{"deep", nullptr}}}}, {"text", "a�é��"}, {"k�", 1}};
    BOOST_TEST(reparsed->object() == expected);
    BOOST_TEST(value == *reparsed);
}

BOOST_AUTO_TEST_CASE(numbers_of_any_size_are_kept_and_read) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    struct Row {
        std::string number;
        double value;
    };
    for (Row const& row : {Row{"1e400", infinity}, Row{"-1e2147483648", -infinity}, Row{"1e-2147483649", 0},
                           Row{std::string(400, '9') + "e9999999999", infinity}}) {
        std::string const json = R"({"a":[)" + row.number + "]}";
        auto const parsed = Metadata::parse(json);
        BOOST_TEST_REQUIRE(parsed.has_value(), row.number);
        BOOST_TEST(parsed->text() == json);
        BOOST_TEST(parsed->object().at("a").at(0).to_number<double>() == row.value);
    }
}

BOOST_AUTO_TEST_CASE(of_duplicate_keys_the_last_counts) {
    BOOST_TEST(Metadata::parse(R"({"a":1,"b":2,"a":3})")->object().at("a").as_int64() == 3);
}

BOOST_AUTO_TEST_CASE(compares_values_and_not_text) {
    auto const parse = [](std::string_view json) { return Metadata::parse(json).value(); };
    BOOST_TEST((parse(R"({"a":1,"b":[2]})") == parse(R"({ "b":[2], "a":1 })")));
    BOOST_TEST((parse(R"({"a":"é"})") == parse(R"({"a":"\u00e9"})")));
    BOOST_TEST(parse("{}") == Metadata{});
    BOOST_TEST(!(parse(R"({"a":1})") == parse(R"({"a":2})")));
    BOOST_TEST(!(parse(R"({"a":[1,2]})") == parse(R"({"a":[2,1]})")));
    BOOST_TEST(!(parse(R"({"a":null})") == Metadata{}));
}

BOOST_AUTO_TEST_CASE(compacting_keeps_the_value_of_random_documents) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        std::vector<std::string> const pieces{"\"a\\\"b\"", "\" \\\\\"", "12.5",       "-3",
                                              "true",       "null",      "[ 1 , {} ]", "{ \"x\" : \"y z\" }"};
        std::vector<std::string> const spaces{"", " ", "\n", "\t\r\n  "};
        auto const space = [&] { return spaces[random() % spaces.size()]; };
        for (int round = 0; round < 500; ++round) {
            std::string json = space() + "{" + space();
            std::size_t const members = random() % 5;
            for (std::size_t index = 0; index < members; ++index) {
                if (index != 0) json += "," + space();
                json += "\"k " + std::to_string(index) + "\"" + space() + ":" + space() +
                        pieces[random() % pieces.size()] + space();
            }
            json += "}" + space();
            auto const parsed = Metadata::parse(json);
            BOOST_REQUIRE(parsed.has_value());
            BOOST_TEST(boost::json::parse(parsed->text()) == boost::json::parse(json));
            BOOST_TEST(parsed->text().find('\n') == std::string_view::npos);
            BOOST_TEST(Metadata::parse(parsed->text())->text() == parsed->text());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
