#include "client/retry/retry_budget.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <thread>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(retry_budget)

namespace {

RetryOptions options(int budget, int successes_per_retry) {
    RetryOptions result{};
    result.budget = budget;
    result.successes_per_retry = successes_per_retry;
    return result;
}

void succeed(RetryBudget& budget, int times) {
    for (int i = 0; i < times; ++i) budget.success();
}

BOOST_AUTO_TEST_CASE(starts_full_and_runs_out) {
    RetryBudget budget{options(3, 10)};
    BOOST_TEST(budget.gauges().available == 3U);
    BOOST_TEST(budget.gauges().capacity == 3U);
    for (int i = 0; i < 3; ++i) BOOST_TEST(budget.take());
    BOOST_TEST(!budget.take());
    BOOST_TEST(!budget.take());
    RetryBudgetGauges const gauges = budget.gauges();
    BOOST_TEST(gauges.available == 0U);
    BOOST_TEST(gauges.spent == 3U);
    BOOST_TEST(gauges.refused == 2U);
}

BOOST_AUTO_TEST_CASE(successes_put_retries_back) {
    RetryBudget budget{options(2, 10)};
    succeed(budget, 100);  // it was full
    BOOST_TEST(budget.take());
    BOOST_TEST(budget.take());
    succeed(budget, 9);
    BOOST_TEST(!budget.take());
    succeed(budget, 1);
    BOOST_TEST(budget.take());
    BOOST_TEST(!budget.take());
    succeed(budget, 1000);
    BOOST_TEST(budget.gauges().available == 2U);
}

BOOST_AUTO_TEST_CASE(a_free_retry_is_counted_only) {
    RetryBudget budget{options(1, 10)};
    for (int i = 0; i < 5; ++i) BOOST_TEST(budget.take(true));
    BOOST_TEST(budget.gauges().available == 1U);
    BOOST_TEST(budget.take());
    BOOST_TEST(budget.take(true));
    BOOST_TEST(!budget.take());
    BOOST_TEST(budget.gauges().spent == 7U);
    BOOST_TEST(budget.gauges().refused == 1U);
}

BOOST_AUTO_TEST_CASE(a_retry_that_is_not_made_is_put_back) {
    RetryBudget budget{options(2, 10)};
    BOOST_TEST(budget.take());
    BOOST_TEST(budget.take());
    BOOST_TEST(budget.take(true));
    budget.put_back();
    budget.put_back(true);
    BOOST_TEST(budget.gauges().available == 1U);
    BOOST_TEST(budget.gauges().spent == 1U);
    succeed(budget, 1000);
    budget.put_back();  // never above the capacity
    BOOST_TEST(budget.gauges().available == 2U);
    RetryBudget unlimited{options(0, 10)};
    BOOST_TEST(unlimited.take());
    unlimited.put_back();
    BOOST_TEST(unlimited.gauges().available == 0U);
    BOOST_TEST(unlimited.gauges().spent == 0U);
}

BOOST_AUTO_TEST_CASE(zero_means_no_limit) {
    RetryBudget budget{options(0, 10)};
    for (int i = 0; i < 1000; ++i) BOOST_TEST(budget.take());
    budget.success();
    RetryBudgetGauges const gauges = budget.gauges();
    BOOST_TEST(gauges.capacity == 0U);
    BOOST_TEST(gauges.available == 0U);
    BOOST_TEST(gauges.spent == 1000U);
    BOOST_TEST(gauges.refused == 0U);
}

BOOST_AUTO_TEST_CASE(the_largest_options_do_not_overflow) {
    constexpr int most = std::numeric_limits<int>::max();
    RetryBudget budget{options(most, 10'000)};
    BOOST_TEST(budget.gauges().capacity == static_cast<std::size_t>(most));
    BOOST_TEST(budget.take());
    BOOST_TEST(budget.gauges().available == static_cast<std::size_t>(most) - 1);
}

// An outage: every call fails and uses all its retries. The reserve limits the retries, not the number of attempts.
BOOST_AUTO_TEST_CASE(an_outage_is_not_multiplied) {
    RetryBudget budget{options(100, 10)};
    std::size_t sent = 0;
    constexpr std::size_t calls = 10'000;
    for (std::size_t call = 0; call < calls; ++call) {
        ++sent;
        for (int attempt = 2; attempt <= 3 && budget.take(); ++attempt) ++sent;
    }
    BOOST_TEST(sent == calls + 100);
}

BOOST_AUTO_TEST_CASE(a_random_history_follows_the_model) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 100; ++round) {
            long const capacity = static_cast<long>(1 + random() % 5);
            long const price = static_cast<long>(1 + random() % 4);
            RetryBudget budget{options(static_cast<int>(capacity), static_cast<int>(price))};
            long reserve = capacity * price;
            for (int step = 0; step < 500; ++step) {
                if (random() % 3 == 0) {
                    bool const expected = reserve >= price;
                    BOOST_REQUIRE(budget.take() == expected);
                    if (expected) reserve -= price;
                } else {
                    budget.success();
                    reserve = std::min(reserve + 1, capacity * price);
                }
                BOOST_REQUIRE(budget.gauges().available == static_cast<std::size_t>(reserve / price));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(threads_share_it) {
    RetryBudget budget{options(1000, 1)};
    std::vector<std::size_t> taken(2);
    {
        std::vector<std::jthread> threads;
        for (std::size_t& mine : taken) {
            threads.emplace_back([&budget, &mine] {
                for (int i = 0; i < 20'000; ++i) {
                    if (budget.take()) ++mine;
                    if (i % 4 == 0) budget.success();
                }
            });
        }
    }
    RetryBudgetGauges const gauges = budget.gauges();
    BOOST_TEST(gauges.spent == taken[0] + taken[1]);
    BOOST_TEST(gauges.spent + gauges.refused == 40'000U);
    // Every retry came from the reserve or from one of 10 000 successes; successes with a full reserve add nothing.
    BOOST_TEST(gauges.spent + gauges.available <= 11'000U);
    BOOST_TEST(gauges.spent >= 1000U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
