#include "common/latency_histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

BOOST_AUTO_TEST_SUITE(latency_histogram)

namespace {

using clerk_bench::LatencyHistogram;
using std::chrono::nanoseconds;

BOOST_AUTO_TEST_CASE(nothing_has_no_latency) {
    LatencyHistogram const histogram;
    BOOST_TEST(histogram.count() == 0U);
    BOOST_TEST(histogram.quantile(0.5).count() == 0);
}

BOOST_AUTO_TEST_CASE(short_latencies_are_exact) {
    LatencyHistogram histogram;
    for (int i = 0; i != 100; ++i) histogram.add(nanoseconds{i});
    BOOST_TEST(histogram.quantile(0.0).count() == 0);
    BOOST_TEST(histogram.quantile(0.5).count() == 49);
    BOOST_TEST(histogram.quantile(0.99).count() == 98);
    BOOST_TEST(histogram.quantile(1.0).count() == 99);
}

BOOST_AUTO_TEST_CASE(extremes_are_clamped) {
    LatencyHistogram histogram;
    histogram.add(nanoseconds{-5});
    histogram.add(std::chrono::hours{48});
    BOOST_TEST(histogram.count() == 2U);
    BOOST_TEST(histogram.quantile(0.5).count() == 0);
    BOOST_TEST((histogram.quantile(1.0) >= LatencyHistogram::longest));
    BOOST_TEST((histogram.quantile(1.0) < LatencyHistogram::longest + LatencyHistogram::longest / 100));
}

// Against sorting all samples.
BOOST_AUTO_TEST_CASE(quantiles_are_close_and_never_too_small) {
    for (unsigned seed = 1; seed != 30; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random{seed};
            std::lognormal_distribution<double> distribution{11.0, 2.0};
            LatencyHistogram left;
            LatencyHistogram right;
            std::vector<std::int64_t> samples;
            for (int i = 0; i != 3000; ++i) {
                samples.push_back(static_cast<std::int64_t>(distribution(random)));
                (i % 3 == 0 ? left : right).add(nanoseconds{samples.back()});
            }
            left += right;
            BOOST_TEST(left.count() == samples.size());
            std::sort(samples.begin(), samples.end());
            for (double const share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
                auto const rank = static_cast<std::size_t>(std::ceil(share * 3000.0)) - 1;
                auto const exact = static_cast<double>(samples[rank]);
                auto const estimated = static_cast<double>(left.quantile(share).count());
                BOOST_TEST(estimated >= exact, "share " << share);
                BOOST_TEST(estimated <= exact * 1.008 + 1, "share " << share);
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
