#include <clerk/timestamp.hpp>

#include "support/printing.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(timestamp)

namespace {

namespace data = boost::unit_test::data;

clerk::Timestamp at(std::int64_t milliseconds) { return clerk::Timestamp{std::chrono::milliseconds{milliseconds}}; }

struct Accepted {
    std::string_view text;
    std::int64_t milliseconds;
};
std::ostream& operator<<(std::ostream& out, Accepted const& sample) { return out << sample.text; }

Accepted const accepted[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2012-10-20T07:15:20.902Z", 1'350'717'320'902},
    {"2012-10-20t07:15:20.902z", 1'350'717'320'902},
    {"2012-10-20T09:15:20.902+02:00", 1'350'717'320'902},
    {"2012-10-20T01:45:20.902-05:30", 1'350'717'320'902},
    {"2012-10-20T07:15:20.902-00:00", 1'350'717'320'902},
    {"1970-01-01T00:00:00.9Z", 900},
    {"1970-01-01T00:00:00.09Z", 90},
    {"1970-01-01T00:00:00.0019999999999999999999Z", 1},
    {"1969-12-31T23:59:59.999Z", -1},
    {"2000-02-29T00:00:00Z", 951'782'400'000},
    {"2016-12-31T23:59:60Z", 1'483'228'799'999},
    {"2016-12-31T23:59:60.5Z", 1'483'228'799'999},
    {"2017-01-01T08:59:60+09:00", 1'483'228'799'999},
    {"0000-01-01T00:00:00Z", -62'167'219'200'000},
    {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
};

std::string_view const refused[] = {
    "",
    "2012",
    "2012-10-20",
    "2012-10-20T07:15:20",
    "2012-10-20 07:15:20Z",
    "2012-10-20T07:15Z",
    "2012-10-20T07:15:20.Z",
    "2012-10-20T07:15:20,9Z",
    "2012-10-20T07:15:20.902ZZ",
    " 2012-10-20T07:15:20.902Z",
    "2012-10-20T07:15:20.902Z ",
    "2012-10-20T07:15:20.902+0200",
    "2012-10-20T07:15:20.902+02",
    "2012-10-20T07:15:20.902+24:00",
    "2012-10-20T07:15:20.902+02:60",
    "2012-00-20T07:15:20Z",
    "2012-13-20T07:15:20Z",
    "2012-10-00T07:15:20Z",
    "2012-10-32T07:15:20Z",
    "2012-04-31T07:15:20Z",
    "2013-02-29T07:15:20Z",
    "1900-02-29T07:15:20Z",
    "2012-10-20T24:00:00Z",
    "2012-10-20T07:60:20Z",
    "2012-10-20T07:15:61Z",
    "2012-10-20T07:15:60Z",
    "2012-10-20T23:59:60Z",
    "12012-10-20T07:15:20Z",
    "-012-10-20T07:15:20Z",
    "+2012-10-20T07:15:20Z",
    "2012-1-20T07:15:20Z",
    "2012-10-20T7:15:20Z",
    "2012-10-2OT07:15:20Z",
    "1350717320902",
    "0000-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
};

}  // namespace

BOOST_DATA_TEST_CASE(reads_rfc_3339, data::make(accepted), sample) {
    clerk::Result<clerk::Timestamp> const time = clerk::parse_timestamp(sample.text);
    BOOST_TEST_REQUIRE(time.has_value());
    BOOST_TEST(time->time_since_epoch().count() == sample.milliseconds);
}

BOOST_DATA_TEST_CASE(refuses_what_is_not_rfc_3339, data::make(refused), text) {
    clerk::Result<clerk::Timestamp> const time = clerk::parse_timestamp(text);
    BOOST_TEST(time.has_error());
    BOOST_TEST(time.error() == clerk::errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(writes_utc_with_milliseconds) {
    BOOST_TEST(clerk::to_string(at(0)) == "1970-01-01T00:00:00.000Z");
    BOOST_TEST(clerk::to_string(at(-1)) == "1969-12-31T23:59:59.999Z");
    BOOST_TEST(clerk::to_string(at(1'350'717'320'902)) == "2012-10-20T07:15:20.902Z");
    BOOST_TEST(clerk::to_string(at(-62'167'219'200'000)) == "0000-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(writes_the_nearest_year_that_rfc_3339_has) {
    BOOST_TEST(clerk::to_string(clerk::Timestamp::max()) == "9999-12-31T23:59:59.999Z");
    BOOST_TEST(clerk::to_string(clerk::Timestamp::min()) == "0000-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(reads_back_what_it_wrote) {
    unsigned const seed = 20'260'512;
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937_64 random{seed};
    std::uniform_int_distribution<std::int64_t> any{-62'167'219'200'000, 253'402'300'799'999};
    for (int round = 0; round < 10'000; ++round) {
        clerk::Timestamp const time = at(any(random));
        std::string const text = clerk::to_string(time);
        BOOST_TEST_INFO(text);
        BOOST_TEST_REQUIRE(text.size() == 24U);
        BOOST_TEST_REQUIRE((clerk::parse_timestamp(text).value() == time));
    }
}

BOOST_AUTO_TEST_SUITE_END()
