#include "client/rate_limit/request_window.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(request_window)

namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint start{std::chrono::hours{1}};

bool same(base::TimePoint a, base::TimePoint b) { return a == b; }

void take(RequestWindow& window, base::TimePoint now = start) {
    window.reserve(1);
    window.begin(now);
}

BOOST_AUTO_TEST_CASE(a_place_is_taken_until_a_window_after_the_end) {
    RequestWindow window{2, 10s};
    take(window);
    take(window);
    BOOST_TEST(window.full());
    BOOST_TEST(same(window.next_place(), base::TimePoint::max()));  // both requests are in flight
    window.end(start + 3s);
    BOOST_TEST(window.full());
    BOOST_TEST(same(window.next_place(), start + 13s));
    window.advance(start + 13s - 1ns);
    BOOST_TEST(window.full());
    window.advance(start + 13s);
    BOOST_TEST(!window.full());
    BOOST_TEST(window.used() == 1U);
    BOOST_TEST(same(window.next_place(), base::TimePoint::min()));
}

BOOST_AUTO_TEST_CASE(a_withdrawn_request_does_not_count) {
    RequestWindow window{1, 10s};
    take(window);
    window.withdraw();
    BOOST_TEST(window.used() == 0U);
    BOOST_TEST(!window.full());
}

BOOST_AUTO_TEST_CASE(no_limit_counts_nothing) {
    RequestWindow window{0, 10s};
    for (int i = 0; i < 1000; ++i) take(window);
    BOOST_TEST(window.used() == 0U);
    BOOST_TEST(!window.full());
    window.end(start);
    window.withdraw();
    BOOST_TEST(window.used() == 0U);
    BOOST_TEST(same(window.earliest(1'000'000, start), start));
}

BOOST_AUTO_TEST_CASE(threads_may_report_out_of_order) {
    RequestWindow window{2, 10s};
    take(window);
    take(window);
    window.end(start + 2s);
    window.end(start + 1s);  // the clock was read before the other request ended
    BOOST_TEST(same(window.earliest(1, start + 2s), start + 12s));
    window.advance(start + 11s);
    BOOST_TEST(window.used() == 2U);
    window.advance(start + 12s);
    BOOST_TEST(window.used() == 0U);
    window.advance(start);
    BOOST_TEST(window.used() == 0U);
}

BOOST_AUTO_TEST_CASE(the_earliest_place_for_everyone_in_a_queue) {
    RequestWindow window{4, 10s};
    for (int i = 0; i < 3; ++i) take(window);
    window.end(start + 1s);
    window.end(start + 2s);
    base::TimePoint const now = start + 5s;
    // One is unused, two become free, one depends on a request in flight; then the first again.
    std::vector<base::TimePoint> const expected{now,         start + 11s, start + 12s, now + 10s, now + 10s,
                                                start + 21s, start + 22s, now + 20s,   now + 20s};
    for (std::size_t ahead = 0; ahead < expected.size(); ++ahead) {
        BOOST_TEST_CONTEXT(ahead << " ahead") { BOOST_TEST(same(window.earliest(ahead, now), expected[ahead])); }
    }
}

BOOST_AUTO_TEST_CASE(times_do_not_overflow) {
    BOOST_TEST(same(base::later(start, 1s, 3), start + 3s));
    BOOST_TEST(same(base::later(start, 0s, 3), start));
    BOOST_TEST(same(base::later(start, 1s, 0), start));
    BOOST_TEST(same(base::later(base::TimePoint::max(), 1ns), base::TimePoint::max()));
    BOOST_TEST(same(base::later(base::TimePoint::min(), 1s), base::TimePoint::min() + 1s));
    BOOST_TEST(same(base::later(base::TimePoint::min(), std::chrono::hours{1}, 100'000'000), base::TimePoint::max()));
    BOOST_TEST(same(base::later(start, std::chrono::hours{1}, static_cast<std::size_t>(-1)), base::TimePoint::max()));
    RequestWindow window{1, std::chrono::hours{1}};
    BOOST_TEST(same(window.earliest(static_cast<std::size_t>(-1), start), base::TimePoint::max()));
}

// Whenever the service counts a request between its start and end, no window of the service holds more than the limit.
BOOST_AUTO_TEST_CASE(no_window_of_the_service_ever_holds_more) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 200; ++round) {
            std::size_t const limit = 1 + random() % 20;
            std::chrono::milliseconds const length{1 + random() % 1000};
            RequestWindow window{limit, length};
            struct Running {
                base::TimePoint begun{};
                base::TimePoint ends{};
            };
            std::vector<Running> running;
            std::vector<base::TimePoint> counted;
            base::TimePoint now = start;
            for (int step = 0; step < 500; ++step) {
                now += std::chrono::microseconds{random() % (static_cast<unsigned>(length.count()) * 200 + 1)};
                std::sort(running.begin(), running.end(),
                          [](Running const& a, Running const& b) { return a.ends < b.ends; });
                while (!running.empty() && running.front().ends <= now) {
                    auto const [begun, ends] = running.front();
                    running.erase(running.begin());
                    auto const span = static_cast<unsigned long>((ends - begun).count());
                    counted.push_back(begun + std::chrono::nanoseconds{random() % (span + 1)});
                    window.end(ends);
                }
                window.advance(now);
                std::size_t const wanted = random() % (2 * limit);
                for (std::size_t i = 0; i < wanted && !window.full(); ++i) {
                    take(window, now);
                    running.push_back({now, now + std::chrono::microseconds{
                                                      random() % (static_cast<unsigned>(length.count()) * 2000)}});
                }
                BOOST_REQUIRE(window.used() <= limit);
            }
            std::sort(counted.begin(), counted.end());
            for (std::size_t i = limit; i < counted.size(); ++i) {
                BOOST_REQUIRE((counted[i] - counted[i - limit] >= length));
            }
            BOOST_TEST(counted.size() > limit);
        }
    }
}

BOOST_AUTO_TEST_CASE(room_for_a_larger_limit_is_made_before_it_is_set) {
    RequestWindow window{2, 10s};
    for (int i = 0; i < 2; ++i) take(window);
    window.reserve(3, 20);
    window.set_limit(20);
    for (int i = 0; i < 3; ++i) window.begin(start);
    for (int i = 0; i < 5; ++i) window.end(start + 1s);
    BOOST_TEST(window.used() == 5U);
}

BOOST_AUTO_TEST_CASE(a_new_limit_counts_requests_that_began_under_the_old_one) {
    RequestWindow window{4, 10s};
    for (int i = 0; i < 4; ++i) take(window);
    window.set_limit(2);
    BOOST_TEST(window.limit() == 2U);
    for (auto const at : {1s, 2s, 3s}) window.end(start + at);
    window.advance(start + 3s);
    // Three of the four must end before a place is free.
    BOOST_TEST(window.full());
    BOOST_TEST(same(window.next_place(), start + 13s));
    BOOST_TEST(same(window.earliest(0, start + 3s), start + 13s));
    window.advance(start + 12s);
    BOOST_TEST(window.full());
    window.advance(start + 13s);
    BOOST_TEST(window.open(start + 13s));
    window.set_limit(3);
    take(window, start + 13s);
    BOOST_TEST(window.open(start + 13s));
    window.set_limit(0);
    BOOST_TEST(window.limit() == 3U);
    RequestWindow none{0, 10s};
    none.set_limit(5);
    BOOST_TEST(none.limit() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
