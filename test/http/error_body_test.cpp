#include "http/error_body.hpp"

#include <clerk/headers.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using clerk::http::ErrorBody;
using clerk::http::parse_error_body;

BOOST_AUTO_TEST_SUITE(error_body)

BOOST_AUTO_TEST_CASE(reads_a_whole_document) {
    auto const body = parse_error_body(
        R"({"errors":[{"code":"form_param_missing","message":"is missing","long_message":"`name` is required.",)"
        R"("meta":{"param_name":"name","extra":[1]}},{"code":"other","message":"m"}],"meta":{"a":1},)"
        R"("clerk_trace_id":"64ab","unknown":{}})");
    BOOST_REQUIRE(body.has_value());
    BOOST_REQUIRE(body->errors.size() == 2U);
    BOOST_TEST(body->errors[0].code == "form_param_missing");
    BOOST_TEST(body->errors[0].message == "is missing");
    BOOST_TEST(body->errors[0].long_message == "`name` is required.");
    BOOST_TEST(body->errors[0].meta.text() == R"({"param_name":"name","extra":[1]})");
    BOOST_TEST(body->errors[0].param_name() == "name");
    BOOST_TEST(body->errors[1].code == "other");
    BOOST_TEST(body->errors[1].long_message.empty());
    BOOST_TEST(body->errors[1].meta.empty());
    BOOST_TEST(body->meta.text() == R"({"a":1})");
    BOOST_TEST(body->trace_id == "64ab");
}

BOOST_AUTO_TEST_CASE(keeps_what_is_readable) {
    auto const body =
        parse_error_body(R"({"errors":[null,7,[],{},{"code":42,"message":"kept"},{"code":"only"},{"meta":{"x":1}},)"
                         R"({"code":null,"long_message":{}}],"meta":[],"clerk_trace_id":5})");
    BOOST_REQUIRE(body.has_value());
    BOOST_REQUIRE(body->errors.size() == 3U);
    BOOST_TEST(body->errors[0].code.empty());
    BOOST_TEST(body->errors[0].message == "kept");
    BOOST_TEST(body->errors[1].code == "only");
    BOOST_TEST(body->errors[2].meta.text() == R"({"x":1})");
    BOOST_TEST(body->meta.empty());
    BOOST_TEST(body->trace_id.empty());

    BOOST_TEST(parse_error_body(R"({"errors":{},"clerk_trace_id":"t"})")->trace_id == "t");
    BOOST_TEST(parse_error_body(R"({"meta":{"k":"v"}})")->meta.text() == R"({"k":"v"})");
}

BOOST_AUTO_TEST_CASE(numbers_of_any_size_cost_nothing_else) {
    for (std::string const number : {"1e99999", "1e2147483648", "-1e-99999999999"}) {
        auto const body =
            parse_error_body(R"({"errors":[{"code":"a","meta":{"n":)" + number + R"(,"param_name":"p"}}],"x":)" +
                             number + R"(,"meta":{"n":[)" + number + R"(]},"clerk_trace_id":"t"})");
        BOOST_TEST_REQUIRE(body.has_value(), number);
        BOOST_TEST_REQUIRE(body->errors.size() == 1U);
        BOOST_TEST(body->errors[0].code == "a");
        BOOST_TEST(body->errors[0].param_name() == "p");
        BOOST_TEST(body->trace_id == "t");
        BOOST_TEST(clerk::Metadata::parse(body->errors[0].meta.text()).has_value());
        BOOST_TEST(clerk::Metadata::parse(body->meta.text()).has_value());
    }
}

BOOST_AUTO_TEST_CASE(leaves_foreign_bodies_alone) {
    std::vector<std::string> const texts{"",
                                         " ",
                                         "<html>502 Bad Gateway</html>",
                                         "null",
                                         "[]",
                                         "\"errors\"",
                                         "{}",
                                         R"({"errors":[]})",
                                         R"({"errors":"x"})",
                                         R"({"errors":[{}]})",
                                         R"({"message":"not ours"})",
                                         R"({"errors":[{"code":"a"}])",
                                         R"({"errors":[{"code":"a"}]} trailing)",
                                         "{\"errors\":[{\"code\":\"\xFF\"}]}",
                                         "\xEF\xBB\xBF{}",
                                         std::string(100'000, '[')};
    for (std::string const& text : texts) BOOST_TEST(!parse_error_body(text).has_value(), text.substr(0, 50));
}

BOOST_AUTO_TEST_CASE(caps_what_it_keeps) {
    boost::json::array errors;
    for (int index = 0; index < 1000; ++index)
        errors.push_back(boost::json::object{{"code", "c" + std::to_string(index)}});
    errors[0].as_object()["message"] = std::string(20'000, 'x');
    // A two-byte character crosses the cut.
    std::string wide = "x";
    for (int index = 0; index < 10'000; ++index) wide += "é";
    errors[0].as_object()["long_message"] = wide;
    boost::json::object const document{{"errors", errors}, {"clerk_trace_id", std::string(5000, 't')}};
    auto const body = parse_error_body(boost::json::serialize(document));
    BOOST_REQUIRE(body.has_value());
    BOOST_TEST(body->errors.size() == 100U);
    BOOST_TEST(body->errors[99].code == "c99");
    BOOST_TEST(body->errors[0].message.size() == 8192U);
    BOOST_TEST(body->errors[0].long_message.size() == 8191U);
    BOOST_TEST(body->trace_id.size() == 256U);
    BOOST_TEST(clerk::http::trace_id(nullptr, std::string(5000, 't'), "").size() == 256U);
    BOOST_TEST(clerk::http::trace_id(nullptr, "", std::string(5000, 'r')).size() == 256U);
}

BOOST_AUTO_TEST_CASE(prefers_the_trace_id_of_the_body) {
    ErrorBody body;
    clerk::Headers headers;
    BOOST_TEST(clerk::http::trace_id(nullptr, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "");
    headers.append("CF-Ray", "ray");
    BOOST_TEST(clerk::http::trace_id(nullptr, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "ray");
    BOOST_TEST(clerk::http::trace_id(&body, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "ray");
    headers.append("clerk-trace-id", "header");
    BOOST_TEST(clerk::http::trace_id(&body, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "header");
    body.trace_id = "body";
    BOOST_TEST(clerk::http::trace_id(&body, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "body");
    BOOST_TEST(clerk::http::trace_id(nullptr, headers["Clerk-Trace-Id"], headers["cf-ray"]) == "header");
}

BOOST_AUTO_TEST_CASE(survives_every_cut_and_random_damage) {
    std::string const text =
        R"({"errors":[{"code":"a","message":"b","meta":{"x":[1,2.5e3,"\u00e9"]}}],"clerk_trace_id":"t"})";
    BOOST_REQUIRE(parse_error_body(text).has_value());
    for (std::size_t size = 0; size < text.size(); ++size)
        BOOST_TEST(!parse_error_body(text.substr(0, size)).has_value());
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 5000; ++round) {
            std::string damaged = text;
            for (std::size_t hits = 1 + random() % 4; hits != 0; --hits) {
                damaged[random() % damaged.size()] = static_cast<char>(random() & 0xFFU);
            }
            if (auto const body = parse_error_body(damaged)) BOOST_TEST(body->errors.size() <= 1U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
