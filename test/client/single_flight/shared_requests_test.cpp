#include "client/single_flight/shared_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(shared_requests)

namespace {

using Request = SharedRequests::Request;

void check(SharedRequests const& requests, std::size_t under_way, std::size_t waiting, std::size_t joined) {
    BOOST_TEST(requests.gauges().requests == under_way);
    BOOST_TEST(requests.gauges().waiting == waiting);
    BOOST_TEST(requests.gauges().joined == joined);
}

}  // namespace

BOOST_AUTO_TEST_CASE(calls_with_the_same_key_share_a_request) {
    SharedRequests requests;
    BOOST_TEST(requests.join("a") == nullptr);
    Request a;
    requests.begin(a, "a");
    BOOST_TEST(requests.join("a") == &a);
    BOOST_TEST(requests.join("b") == nullptr);
    Request b;
    requests.begin(b, "b");
    BOOST_TEST(requests.join("b") == &b);
    BOOST_TEST(requests.join("a") == &a);
    check(requests, 2, 5, 3);
}

BOOST_AUTO_TEST_CASE(a_call_after_the_result_begins_its_own) {
    SharedRequests requests;
    Request first;
    requests.begin(first, "a");
    BOOST_TEST(requests.join("a") == &first);
    requests.finish(first);
    check(requests, 0, 0, 1);
    BOOST_TEST(requests.join("a") == nullptr);
    // The waiting calls get the result whenever they are resumed; nothing is cancelled.
    Request second;
    requests.begin(second, "a");
    BOOST_TEST(!requests.leave(first));
    BOOST_TEST(!requests.leave(first));
    BOOST_TEST(requests.join("a") == &second);
    check(requests, 1, 2, 2);
}

BOOST_AUTO_TEST_CASE(only_the_last_to_leave_cancels) {
    SharedRequests requests;
    Request request;
    requests.begin(request, "a");
    BOOST_TEST(requests.join("a") == &request);
    BOOST_TEST(requests.join("a") == &request);
    BOOST_TEST(!requests.leave(request));
    BOOST_TEST(!requests.leave(request));
    check(requests, 1, 1, 2);
    BOOST_TEST(requests.leave(request));
    check(requests, 0, 0, 2);
}

BOOST_AUTO_TEST_CASE(no_call_joins_a_cancelled_request) {
    SharedRequests requests;
    Request cancelled;
    requests.begin(cancelled, "a");
    BOOST_TEST(requests.leave(cancelled));
    BOOST_TEST(requests.join("a") == nullptr);
    Request next;
    requests.begin(next, "a");
    requests.finish(cancelled);  // it ends late, and no call waits for it
    BOOST_TEST(requests.join("a") == &next);
    check(requests, 1, 2, 1);
}

BOOST_AUTO_TEST_CASE(an_invalidated_request_keeps_its_waiters_and_gets_no_more) {
    SharedRequests requests;
    Request before;
    requests.begin(before, "a");
    BOOST_TEST(requests.join("a") == &before);
    requests.invalidate();
    BOOST_TEST(requests.join("a") == nullptr);
    check(requests, 1, 2, 1);
    Request after;
    requests.begin(after, "a");
    BOOST_TEST(requests.join("a") == &after);
    check(requests, 2, 4, 2);
    requests.finish(before);  // does not affect the newer one
    BOOST_TEST(requests.join("a") == &after);
    BOOST_TEST(!requests.leave(after));
    BOOST_TEST(!requests.leave(after));
    BOOST_TEST(requests.leave(after));
    check(requests, 0, 0, 3);
}

// Against a model that knows each call and the request it waits for.
BOOST_AUTO_TEST_CASE(random_histories_agree_with_a_model) {
    struct Known {
        Request request{};
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
        SharedRequests requests;
        std::list<Known> all;
        std::vector<Known*> seats;  // one entry for each call that has not left
        std::size_t joined = 0;
        for (int step = 0; step < 5000; ++step) {
            std::size_t const dice = below(20);
            if (dice < 10) {
                std::string const key(1, static_cast<char>('a' + below(4)));
                auto const known = std::find_if(all.begin(), all.end(),
                                                [&](Known const& one) { return one.joinable && one.key == key; });
                Request* const request = requests.join(key);
                if (known == all.end()) {
                    BOOST_REQUIRE(request == nullptr);
                    Known& one = all.emplace_back();
                    one.key = key;
                    requests.begin(one.request, key);
                    seats.push_back(&one);
                } else {
                    BOOST_REQUIRE(request == &known->request);
                    ++known->waiting;
                    ++joined;
                    seats.push_back(&*known);
                }
            } else if (dice < 17 && !seats.empty()) {
                std::size_t const which = below(seats.size());
                Known& one = *seats[which];
                seats.erase(seats.begin() + static_cast<std::ptrdiff_t>(which));
                bool const last = !one.over && --one.waiting == 0;
                BOOST_REQUIRE(requests.leave(one.request) == last);
                if (last) one.over = true;
            } else if (dice < 19 && !all.empty()) {
                Known& one = *std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())));
                requests.finish(one.request);
                one.over = true;
            } else if (dice == 19) {
                requests.invalidate();
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
            BOOST_REQUIRE(requests.gauges().requests == under_way);
            BOOST_REQUIRE(requests.gauges().waiting == waiting);
            BOOST_REQUIRE(requests.gauges().joined == joined);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
