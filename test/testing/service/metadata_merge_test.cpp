#include "testing/service/metadata_merge.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <random>
#include <string>

using clerk::testing::Json;

BOOST_AUTO_TEST_SUITE(metadata_merge)

namespace {

namespace data = boost::unit_test::data;
namespace json = boost::json;

struct Case {
    char const* target;
    char const* patch;
    char const* merged;

    friend std::ostream& operator<<(std::ostream& out, Case const& row) {
        return out << row.target << " + " << row.patch;
    }
};

Case const cases[] = {
    {"{}", "{}", "{}"},
    {R"({"a":1})", "{}", R"({"a":1})"},
    {R"({"a":1})", R"({"a":2,"b":3})", R"({"a":2,"b":3})"},
    {R"({"a":1,"b":2})", R"({"a":null})", R"({"b":2})"},
    {R"({"a":1})", R"({"b":null})", R"({"a":1})"},
    {R"({"a":{"x":1,"y":2}})", R"({"a":{"x":null,"z":3}})", R"({"a":{"y":2,"z":3}})"},
    {R"({"a":{"x":{"y":{"z":1,"k":2}}}})", R"({"a":{"x":{"y":{"z":null}}}})", R"({"a":{"x":{"y":{"k":2}}}})"},
    {R"({"a":{"x":1}})", R"({"a":{"x":null}})", R"({"a":{}})"},
    {R"({"a":1})", R"({"a":{"x":null,"y":{"z":null,"w":1}}})", R"({"a":{"y":{"w":1}}})"},
    {"{}", R"({"a":{"b":{"c":null}}})", R"({"a":{"b":{}}})"},
    {R"({"a":{"x":1}})", R"({"a":[{"x":null}]})", R"({"a":[{"x":null}]})"},
    {R"({"a":[1,2,3]})", R"({"a":[4]})", R"({"a":[4]})"},
    {R"({"a":{"x":1}})", R"({"a":"text"})", R"({"a":"text"})"},
    {"null", R"({"a":1,"b":null})", R"({"a":1})"},
    {R"({"":1,"é":{"🚀":1}})", R"({"":null,"é":{"🚀":2}})", R"({"é":{"🚀":2}})"},
};

std::string merge(std::string const& target, std::string const& patch) {
    Json value = clerk::testing::parse_json(target).value();
    clerk::testing::merge_metadata(value, clerk::testing::parse_json(patch).value());
    return clerk::testing::to_text(value);
}

// A simple and slow reference implementation with another tree (RFC 7396).
json::value model_merge(json::value target, json::value const& patch) {
    if (!patch.is_object()) return patch;
    json::object result{};
    if (target.is_object()) result = target.as_object();
    for (auto const& [key, value] : patch.as_object()) {
        if (value.is_null()) {
            result.erase(key);
        } else {
            json::value const* const old = result.if_contains(key);
            result[key] = model_merge(old == nullptr ? json::value{} : *old, value);
        }
    }
    return result;
}

json::value random_value(std::mt19937& random, int depth) {
    switch (random() % (depth == 0 ? 4 : 7)) {
        case 0:
            return nullptr;
        case 1:
            return random() % 10;
        case 2:
            return random() % 2 == 0;
        case 3:
            return "text";
        case 4: {
            json::array array{};
            for (std::size_t i = random() % 3; i != 0; --i) array.push_back(random_value(random, depth - 1));
            return array;
        }
        default: {
            json::object object{};
            for (std::size_t i = random() % 5; i != 0; --i) {
                object[std::string(1, static_cast<char>('a' + random() % 5))] = random_value(random, depth - 1);
            }
            return object;
        }
    }
}

json::value random_object(std::mt19937& random) {
    json::object object{};
    for (std::size_t i = random() % 6; i != 0; --i) {
        object[std::string(1, static_cast<char>('a' + random() % 5))] = random_value(random, 4);
    }
    return object;
}

}  // namespace

BOOST_DATA_TEST_CASE(follows_the_table, data::make(cases), row) {
    BOOST_TEST(json::parse(merge(row.target, row.patch)) == json::parse(row.merged));
}

BOOST_AUTO_TEST_CASE(agrees_with_the_model) {
    for (unsigned seed = 0; seed != 3000; ++seed) {
        std::mt19937 random{seed};
        json::value const target = random_object(random);
        json::value const patch = random_object(random);
        BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(target) << " + " << json::serialize(patch)) {
            std::string const once = merge(json::serialize(target), json::serialize(patch));
            BOOST_TEST(json::parse(once) == model_merge(target, patch));
            BOOST_TEST(merge(once, json::serialize(patch)) == once);  // a second time changes nothing
            BOOST_TEST(merge(once, "{}") == once);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
