#include "api/pagination/page_cursor.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(page_cursor)

namespace {

using clerk::api::PageCursor;
using clerk::api::PageFacts;
using clerk::api::PageRequest;
using clerk::api::PageVerdict;
using clerk::api::StallGuard;
using clerk::api::WalkProgress;
using State = WalkProgress;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// Facts of a page with items numbered from `first`.
PageFacts page(std::int64_t first, std::int64_t received, std::int64_t total) {
    PageFacts facts;
    facts.ends.received = received;
    facts.total_count = total;
    if (received > 0) {
        facts.ends.first_id = "org_" + std::to_string(first);
        facts.ends.last_id = "org_" + std::to_string(first + received - 1);
    }
    return facts;
}

// Requests one page and answers it with `answer`.
PageVerdict step(PageCursor& cursor, std::function<PageFacts(PageRequest)> const& answer) {
    auto const request = cursor.next_request(1);
    BOOST_REQUIRE(request.has_value());
    return cursor.accept(answer(*request));
}

// How a simulated service answers: the items that it puts into the page.
using Service = std::function<std::vector<std::int64_t>(PageRequest)>;

Service honest(std::int64_t count) {
    return [count](PageRequest request) {
        std::int64_t const begin = std::min(request.offset, count);
        std::vector<std::int64_t> items(static_cast<std::size_t>(std::min(request.limit, count - begin)));
        std::iota(items.begin(), items.end(), begin);
        return items;
    };
}

struct Walk {
    std::vector<std::int64_t> delivered{};
    std::size_t requests{};
    bool stalled{};
};

// Drives a cursor like the paginator: up to max_in_flight requests, answered in order, some of them failing.
Walk walk(PageCursor& cursor, Service const& service, std::int64_t total, std::size_t max_in_flight,
          std::mt19937& random, unsigned failures_in_100 = 0) {
    Walk result;
    std::deque<PageRequest> outstanding;
    while (!cursor.done()) {
        while (auto const request = cursor.next_request(max_in_flight)) {
            outstanding.push_back(*request);
            ++result.requests;
            BOOST_REQUIRE(result.requests < 100'000U);
        }
        BOOST_REQUIRE(!outstanding.empty());
        BOOST_REQUIRE(outstanding.size() == cursor.in_flight());
        BOOST_REQUIRE(outstanding.size() <= std::max<std::size_t>(max_in_flight, 1));
        BOOST_REQUIRE(outstanding.front().offset == cursor.position());
        if (random() % 100 < failures_in_100) {
            std::int64_t const before = cursor.position();
            cursor.discard_in_flight();
            outstanding.clear();
            BOOST_REQUIRE(cursor.position() == before);
            continue;
        }
        std::vector<std::int64_t> const items = service(outstanding.front());
        outstanding.pop_front();
        PageFacts facts;
        facts.ends.received = static_cast<std::int64_t>(items.size());
        facts.total_count = total;
        if (!items.empty()) {
            facts.ends.first_id = std::to_string(items.front());
            facts.ends.last_id = std::to_string(items.back());
        }
        PageVerdict const verdict = cursor.accept(facts);
        BOOST_REQUIRE(verdict.keep >= 0);
        BOOST_REQUIRE(verdict.keep <= facts.ends.received);
        result.delivered.insert(result.delivered.end(), items.begin(), items.begin() + verdict.keep);
        if (verdict.discard_in_flight) outstanding.clear();
        BOOST_REQUIRE((verdict.progress == State::more) == !cursor.done());
        if (verdict.progress != State::more) BOOST_REQUIRE(cursor.in_flight() == 0U);
    }
    BOOST_REQUIRE(!cursor.next_request(max_in_flight).has_value());
    result.stalled = cursor.stalled();
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(walks_full_pages_to_the_total) {
    PageCursor cursor{10, 0, 0};
    BOOST_TEST(!cursor.state().total.has_value());
    auto const service = [](PageRequest request) {
        return page(request.offset, std::min<std::int64_t>(10, 25 - request.offset), 25);
    };
    BOOST_TEST(step(cursor, service).keep == 10);
    BOOST_TEST(cursor.position() == 10);
    BOOST_TEST(*cursor.state().total == 25);
    BOOST_TEST(step(cursor, service).keep == 10);
    BOOST_TEST(!cursor.done());
    PageVerdict const last = step(cursor, service);
    BOOST_TEST(last.keep == 5);
    BOOST_TEST((last.progress == State::done));
    BOOST_TEST(cursor.done());
    BOOST_TEST(!cursor.stalled());
    BOOST_TEST(cursor.position() == 25);
}

BOOST_AUTO_TEST_CASE(a_page_that_reaches_the_total_exactly_is_the_last) {
    PageCursor cursor{10, 0, 0};
    PageVerdict const verdict = step(cursor, [](PageRequest) { return page(0, 10, 10); });
    BOOST_TEST((verdict.progress == State::done));
    BOOST_TEST(verdict.keep == 10);
}

BOOST_AUTO_TEST_CASE(an_empty_page_ends_the_walk_whatever_the_total) {
    for (std::int64_t const total : {std::int64_t{0}, std::int64_t{1000}, largest, std::int64_t{-5}}) {
        PageCursor cursor{10, 0, 0};
        PageVerdict const verdict = step(cursor, [total](PageRequest) { return page(0, 0, total); });
        BOOST_TEST((verdict.progress == State::done));
        BOOST_TEST(verdict.keep == 0);
        BOOST_TEST(cursor.position() == 0);
    }
}

BOOST_AUTO_TEST_CASE(the_first_page_goes_alone_and_then_several_up_to_the_total) {
    PageCursor cursor{10, 0, 0};
    BOOST_TEST((cursor.next_request(4) == PageRequest{0, 10}));
    BOOST_TEST(!cursor.next_request(4).has_value());
    cursor.accept(page(0, 10, 45));
    BOOST_TEST((cursor.next_request(3) == PageRequest{10, 10}));
    BOOST_TEST((cursor.next_request(3) == PageRequest{20, 10}));
    BOOST_TEST((cursor.next_request(3) == PageRequest{30, 10}));
    BOOST_TEST(!cursor.next_request(3).has_value());
    BOOST_TEST((cursor.next_request(8) == PageRequest{40, 10}));
    // No item is expected at offset 50.
    BOOST_TEST(!cursor.next_request(8).has_value());
    BOOST_TEST(!cursor.accept(page(10, 10, 45)).discard_in_flight);
    BOOST_TEST(cursor.in_flight() == 3U);
}

BOOST_AUTO_TEST_CASE(zero_in_flight_still_means_one) {
    PageCursor cursor{10, 0, 0};
    BOOST_TEST((cursor.next_request(0) == PageRequest{0, 10}));
    BOOST_TEST(!cursor.next_request(0).has_value());
}

BOOST_AUTO_TEST_CASE(a_short_or_long_page_moves_by_what_arrived_and_drops_what_was_asked_ahead) {
    for (std::int64_t const received : {std::int64_t{7}, std::int64_t{13}}) {
        PageCursor cursor{10, 0, 0};
        step(cursor, [](PageRequest) { return page(0, 10, 100); });
        while (cursor.next_request(3)) {
        }
        PageVerdict const verdict = cursor.accept(page(10, received, 100));
        BOOST_TEST((verdict.progress == State::more));
        BOOST_TEST(verdict.keep == received);
        BOOST_TEST(verdict.discard_in_flight);
        BOOST_TEST(cursor.in_flight() == 0U);
        BOOST_TEST(cursor.position() == 10 + received);
        BOOST_TEST((cursor.next_request(3) == PageRequest{10 + received, 10}));
    }
}

BOOST_AUTO_TEST_CASE(a_shrinking_total_ends_early_and_drops_what_was_asked_ahead) {
    PageCursor cursor{10, 0, 0};
    step(cursor, [](PageRequest) { return page(0, 10, 100); });
    while (cursor.next_request(4)) {
    }
    PageVerdict const verdict = cursor.accept(page(10, 10, 18));
    BOOST_TEST((verdict.progress == State::done));
    BOOST_TEST(verdict.keep == 10);
    BOOST_TEST(verdict.discard_in_flight);
    BOOST_TEST(*cursor.state().total == 18);
}

BOOST_AUTO_TEST_CASE(max_items_cuts_the_last_page_and_its_limit) {
    PageCursor cursor{10, 5, 23};
    std::vector<PageRequest> requests{*cursor.next_request(4)};
    cursor.accept(page(5, 10, 1000));
    while (auto const request = cursor.next_request(8)) requests.push_back(*request);
    BOOST_TEST((requests == std::vector<PageRequest>{{5, 10}, {15, 10}, {25, 3}}));
    cursor.accept(page(15, 10, 1000));
    // More items than requested.
    PageVerdict const verdict = cursor.accept(page(25, 10, 1000));
    BOOST_TEST((verdict.progress == State::done));
    BOOST_TEST(verdict.keep == 3);
    BOOST_TEST(cursor.position() == 28);

    PageCursor one{500, 0, 1};
    BOOST_TEST((one.next_request(4) == PageRequest{0, 1}));
}

BOOST_AUTO_TEST_CASE(a_failure_keeps_the_position) {
    PageCursor cursor{10, 0, 0};
    step(cursor, [](PageRequest) { return page(0, 10, 100); });
    while (cursor.next_request(4)) {
    }
    cursor.discard_in_flight();
    BOOST_TEST(cursor.position() == 10);
    BOOST_TEST(!cursor.done());
    BOOST_TEST((cursor.next_request(4) == PageRequest{10, 10}));
}

BOOST_AUTO_TEST_CASE(a_walk_that_ended_at_max_items_is_continued_with_more) {
    auto const service = [](PageRequest request) { return page(request.offset, request.limit, 100); };
    PageCursor first{10, 0, 15};
    step(first, service);
    BOOST_TEST((step(first, service).progress == State::done));
    BOOST_TEST(!first.state().done);  // the list has not ended
    BOOST_TEST((PageCursor{10, 15, first.state()}.done()));
    PageCursor more{10, 20, first.state()};
    BOOST_TEST(!more.done());
    BOOST_TEST((more.next_request(1) == PageRequest{15, 5}));
}

BOOST_AUTO_TEST_CASE(a_repeated_page_stalls_and_is_not_delivered) {
    PageCursor cursor{10, 0, 0};
    auto const same = [](PageRequest) { return page(0, 10, 100); };
    BOOST_TEST((step(cursor, same).progress == State::more));
    while (cursor.next_request(3)) {
    }
    PageVerdict const verdict = cursor.accept(page(0, 10, 100));
    BOOST_TEST((verdict.progress == State::stalled));
    BOOST_TEST(verdict.keep == 0);
    BOOST_TEST(verdict.discard_in_flight);
    BOOST_TEST(cursor.stalled());
    BOOST_TEST(cursor.done());
    BOOST_TEST(cursor.position() == 10);
    BOOST_TEST(!cursor.next_request(3).has_value());
}

BOOST_AUTO_TEST_CASE(pages_without_readable_ids_do_not_count_as_repeated) {
    PageCursor cursor{10, 0, 0};
    auto const nameless = [](PageRequest) {
        PageFacts facts;
        facts.ends.received = 10;
        facts.total_count = 30;
        return facts;
    };
    step(cursor, nameless);
    BOOST_TEST((step(cursor, nameless).progress == State::more));
    BOOST_TEST((step(cursor, nameless).progress == State::done));
}

BOOST_AUTO_TEST_CASE(a_single_item_may_be_shifted_by_a_new_one) {
    PageCursor shifted{1, 0, 0};
    step(shifted, [](PageRequest) { return page(0, 1, 5); });
    BOOST_TEST((step(shifted, [](PageRequest) { return page(0, 1, 6); }).progress == State::more));
    BOOST_TEST((step(shifted, [](PageRequest) { return page(0, 1, 6); }).progress == State::stalled));
}

BOOST_AUTO_TEST_CASE(a_total_that_keeps_growing_stalls_within_the_documented_bound) {
    for (std::int64_t const page_size : {std::int64_t{1}, std::int64_t{10}, std::int64_t{500}}) {
        for (std::int64_t const first_total : {std::int64_t{1}, std::int64_t{11}, std::int64_t{20'000}}) {
            PageCursor cursor{page_size, 0, 0};
            std::int64_t pages = 0;
            while (!cursor.done()) {
                step(cursor, [&](PageRequest request) {
                    std::int64_t const total =
                        pages == 0 ? std::max(first_total, page_size + 1) : request.offset + 2 * page_size;
                    return page(request.offset, page_size, total);
                });
                ++pages;
                BOOST_REQUIRE(pages < 200'000);
            }
            BOOST_TEST(cursor.stalled());
            std::int64_t const expected = std::max(first_total, page_size + 1) / page_size + 1;
            BOOST_TEST(pages <= 4 * expected + StallGuard::least_growth_pages + 2);
            BOOST_TEST(pages > StallGuard::least_growth_pages);
        }
    }
}

BOOST_AUTO_TEST_CASE(slow_growth_is_followed) {
    // A hundred organizations are created during the walk.
    PageCursor cursor{10, 0, 0};
    std::int64_t total = 100;
    std::int64_t delivered = 0;
    while (!cursor.done()) {
        delivered += step(cursor, [&](PageRequest request) {
                         total = std::min<std::int64_t>(total + 5, 200);
                         return page(request.offset, std::min<std::int64_t>(10, total - request.offset), total);
                     }).keep;
    }
    BOOST_TEST(!cursor.stalled());
    BOOST_TEST(delivered == 200);
}

BOOST_AUTO_TEST_CASE(a_service_that_caps_its_pages_is_walked_to_the_end) {
    // 20 000 organizations in pages of 10 although 500 are requested: 2 000 requests, and all of them make progress.
    std::mt19937 random{1};
    PageCursor cursor{500, 0, 0};
    Walk const result = walk(
        cursor,
        [](PageRequest request) { return honest(20'000)({request.offset, std::min<std::int64_t>(request.limit, 10)}); },
        20'000, 1, random);
    BOOST_TEST(!result.stalled);
    BOOST_TEST(result.delivered.size() == 20'000U);
}

BOOST_AUTO_TEST_CASE(absurd_numbers_do_not_overflow) {
    for (std::int64_t const start : {std::int64_t{0}, largest - 3, largest}) {
        for (std::int64_t const max_items : {std::int64_t{0}, std::int64_t{1}, largest}) {
            for (std::int64_t const page_size : {std::int64_t{1}, std::int64_t{500}, largest}) {
                for (std::int64_t const total : {largest, std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}}) {
                    for (std::int64_t const received :
                         {largest, std::int64_t{1}, std::numeric_limits<std::int64_t>::min()}) {
                        PageCursor cursor{page_size, start, max_items};
                        for (int round = 0; round < 20 && !cursor.done(); ++round) {
                            while (auto const request = cursor.next_request(3)) {
                                BOOST_REQUIRE(request->offset >= 0);
                                BOOST_REQUIRE(request->limit >= 1);
                                BOOST_REQUIRE(request->limit <= page_size);
                            }
                            PageFacts facts;
                            facts.ends.received = received;
                            facts.total_count = total;
                            PageVerdict const verdict = cursor.accept(facts);
                            BOOST_REQUIRE(verdict.keep >= 0);
                            BOOST_REQUIRE(cursor.position() >= start);
                        }
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_item_arrives_exactly_once_and_in_order) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        auto const below = [&random](std::int64_t bound) {
            return std::uniform_int_distribution<std::int64_t>{0, bound - 1}(random);
        };
        for (int round = 0; round < 1000; ++round) {
            std::int64_t const count = below(300);
            std::int64_t const start = below(3) == 0 ? below(400) : 0;
            std::int64_t const max_items = below(3) == 0 ? 1 + below(400) : 0;
            auto const in_flight = static_cast<std::size_t>(below(6));
            unsigned const failures = below(2) == 0 ? 0 : 20;
            bool const odd_lengths = below(2) == 0;
            Service const service = [&](PageRequest request) {
                // Shorter or longer than requested, but never empty before the end.
                if (odd_lengths) request.limit = std::max<std::int64_t>(1, request.limit + below(9) - 4);
                return honest(count)(request);
            };
            PageCursor cursor{1 + below(20), start, max_items};
            Walk const result = walk(cursor, service, count, in_flight, random, failures);

            std::int64_t const begin = std::min(start, count);
            std::int64_t const wanted = max_items == 0 ? count - begin : std::min(max_items, count - begin);
            std::vector<std::int64_t> expected(static_cast<std::size_t>(wanted));
            std::iota(expected.begin(), expected.end(), begin);
            BOOST_REQUIRE((result.delivered == expected));
            BOOST_REQUIRE(!result.stalled);
            BOOST_REQUIRE(cursor.position() == start + wanted);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_sequence_of_answers_ends) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 200; ++round) {
            std::int64_t const page_size = 1 + static_cast<std::int64_t>(random() % 20);
            PageCursor cursor{page_size, static_cast<std::int64_t>(random() % 100), 0};
            std::int64_t const highest_total = static_cast<std::int64_t>(1 + random() % 2000);
            std::size_t const in_flight = random() % 5;
            bool const grows = random() % 2 == 0;
            std::int64_t pages = 0;
            while (!cursor.done()) {
                while (cursor.next_request(in_flight)) {
                }
                PageFacts facts;
                facts.ends.received = static_cast<std::int64_t>(random() % 200 == 0 ? 0 : 1 + random() % 30);
                facts.total_count =
                    grows ? cursor.position() + 1000 : static_cast<std::int64_t>(random()) % highest_total;
                facts.ends.first_id = std::to_string(random() % 50);
                facts.ends.last_id = std::to_string(random() % 50);
                cursor.accept(facts);
                ++pages;
                BOOST_REQUIRE(pages < 10'000);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
