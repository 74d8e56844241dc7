#include "progress.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace {

using namespace clerk_orgs;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(the_line_shows_bar_percent_items_rate_and_time_left) {
    BOOST_TEST(render_progress({5000, 20000, 2s}, 81) ==
               "[##########------------------------------] 25%  5000/20000  2500/s  ETA 0:06");
    BOOST_TEST(render_progress({20000, 20000, 2s}, 81) ==
               "[########################################] 100%  20000/20000  10000/s  ETA 0:00");
}

BOOST_AUTO_TEST_CASE(without_a_total_there_is_no_bar) {
    BOOST_TEST(render_progress({500, std::nullopt, 1s}, 80) == "500  500/s");
    BOOST_TEST(render_progress({0, 0, 1s}, 80) == "0  0/s");
}

BOOST_AUTO_TEST_CASE(a_narrow_terminal_loses_the_bar_first) {
    BOOST_TEST(render_progress({5000, 20000, 2s}, 44) == "25%  5000/20000  2500/s  ETA 0:06");
    BOOST_TEST(render_progress({5000, 20000, 2s}, 6) == "25%  ");
    BOOST_TEST(render_progress({5000, 20000, 2s}, 0).empty());
}

BOOST_AUTO_TEST_CASE(items_of_an_earlier_run_are_shown_but_do_not_make_it_look_faster) {
    BOOST_TEST(render_progress({.items = 15000, .total = 20000, .elapsed = 2s, .earlier = 10000}, 44) ==
               "75%  15000/20000  2500/s  ETA 0:02");
}

BOOST_AUTO_TEST_CASE(long_waits_are_shown_in_hours) {
    BOOST_TEST(render_progress({1, 7324, 1s}, 39) == "0%  1/7324  1/s  ETA 2:02:03");
}

BOOST_AUTO_TEST_CASE(a_total_that_shrinks_stays_at_a_hundred_percent) {
    BOOST_TEST(render_progress({30, 20, 1s}, 20) == "100%  30/20  30/s  ");
}

BOOST_AUTO_TEST_CASE(no_state_is_wider_than_the_terminal) {
    auto const seed = std::random_device{}();
    BOOST_TEST_INFO("seed " << seed);
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2000; ++round) {
        ProgressState state;
        state.items = static_cast<std::int64_t>(random() >> (24 + random() % 40));
        if (random() % 4 != 0) state.total = static_cast<std::int64_t>(random() >> (24 + random() % 40));
        state.elapsed = std::chrono::milliseconds{random() % 100000};
        std::size_t const width = random() % 120;
        BOOST_TEST_REQUIRE(render_progress(state, width).size() <= (width == 0 ? 0 : width - 1));
    }
}

BOOST_AUTO_TEST_CASE(the_summary_counts_and_rates) {
    BOOST_TEST(render_summary({20000, 20000, 2500ms}) == "20000 organizations in 2.5 s, 8000/s");
    BOOST_TEST(render_summary({1, 1, 40ms}) == "1 organization in 0.0 s, 25/s");
    BOOST_TEST(render_summary({0, 0, 12s}) == "0 organizations in 12.0 s, 0/s");
}

BOOST_AUTO_TEST_CASE(logs_get_numbers) {
    BOOST_TEST(render_numbers({5000, 20000, 2s}) == "25%  5000/20000  2500/s  ETA 0:06");
    BOOST_TEST(render_numbers({500, std::nullopt, 1s}) == "500  500/s");
}

BOOST_AUTO_TEST_CASE(the_style_suits_what_reads_it) {
    BOOST_TEST((choose_progress(true, "xterm", nullptr) == ProgressStyle::bar));
    BOOST_TEST((choose_progress(true, "dumb", nullptr) == ProgressStyle::lines));
    BOOST_TEST((choose_progress(true, nullptr, nullptr) == ProgressStyle::lines));
    BOOST_TEST((choose_progress(true, "", "") == ProgressStyle::lines));
    // A cron job would send an email for every line.
    BOOST_TEST((choose_progress(false, nullptr, nullptr) == ProgressStyle::none));
    BOOST_TEST((choose_progress(false, "xterm", "false") == ProgressStyle::none));
    BOOST_TEST((choose_progress(false, "dumb", "true") == ProgressStyle::lines));
    BOOST_TEST((choose_progress(true, "xterm", "1") == ProgressStyle::lines));
    BOOST_TEST((interval_of(ProgressStyle::lines) == 10s));
    BOOST_TEST((interval_of(ProgressStyle::bar) == 100ms));
}

}  // namespace
