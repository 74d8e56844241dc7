// Above capacity as many calls succeed as at capacity: limiter, queues and pool in virtual time, under many kinds of
// load.
#include "support/overload_simulation.hpp"
#include "support/repetitions.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace clerk::test {
BOOST_AUTO_TEST_SUITE(overload)

namespace {

// Required share of what is possible; the rest is the randomness of a short run.
constexpr double required = 0.85;
constexpr double required_with_tail = 0.7;
// The loss at a higher load that the randomness of a run explains.
constexpr double noise = 0.9;
constexpr std::array<double, 8> loads{0.3, 0.8, 1, 1.5, 2, 5, 10, 20};

// The calls that can succeed in a second.
double capacity(Load const& load) {
    double capacity = 1e9;
    if (load.limit != 0) capacity = static_cast<double>(load.limit) / (load.window + load.service);
    if (load.connections != 0) capacity = std::min(capacity, static_cast<double>(load.connections) / load.service);
    return capacity;
}

// Three standard deviations of the calls that succeed in a run: they come at random times, and the time that each of
// them takes at the service is random too.
double random_part(Load const& load, double possible) {
    return 3 * std::sqrt(possible * std::exp(load.spread * load.spread));
}

void check_rules(OverloadSimulation const& run) {
    BOOST_TEST(run.service_limit_kept());
    BOOST_TEST(run.unserved_without_deadline() == 0U);
    BOOST_TEST(run.endless_in_order());
    BOOST_TEST(run.left_over() == 0U);
}

BOOST_AUTO_TEST_CASE(as_much_succeeds_as_limit_and_connections_allow) {
    std::vector<Load> const rows{
        {.rate = 150, .duration = 12, .limit = 100, .window = 1},
        {.rate = 150, .duration = 30, .limit = 1000, .window = 10},
        {.rate = 100, .duration = 10, .connections = 4},
        {.rate = 160, .duration = 10, .connections = 4},
    };
    for (Load const& row : rows) {
        BOOST_TEST_CONTEXT(row) {
            OverloadSimulation run{row, 1};
            run.run();
            BOOST_TEST(run.succeeded(0, row.duration) >= required * run.possible());
            BOOST_TEST(run.cut() <= 2U);  // one for each connection
            check_rules(run);
        }
    }
}

// A window that was used at once leaves one gap. Afterwards a tenth of it is released in each tenth of the window.
BOOST_AUTO_TEST_CASE(a_window_is_used_evenly_after_a_request_found_no_place) {
    OverloadSimulation run{{.rate = 150, .duration = 60, .limit = 1000, .window = 10}, 1};
    run.run();
    for (int second = 12; second < 60; ++second) {
        BOOST_TEST(run.succeeded(second, second + 1) >= 85.0, "second " << second);
    }
}

BOOST_AUTO_TEST_CASE(one_429_is_over_when_its_time_is) {
    for (double const rate : {20, 150, 1000}) {
        BOOST_TEST_CONTEXT(rate) {
            Load const load{.rate = rate, .duration = 10, .refused = 1, .refused_until = 0.05};
            OverloadSimulation run{load, 1};
            run.run();
            // Refused at 0, blocked for a second; from the third second on the throughput is as before.
            BOOST_TEST(run.succeeded(3, 10) >= 0.95 * 7 * rate - 3 * std::sqrt(7 * rate));
        }
    }
}

// Seeded random loads of all kinds, each at rising rates.
BOOST_AUTO_TEST_CASE(goodput_does_not_fall_as_the_load_grows) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        auto const one_of = [&random](auto const& values) { return values[random() % values.size()]; };
        int const rounds = repetitions(300);
        for (int round = 0; round < rounds; ++round) {
            Load load{};
            load.service = one_of(std::array{0.01, 0.05, 0.2});
            load.spread = one_of(std::array{0.0, 0.0, 0.5, 1.0});
            load.deadline = one_of(std::array{0.05, 0.3, 1.0, 5.0, 60.0});
            if (random() % 3 == 0) load.deadline_to = 60;
            // With no time to wait, no client could keep a connection busy.
            load.deadline = std::max(load.deadline, 5 * load.service);
            load.cancelled = one_of(std::array{0.0, 0.0, 0.1});
            bool const limited = random() % 2 == 0;
            if (limited) {
                load.limit = one_of(std::array<std::size_t, 3>{20, 50, 200});
                load.window = one_of(std::array{1.0, 5.0});
            }
            if (!limited || random() % 3 == 0) load.connections = one_of(std::array<std::size_t, 3>{1, 4, 16});
            double const most = capacity(load);
            // The same number of calls in each run.
            load.duration = std::min(limited ? std::max(300 / most, 3 * load.window) : 300 / most, 40.0);
            double before = 0;
            for (double const factor : loads) {
                load.rate = factor * most;
                load.endless = random() % 4 == 0 ? 0.3 / std::max(1.0, factor) : 0.0;
                auto const own_seed = static_cast<unsigned>(random());
                BOOST_TEST_CONTEXT("round " << round << ": " << load << ", seed " << own_seed) {
                    OverloadSimulation run{load, own_seed};
                    run.run();
                    check_rules(run);
                    double const good = run.succeeded();
                    double const share = load.spread > 0 ? required_with_tail : required;
                    double const chance = random_part(load, run.possible());
                    BOOST_TEST(good >= share * run.possible() - chance);
                    BOOST_TEST(good >= noise * std::min(before, run.possible()) - chance);
                    before = good;
                }
            }
        }
    }
}

// Refusals at any rate: two seconds after the last block the throughput is as before.
BOOST_AUTO_TEST_CASE(recovery_after_refusals_is_bounded) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        auto const one_of = [&random](auto const& values) { return values[random() % values.size()]; };
        int const rounds = repetitions(300);
        for (int round = 0; round < rounds; ++round) {
            Load load{};
            load.service = one_of(std::array{0.01, 0.05, 0.2});
            load.spread = one_of(std::array{0.0, 0.5});
            load.rate = one_of(std::array{10.0, 50.0, 200.0});
            load.deadline = one_of(std::array{0.5, 1.0, 10.0, 60.0});
            load.refused = one_of(std::array{0.001, 0.01, 0.1, 0.5, 1.0});
            load.refused_until = 4;
            load.retry_after = one_of(std::array{0.05, 0.5, 1.0});
            load.duration = 12;
            auto const own_seed = static_cast<unsigned>(random());
            BOOST_TEST_CONTEXT("round " << round << ": " << load << ", seed " << own_seed) {
                OverloadSimulation run{load, own_seed};
                run.run();
                check_rules(run);
                double const from = load.refused_until + load.retry_after + 2;
                double const expected = (load.duration - from) * load.rate;
                BOOST_TEST(run.succeeded(from, load.duration) >= required * expected - 3 * std::sqrt(expected));
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::test
