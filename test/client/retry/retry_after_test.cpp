#include "client/retry/retry_after.hpp"

#include "base/time_point.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace std::chrono;
using clerk::base::longest_wait;
using clerk::client::parse_retry_after;

BOOST_AUTO_TEST_SUITE(retry_after)

namespace {

constexpr sys_seconds now = sys_days{year{1994} / 11 / 6} + hours{8} + minutes{49} + seconds{37};

}

BOOST_AUTO_TEST_CASE(reads_seconds_and_dates) {
    struct Row {
        std::string_view value;
        milliseconds expected;
    };
    std::vector<Row> const rows{
        {"0", milliseconds{0}},
        {"1", milliseconds{1000}},
        {" 120 ", milliseconds{120'000}},
        {"0000000000000000000000000005", milliseconds{5000}},
        {"9223372036854775807", longest_wait},
        {"9223372036854775808", longest_wait},
        {"99999999999999999999999999999999999999", longest_wait},
        {"Sun, 06 Nov 1994 08:49:37 GMT", milliseconds{0}},
        {"Sun, 06 Nov 1994 08:49:36 GMT", milliseconds{0}},
        {"Thu, 01 Jan 1970 00:00:00 GMT", milliseconds{0}},
        {"Sun, 06 Nov 1994 08:50:00 GMT", milliseconds{23'000}},
        {"Sunday, 06-Nov-94 08:50:00 GMT", milliseconds{23'000}},
        {"Sun Nov  6 08:50:00 1994", milliseconds{23'000}},
        {"Fri, 31 Dec 9999 23:59:59 GMT", longest_wait},
    };
    for (Row const& row : rows) {
        auto const wait = parse_retry_after(row.value, now);
        BOOST_REQUIRE_MESSAGE(wait.has_value(), row.value);
        BOOST_TEST(wait->count() == row.expected.count(), row.value);
    }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
    for (std::string_view const value :
         {"", " ", "-1", "+1", "1.5", "1s", "0x10", "1 2", "soon", "1e3", "tomorrow GMT"}) {
        BOOST_TEST(!parse_retry_after(value, now).has_value(), value);
    }
}

BOOST_AUTO_TEST_CASE(random_text_gives_nothing_or_a_sane_wait) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        std::string const base = "Sun, 06 Nov 1994 08:50:00 GMT";
        for (int round = 0; round < 20'000; ++round) {
            std::string text = random() % 2 == 0 ? base : std::to_string(random());
            for (std::size_t hits = random() % 4; hits != 0; --hits) {
                text[random() % text.size()] = static_cast<char>(random() & 0xFFU);
            }
            text.resize(random() % (text.size() + 1));
            auto const wait = parse_retry_after(text, now);
            if (wait) BOOST_REQUIRE((*wait >= milliseconds{0} && *wait <= longest_wait));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
