#include "transport/connect/race_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

namespace clerk::transport {
namespace {

using namespace std::chrono_literals;

TimePoint const t0{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(race_schedule)

BOOST_AUTO_TEST_CASE(addresses_start_one_stagger_apart) {
    RaceSchedule schedule{3, 250ms};
    BOOST_TEST(schedule.start_due(t0).value() == 0U);
    BOOST_TEST(!schedule.start_due(t0).has_value());
    BOOST_TEST((schedule.next_at() == t0 + 250ms));
    BOOST_TEST(!schedule.start_due(t0 + 249ms).has_value());
    BOOST_TEST(schedule.start_due(t0 + 260ms).value() == 1U);
    BOOST_TEST((schedule.next_at() == t0 + 510ms));  // counted from the start, not from when it was due
    BOOST_TEST(!schedule.start_due(t0 + 509ms).has_value());
    BOOST_TEST(schedule.start_due(t0 + 510ms).value() == 2U);
    BOOST_TEST((schedule.next_at() == no_deadline));
    BOOST_TEST(!schedule.start_due(t0 + 1h).has_value());
    BOOST_TEST(!schedule.lost());
}

BOOST_AUTO_TEST_CASE(a_failure_starts_the_next_at_once) {
    RaceSchedule schedule{3, 250ms};
    BOOST_TEST(schedule.start_due(t0).has_value());
    schedule.failed();
    BOOST_TEST(schedule.start_due(t0 + 1ms).value() == 1U);
    BOOST_TEST(!schedule.start_due(t0 + 1ms).has_value());
    schedule.failed();
    BOOST_TEST(schedule.start_due(t0 + 1ms).value() == 2U);
    BOOST_TEST(!schedule.lost());
    schedule.failed();
    BOOST_TEST(schedule.lost());
    BOOST_TEST((schedule.next_at() == no_deadline));
}

BOOST_AUTO_TEST_CASE(every_address_starts_once_in_order_whatever_happens) {
    constexpr unsigned seed = 6555;
    std::mt19937 random{seed};
    for (int round = 0; round < 2000; ++round) {
        std::size_t const size = 1 + random() % 6;
        RaceSchedule schedule{size, 250ms};
        TimePoint now = t0;
        std::size_t started = 0;
        std::size_t failed = 0;
        while (!schedule.lost()) {
            BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
                now += std::chrono::milliseconds{random() % 200};
                bool const was_due = schedule.next_at() <= now;
                auto const next = schedule.start_due(now);
                BOOST_REQUIRE_EQUAL(next.has_value(), was_due);
                if (next) BOOST_REQUIRE_EQUAL(*next, started++);
                if (failed < started && random() % 2 == 0) {
                    schedule.failed();
                    ++failed;
                }
                BOOST_REQUIRE_EQUAL(schedule.lost(), failed == size);
            }
        }
        BOOST_TEST(started == size);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
