#include "client/retry/http_date.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono;
using clerk::client::parse_http_date;

BOOST_AUTO_TEST_SUITE(http_date)

namespace {

constexpr sys_seconds at(int y, unsigned m, unsigned d, int hour = 0, int minute = 0, int second = 0) {
    return sys_days{year{y} / month{m} / day{d}} + hours{hour} + minutes{minute} + seconds{second};
}

constexpr sys_seconds now = at(2026, 5, 12);

template <class... Values>
std::string format(char const* pattern, Values... values) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, values...);
    return text.data();
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_the_three_forms) {
    struct Row {
        std::string_view text;
        sys_seconds expected;
    };
    std::vector<Row> const rows{
        {"Sun, 06 Nov 1994 08:49:37 GMT", at(1994, 11, 6, 8, 49, 37)},
        {"Sunday, 06-Nov-94 08:49:37 GMT", at(1994, 11, 6, 8, 49, 37)},
        {"Sun Nov  6 08:49:37 1994", at(1994, 11, 6, 8, 49, 37)},
        {"Sun Nov 16 08:49:37 1994", at(1994, 11, 16, 8, 49, 37)},
        {"Thu, 29 Feb 2024 23:59:59 GMT", at(2024, 2, 29, 23, 59, 59)},
        {"Sat, 31 Dec 2016 23:59:60 GMT", at(2017, 1, 1)},
        {"Thu, 01 Jan 1970 00:00:00 GMT", at(1970, 1, 1)},
        {"Fri, 31 Dec 9999 23:59:59 GMT", at(9999, 12, 31, 23, 59, 59)},
        {"sun, 06 NOV 1994 08:49:37 GMT", at(1994, 11, 6, 8, 49, 37)},
        // Two digits: never more than 50 years ahead of 2026.
        {"Tuesday, 12-May-26 00:00:00 GMT", at(2026, 5, 12)},
        {"Tuesday, 12-May-76 00:00:00 GMT", at(2076, 5, 12)},
        {"Tuesday, 12-May-77 00:00:00 GMT", at(1977, 5, 12)},
        {"Tuesday, 12-May-00 00:00:00 GMT", at(2000, 5, 12)},
        {"Tuesday, 12-May-99 00:00:00 GMT", at(1999, 5, 12)},
    };
    for (Row const& row : rows) {
        auto const time = parse_http_date(row.text, now);
        BOOST_REQUIRE_MESSAGE(time.has_value(), row.text);
        BOOST_TEST(time->time_since_epoch().count() == row.expected.time_since_epoch().count(), row.text);
    }
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
    for (std::string_view const text : {"",
                                        "GMT",
                                        "Sun",
                                        "Sun, 06 Nov 1994 08:49:37",
                                        "Sun, 06 Nov 1994 08:49:37 UTC",
                                        "Sun, 6 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 94 08:49:37 GMT",
                                        "Sun,06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:37 GMT ",
                                        " Sun, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 30 Feb 2026 08:49:37 GMT",
                                        "Sun, 00 Nov 1994 08:49:37 GMT",
                                        "Sun, 32 Oct 1994 08:49:37 GMT",
                                        "Thu, 29 Feb 2023 00:00:00 GMT",
                                        "Sun, 06 Nov 1994 24:00:00 GMT",
                                        "Sun, 06 Nov 1994 08:60:37 GMT",
                                        "Sun, 06 Nov 1994 08:49:61 GMT",
                                        "Xyz, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Xyz 1994 08:49:37 GMT",
                                        "Sun, 06 Nov +994 08:49:37 GMT",
                                        "Sunday, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov 6 08:49:37 1994",
                                        "Sun Nov  6 08:49:37 94",
                                        "Sun Nov  6 08:49:37 1994 GMT",
                                        "2026-05-12T00:00:00Z",
                                        "Sun, 06 Nov 19940 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 8:49:37 GMT"}) {
        BOOST_TEST(!parse_http_date(text, now).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(reads_what_was_written_in_all_forms) {
    constexpr std::array<char const*, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        // From 1980 to 2070: unambiguous with two digits, seen from 2026.
        std::uniform_int_distribution<long long> seconds_since{at(1980, 1, 1).time_since_epoch().count(),
                                                               at(2070, 1, 1).time_since_epoch().count()};
        for (int round = 0; round < 2000; ++round) {
            sys_seconds const time{seconds{seconds_since(random)}};
            auto const midnight = floor<days>(time);
            year_month_day const date{midnight};
            hh_mm_ss const clock{time - midnight};
            auto const d = static_cast<unsigned>(date.day());
            char const* const m = names[static_cast<unsigned>(date.month()) - 1];
            int const y = static_cast<int>(date.year());
            auto const hms =
                format("%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                       static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
            for (std::string const& text : {format("Mon, %02u %s %04d %s GMT", d, m, y, hms.c_str()),
                                            format("Monday, %02u-%s-%02d %s GMT", d, m, y % 100, hms.c_str()),
                                            format("Mon %s %2u %s %04d", m, d, hms.c_str(), y)}) {
                auto const parsed = parse_http_date(text, now);
                BOOST_REQUIRE_MESSAGE(parsed.has_value(), text);
                BOOST_REQUIRE_MESSAGE(*parsed == time, text);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
