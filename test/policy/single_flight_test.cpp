#include "policy/single_flight.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace clerk::policy {
namespace {

using Flight = SingleFlight::Flight;

void check(SingleFlight const& flights, std::size_t under_way, std::size_t waiting, std::size_t joined) {
    BOOST_TEST(flights.gauges().flights == under_way);
    BOOST_TEST(flights.gauges().waiting == waiting);
    BOOST_TEST(flights.gauges().joined == joined);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(single_flight)

BOOST_AUTO_TEST_CASE(calls_with_the_same_key_share_a_flight) {
    SingleFlight flights;
    BOOST_TEST(flights.join("a") == nullptr);
    Flight a;
    flights.begin(a, "a");
    BOOST_TEST(flights.join("a") == &a);
    BOOST_TEST(flights.join("b") == nullptr);
    Flight b;
    flights.begin(b, "b");
    BOOST_TEST(flights.join("b") == &b);
    BOOST_TEST(flights.join("a") == &a);
    check(flights, 2, 5, 3);
}

BOOST_AUTO_TEST_CASE(a_call_after_the_result_begins_its_own) {
    SingleFlight flights;
    Flight first;
    flights.begin(first, "a");
    BOOST_TEST(flights.join("a") == &first);
    flights.land(first);
    check(flights, 0, 0, 1);
    BOOST_TEST(flights.join("a") == nullptr);
    // Those who waited take the result whenever they are resumed; nothing is cancelled.
    Flight second;
    flights.begin(second, "a");
    BOOST_TEST(!flights.leave(first));
    BOOST_TEST(!flights.leave(first));
    BOOST_TEST(flights.join("a") == &second);
    check(flights, 1, 2, 2);
}

BOOST_AUTO_TEST_CASE(only_the_last_to_leave_cancels) {
    SingleFlight flights;
    Flight flight;
    flights.begin(flight, "a");
    BOOST_TEST(flights.join("a") == &flight);
    BOOST_TEST(flights.join("a") == &flight);
    BOOST_TEST(!flights.leave(flight));
    BOOST_TEST(!flights.leave(flight));
    check(flights, 1, 1, 2);
    BOOST_TEST(flights.leave(flight));
    check(flights, 0, 0, 2);
}

BOOST_AUTO_TEST_CASE(a_cancelled_flight_is_joined_by_nobody) {
    SingleFlight flights;
    Flight cancelled;
    flights.begin(cancelled, "a");
    BOOST_TEST(flights.leave(cancelled));
    BOOST_TEST(flights.join("a") == nullptr);
    Flight next;
    flights.begin(next, "a");
    flights.land(cancelled);  // its end comes late, and is nobody's
    BOOST_TEST(flights.join("a") == &next);
    check(flights, 1, 2, 1);
}

BOOST_AUTO_TEST_CASE(a_sealed_flight_keeps_its_waiters_and_gets_no_more) {
    SingleFlight flights;
    Flight before;
    flights.begin(before, "a");
    BOOST_TEST(flights.join("a") == &before);
    flights.seal();
    BOOST_TEST(flights.join("a") == nullptr);
    check(flights, 1, 2, 1);
    Flight after;
    flights.begin(after, "a");
    BOOST_TEST(flights.join("a") == &after);
    check(flights, 2, 4, 2);
    flights.land(before);  // leaves the newer one alone
    BOOST_TEST(flights.join("a") == &after);
    BOOST_TEST(!flights.leave(after));
    BOOST_TEST(!flights.leave(after));
    BOOST_TEST(flights.leave(after));
    check(flights, 0, 0, 3);
}

// Against a model that knows each call and the flight it sits in.
BOOST_AUTO_TEST_CASE(random_histories_agree_with_a_model) {
    struct Known {
        Flight flight{};
        std::string key{};
        bool joinable{true};
        bool over{};
        std::size_t waiting{1};
    };
    unsigned const seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        auto const below = [&random](std::size_t limit) {
            return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
        };
        SingleFlight flights;
        std::list<Known> all;
        std::vector<Known*> seats;  // one entry for each call that has not left
        std::size_t joined = 0;
        for (int step = 0; step < 5000; ++step) {
            std::size_t const dice = below(20);
            if (dice < 10) {
                std::string const key(1, static_cast<char>('a' + below(4)));
                auto const known = std::find_if(all.begin(), all.end(),
                                                [&](Known const& one) { return one.joinable && one.key == key; });
                Flight* const flight = flights.join(key);
                if (known == all.end()) {
                    BOOST_REQUIRE(flight == nullptr);
                    Known& one = all.emplace_back();
                    one.key = key;
                    flights.begin(one.flight, key);
                    seats.push_back(&one);
                } else {
                    BOOST_REQUIRE(flight == &known->flight);
                    ++known->waiting;
                    ++joined;
                    seats.push_back(&*known);
                }
            } else if (dice < 17 && !seats.empty()) {
                std::size_t const which = below(seats.size());
                Known& one = *seats[which];
                seats.erase(seats.begin() + static_cast<std::ptrdiff_t>(which));
                bool const last = !one.over && --one.waiting == 0;
                BOOST_REQUIRE(flights.leave(one.flight) == last);
                if (last) one.over = true;
            } else if (dice < 19 && !all.empty()) {
                Known& one = *std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())));
                flights.land(one.flight);
                one.over = true;
            } else if (dice == 19) {
                flights.seal();
                for (Known& one : all) one.joinable = false;
            }
            std::size_t under_way = 0;
            std::size_t waiting = 0;
            for (Known& one : all) {
                if (one.over) {
                    one.joinable = false;
                } else {
                    ++under_way;
                    waiting += one.waiting;
                }
            }
            BOOST_REQUIRE(flights.gauges().flights == under_way);
            BOOST_REQUIRE(flights.gauges().waiting == waiting);
            BOOST_REQUIRE(flights.gauges().joined == joined);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::policy
