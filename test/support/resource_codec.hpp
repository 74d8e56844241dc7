// Checks for the codec of every type of a resource.
#pragma once

#include "api/codec/tolerant_reader.hpp"
#include "api/codec/usual_reader.hpp"
#include "support/fixtures.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace clerk::test {

// Reads `json` in one piece and in many, compact and with white space, and checks that it is written unchanged.
template <class T>
T check_round_trip(std::string_view json) {
    Result<T> const whole = decode<T>(json);
    BOOST_TEST_REQUIRE(whole.has_value(), to_string(whole.error()));
    BOOST_TEST(boost::json::parse(to_json(*whole)) == boost::json::parse(json));
    for (std::size_t step = 1; step < 40; ++step) BOOST_TEST_REQUIRE((decode<T>(json, step).value() == *whole));
    Result<T> const again = decode<T>(to_json(*whole));
    BOOST_TEST_REQUIRE(again.has_value());
    BOOST_TEST((*again == *whole));
    return *whole;
}

// Checks that both readers accept `json`, made compact, with the same result.
template <class T>
void check_readers_agree(std::string_view json) {
    std::string const compact = boost::json::serialize(boost::json::parse(json));
    T quick;
    BOOST_TEST(api::read_usual(compact, max_depth, quick) == compact.size());
    T thorough;
    auto const problem = api::TolerantReader{max_depth}.read(compact, thorough);
    std::string const found = problem ? problem->path + ' ' + problem->message : std::string{};
    BOOST_TEST_REQUIRE(found == "");
    BOOST_TEST((quick == thorough));
    BOOST_TEST(to_json(quick) == to_json(thorough));
}

}  // namespace clerk::test
