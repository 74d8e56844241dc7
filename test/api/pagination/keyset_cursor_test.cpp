// The anchored walk step by step. keyset_schedules_test.cpp tests it with random schedules.
#include "api/pagination/keyset_cursor.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace clerk::api;
using State = WalkProgress;

BOOST_AUTO_TEST_SUITE(keyset_cursor)

namespace {

// Organizations with their created_at, in the order of the list.
using List = std::vector<std::pair<std::string, std::int64_t>>;

List ascending(std::int64_t count) {
    List list;
    for (std::int64_t i = 0; i != count; ++i) list.emplace_back("org_" + std::to_string(i), 1000 + i);
    return list;
}

List of_one_instant(std::int64_t count) {
    List list = ascending(count);
    for (auto& [id, key] : list) key = 5;
    return list;
}

// Gives `page` as the answer to the oldest request; returns the ids to deliver.
std::vector<std::string> accept(KeysetCursor& cursor, List const& page, std::int64_t total) {
    std::vector<ListedItem> items;
    for (auto const& [id, key] : page) items.push_back({id, key, true});
    KeysetVerdict const verdict = cursor.accept({items, total});
    BOOST_TEST_REQUIRE(verdict.keep.size() == items.size());
    BOOST_TEST((verdict.progress == State::more) == !cursor.done());
    std::vector<std::string> ids;
    for (std::size_t i = 0; i != items.size(); ++i) {
        if (verdict.keep[i]) ids.emplace_back(items[i].id);
    }
    return ids;
}

List part(List const& list, PageRequest const& request) {
    auto const size = static_cast<std::int64_t>(list.size());
    auto const begin = list.begin() + std::min(request.offset, size);
    return {begin, begin + std::min<std::int64_t>(request.limit, list.end() - begin)};
}

struct Walked {
    std::vector<PageRequest> requests{};
    std::vector<std::string> ids{};
};

// Walks `list`; `between` may change it after each page.
Walked walk(KeysetCursor& cursor, List& list, std::function<void(Walked const&)> const& between = {}) {
    Walked walked{};
    while (!cursor.done()) {
        walked.requests.push_back(*cursor.next_request(1));
        BOOST_TEST_REQUIRE(walked.requests.size() < 5000U);
        auto const ids = accept(cursor, part(list, walked.requests.back()), static_cast<std::int64_t>(list.size()));
        walked.ids.insert(walked.ids.end(), ids.begin(), ids.end());
        if (between) between(walked);
    }
    return walked;
}

std::string doubt_of(KeysetCursor const& cursor) {
    return std::string{most_serious(cursor.state().incomplete_reasons)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(neighbours_share_the_overlap) {
    List list = ascending(25);
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    Walked const walked = walk(cursor, list);
    BOOST_TEST((walked.requests == std::vector<PageRequest>{{0, 10}, {7, 10}, {14, 10}, {21, 10}}));
    BOOST_TEST(walked.ids.size() == 25U);
    BOOST_TEST(doubt_of(cursor).empty());
    BOOST_TEST(cursor.state().duplicates_dropped == 9);
    BOOST_TEST(cursor.state().drift_events == 0);
}

BOOST_AUTO_TEST_CASE(several_pages_are_asked_for_when_the_total_is_known) {
    List const list = ascending(45);
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    BOOST_TEST((cursor.next_request(8) == PageRequest{0, 10}));
    BOOST_TEST(!cursor.next_request(8).has_value());
    BOOST_TEST(accept(cursor, part(list, {0, 10}), 45).size() == 10U);
    std::vector<PageRequest> ahead;
    while (auto const request = cursor.next_request(8)) ahead.push_back(*request);
    BOOST_TEST((ahead == std::vector<PageRequest>{{7, 10}, {14, 10}, {21, 10}, {28, 10}, {35, 10}, {42, 10}}));
    for (PageRequest const& request : ahead) {
        BOOST_TEST(!cursor.done());
        accept(cursor, part(list, request), 45);
    }
    BOOST_TEST(cursor.done());
    BOOST_TEST(cursor.state().delivered == 45);
}

BOOST_AUTO_TEST_CASE(a_full_last_page_does_not_prove_the_end) {
    // The total was counted just before the last one was created.
    List list = ascending(20);
    KeysetCursor cursor{{.page_size = 20, .overlap = 3}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    BOOST_TEST(accept(cursor, list, 20).size() == 20U);
    BOOST_TEST(!cursor.done());
    list = ascending(21);
    BOOST_TEST((cursor.next_request(1) == PageRequest{17, 20}));
    BOOST_TEST(accept(cursor, part(list, {17, 20}), 20) == std::vector<std::string>{"org_20"},
               boost::test_tools::per_element());
    BOOST_TEST(cursor.done());
}

BOOST_AUTO_TEST_CASE(a_service_without_pages_needs_one_request) {
    KeysetCursor cursor{{.page_size = 10}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    BOOST_TEST(accept(cursor, ascending(300), 300).size() == 300U);
    BOOST_TEST(cursor.done());
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_gap_is_bridged_by_what_the_total_lost) {
    List list = ascending(100);
    KeysetCursor cursor{{.page_size = 20, .overlap = 2}, 0};
    bool changed = false;
    Walked const walked = walk(cursor, list, [&](Walked const& so_far) {
        if (!std::exchange(changed, true)) list.erase(list.begin() + 3, list.begin() + 16);
        BOOST_TEST(so_far.requests.size() < 10U);
    });
    BOOST_TEST(walked.requests[1].offset == 17);
    BOOST_TEST(walked.requests[2].offset == 4);  // 13 fewer
    BOOST_TEST(walked.ids.size() == 100U);
    BOOST_TEST(cursor.state().refetches == 1);
    BOOST_TEST(cursor.state().drift_events >= 1);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_gap_that_the_total_hides_is_searched_for) {
    List list = ascending(100);
    KeysetCursor cursor{{.page_size = 20, .overlap = 2}, 0};
    bool changed = false;
    Walked const walked = walk(cursor, list, [&](Walked const&) {
        if (std::exchange(changed, true)) return;
        list.erase(list.begin() + 3, list.begin() + 16);
        for (int i = 0; i != 13; ++i) list.emplace_back("new_" + std::to_string(i), 5000);
    });
    std::vector<std::int64_t> offsets;
    for (int i = 1; i != 5; ++i) offsets.push_back(walked.requests[static_cast<std::size_t>(i)].offset);
    BOOST_TEST(offsets == (std::vector<std::int64_t>{17, 14, 8, 0}), boost::test_tools::per_element());
    BOOST_TEST(walked.ids.size() == 113U);
}

BOOST_AUTO_TEST_CASE(a_consumer_that_deletes_costs_about_a_request_per_page) {
    List list = ascending(1000);
    KeysetCursor cursor{{.page_size = 50, .overlap = 5}, 0};
    std::set<std::string> seen;
    Walked const walked = walk(cursor, list, [&](Walked const& so_far) {
        seen.insert(so_far.ids.begin(), so_far.ids.end());
        std::erase_if(list, [&](auto const& item) { return seen.contains(item.first); });
    });
    BOOST_TEST(walked.ids.size() == 1000U);
    BOOST_TEST(seen.size() == 1000U);
    BOOST_TEST(walked.requests.size() <= 23U);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_group_larger_than_a_page_relies_on_its_order) {
    List list = of_one_instant(95);
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    BOOST_TEST(walk(cursor, list).ids.size() == 95U);
    BOOST_TEST(doubt_of(cursor).empty());

    KeysetCursor doubting{{.page_size = 10, .overlap = 4}, 0};
    list = of_one_instant(40);
    Walked const walked = walk(doubting, list, [&](Walked const&) { std::reverse(list.begin(), list.begin() + 20); });
    BOOST_TEST(doubt_of(doubting) == "items with the same created_at changed their order");
}

BOOST_AUTO_TEST_CASE(only_so_many_ids_of_a_group_are_known) {
    List list = of_one_instant(95);
    KeysetCursor cursor{{.page_size = 10, .overlap = 3, .max_known = 7}, 0};
    Walked const walked = walk(cursor, list, [&](Walked const& so_far) {
        // One that was delivered but is not among the known ids any more.
        if (so_far.requests.size() == 4) list.erase(list.begin() + 2);
        BOOST_TEST(cursor.state().known.size() <= 7U);
    });
    BOOST_TEST(walked.ids.size() == 95U);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_group_whose_known_ids_were_all_deleted_stops_the_walk) {
    List list = of_one_instant(95);
    list.emplace_back("later", 6);
    KeysetCursor cursor{{.page_size = 30, .overlap = 3, .max_known = 7}, 0};
    walk(cursor, list, [&](Walked const& so_far) {
        if (so_far.requests.size() == 2) list.erase(list.begin() + 20, list.begin() + 80);
    });
    BOOST_TEST(cursor.stalled());
    BOOST_TEST(!cursor.state().done);
}

BOOST_AUTO_TEST_CASE(a_group_whose_known_ids_were_all_deleted_does_not_count_as_delivered) {
    // The rest fits on the last page, and it is unknown which of it was delivered.
    List list = of_one_instant(60);
    KeysetCursor cursor{{.page_size = 30, .overlap = 3, .max_known = 7}, 0};
    walk(cursor, list, [&](Walked const& so_far) {
        if (so_far.requests.size() == 2) list.erase(list.begin() + 5, list.begin() + 57);
    });
    BOOST_TEST(cursor.stalled());
}

BOOST_AUTO_TEST_CASE(a_group_is_walked_again_up_to_what_is_known) {
    // So many are deleted that a step back leads to those whose ids were dropped.
    List list = of_one_instant(300);
    KeysetCursor cursor{{.page_size = 20, .overlap = 4, .max_known = 20}, 0};
    Walked const walked = walk(cursor, list, [&](Walked const& so_far) {
        if (so_far.requests.size() != 10) return;
        list.erase(list.begin() + 70, list.begin() + 150);
        for (int i = 0; i != 80; ++i) list.emplace_back("new_" + std::to_string(i), 6);
    });
    BOOST_TEST(!cursor.stalled());
    BOOST_TEST(walked.ids.size() == 380U);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_service_that_gives_less_than_it_is_asked_for_costs_no_more) {
    List const list = ascending(400);
    KeysetCursor cursor{{.page_size = 50, .overlap = 2}, 0};
    std::deque<PageRequest> asked;
    std::size_t requests = 0;
    std::size_t delivered = 0;
    while (!cursor.done()) {
        for (; auto const wanted = cursor.next_request(8); ++requests) asked.push_back(*wanted);
        BOOST_TEST_REQUIRE(requests < 1000U);
        PageRequest const request{asked.front().offset, 10};
        asked.pop_front();
        delivered += accept(cursor, part(list, request), 400).size();
        if (cursor.in_flight() < asked.size()) asked.clear();
    }
    BOOST_TEST(delivered == 400U);
    BOOST_TEST(requests <= 400U / (10 - 2) + 9);
    BOOST_TEST(cursor.state().refetches == 0);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_service_that_gives_less_does_not_seem_to_end_where_it_is_searched) {
    List list = ascending(100);
    KeysetCursor cursor{{.page_size = 20, .overlap = 2}, 0};
    Walked walked{};
    while (!cursor.done()) {
        walked.requests.push_back(*cursor.next_request(1));
        BOOST_TEST_REQUIRE(walked.requests.size() < 200U);
        PageRequest const request{walked.requests.back().offset, 5};
        auto const ids = accept(cursor, part(list, request), static_cast<std::int64_t>(list.size()));
        walked.ids.insert(walked.ids.end(), ids.begin(), ids.end());
        if (walked.requests.size() != 25) continue;
        list.erase(list.begin(), list.begin() + 40);
        for (int i = 0; i != 40; ++i) list.emplace_back("new_" + std::to_string(i), 5000);
    }
    BOOST_TEST(walked.ids.size() == 140U);
    BOOST_TEST(cursor.state().refetches >= 3);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(an_undecodable_item_makes_a_walk_incomplete_even_if_it_is_dropped) {
    KeysetCursor cursor{{.page_size = 4, .overlap = 2}, 0};
    List const page{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    BOOST_TEST(accept(cursor, page, 5).size() == 4U);
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    // It may be one that was delivered, or another one.
    ListedItem const items[] = {{"", std::nullopt, false}, {"c", 3, true}, {"d", 4, true}, {"e", 5, true}};
    BOOST_TEST(cursor.accept({items, 5}).keep == (std::vector<bool>{false, false, false, true}),
               boost::test_tools::per_element());
    BOOST_TEST(doubt_of(cursor) == "items could not be decoded");
}

BOOST_AUTO_TEST_CASE(a_page_without_a_readable_item_does_not_continue_a_list_that_shrank) {
    KeysetCursor cursor{{.page_size = 4, .overlap = 2}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    accept(cursor, List{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}, 6);
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    // "a", "b", and "c" were deleted, and "e" has moved before it.
    ListedItem const unreadable{"", std::nullopt, false};
    BOOST_TEST((cursor.accept({{&unreadable, 1}, 3}).progress == State::more));
    PageRequest const again = *cursor.next_request(1);
    BOOST_TEST(again.offset == 0);
    ListedItem const items[] = {{"d", 4, true}, {"e", 5, true}, unreadable};
    BOOST_TEST(cursor.accept({items, 3}).keep == (std::vector<bool>{false, true, true}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_page_at_the_beginning_proves_nothing) {
    List const list = ascending(30);
    KeysetCursor cursor{{.page_size = 10, .overlap = 2}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    BOOST_TEST(accept(cursor, {}, 30).empty());
    BOOST_TEST_REQUIRE(cursor.next_request(2).has_value());
    BOOST_TEST_REQUIRE(cursor.next_request(2).has_value());
    BOOST_TEST(accept(cursor, {}, 30).empty());
    List all = list;
    Walked walked{};
    if (cursor.in_flight() != 0) accept(cursor, part(list, {8, 10}), 30);
    walked = walk(cursor, all);
    BOOST_TEST(walked.ids.size() == 30U);
}

BOOST_AUTO_TEST_CASE(a_total_that_counts_deleted_items_does_not_shrink_the_pages) {
    List const list = ascending(24);
    KeysetCursor cursor{{.page_size = 20, .overlap = 8}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    accept(cursor, part(list, {0, 20}), 25);
    BOOST_TEST((cursor.next_request(1) == PageRequest{12, 20}));
    BOOST_TEST(accept(cursor, part(list, {12, 20}), 25).size() == 4U);
    BOOST_TEST(cursor.next_request(1)->offset == 24 - 8);
    BOOST_TEST(accept(cursor, part(list, {16, 20}), 24).empty());
    BOOST_TEST(cursor.done());
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_in_order_is_walked_by_offset) {
    List shuffled = ascending(60);
    std::swap(shuffled[31], shuffled[44]);
    KeysetCursor cursor{{.page_size = 20, .overlap = 4}, 0};
    Walked const walked = walk(cursor, shuffled);
    BOOST_TEST(walked.ids.size() == 60U);
    BOOST_TEST(doubt_of(cursor) == "the pages were not in the order of created_at");

    KeysetCursor undated{{.page_size = 2, .overlap = 1}, 0};
    BOOST_TEST_REQUIRE(undated.next_request(1).has_value());
    ListedItem const items[] = {{"org_1", std::nullopt, true}, {"org_2", std::nullopt, true}};
    KeysetVerdict const verdict = undated.accept({items, 4});
    BOOST_TEST(verdict.keep == (std::vector<bool>{true, true}), boost::test_tools::per_element());
    BOOST_TEST((verdict.progress == State::more));
    BOOST_TEST(doubt_of(undated) == "the pages were not in the order of created_at");
}

BOOST_AUTO_TEST_CASE(a_list_that_comes_whole_needs_no_order) {
    ListedItem const items[] = {
        {"org_3", 3, true}, {"org_1", 1, true}, {"org_0", std::nullopt, true}, {"org_3", 3, true}, {"org_2", 2, true}};
    for (std::size_t const count : {3U, 5U}) {
        KeysetCursor cursor{{.page_size = 20, .overlap = 4}, 0};
        BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
        KeysetVerdict const verdict = cursor.accept({std::span{items}.first(count), static_cast<std::int64_t>(count)});
        std::vector<bool> const kept{true, true, true, false, true};
        BOOST_TEST(verdict.keep == (std::vector<bool>{kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count)}),
                   boost::test_tools::per_element());
        BOOST_TEST((verdict.progress == State::done));
        BOOST_TEST(doubt_of(cursor) == (count == 3U ? "" : "a page held the same item twice"));
    }
    // The same page, whose total says that more items follow.
    KeysetCursor cursor{{.page_size = 20, .overlap = 4}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    BOOST_TEST(!cursor.accept({std::span{items}.first(3), 4}).keep.empty());
    BOOST_TEST(doubt_of(cursor) == "the pages were not in the order of created_at");
}

BOOST_AUTO_TEST_CASE(an_organization_twice_in_a_page_is_delivered_once) {
    KeysetCursor cursor{{.page_size = 10}, 0};
    BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
    List const page{{"a", 1}, {"b", 2}, {"c", 2}, {"b", 2}, {"d", 3}};
    BOOST_TEST(accept(cursor, page, 5) == (std::vector<std::string>{"a", "b", "c", "d"}),
               boost::test_tools::per_element());
    BOOST_TEST(doubt_of(cursor) == "a page held the same item twice");
}

BOOST_AUTO_TEST_CASE(the_same_page_again_and_again_stops_the_walk) {
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    int pages = 0;
    for (; !cursor.done(); ++pages) {
        BOOST_TEST_REQUIRE(cursor.next_request(1).has_value());
        accept(cursor, ascending(10), 1'000'000'000);
        BOOST_TEST_REQUIRE(pages < 20);
    }
    BOOST_TEST(cursor.stalled());
    BOOST_TEST(cursor.state().delivered == 10);
}

BOOST_AUTO_TEST_CASE(a_list_without_end_stops_the_walk) {
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    std::int64_t pages = 0;
    for (; !cursor.done(); ++pages) {
        PageRequest const request = *cursor.next_request(1);
        accept(cursor, part(ascending(request.offset + 10), request), pages == 0 ? 20 : request.offset + 1000);
        BOOST_TEST_REQUIRE(pages < 5000);
    }
    BOOST_TEST(cursor.stalled());
    BOOST_TEST(pages > StallGuard::least_growth_pages);
}

BOOST_AUTO_TEST_CASE(a_total_beyond_the_pages_ends_the_walk) {
    List list = ascending(35);
    KeysetCursor cursor{{.page_size = 10, .overlap = 3}, 0};
    std::int64_t requests = 0;
    std::size_t delivered = 0;
    for (; !cursor.done(); ++requests) {
        delivered += accept(cursor, part(list, *cursor.next_request(1)), 1'000'000).size();
        BOOST_TEST_REQUIRE(requests < 30);
    }
    BOOST_TEST(!cursor.stalled());
    BOOST_TEST(delivered == 35U);
    BOOST_TEST(doubt_of(cursor) == "total_count and the pages disagree");
}

BOOST_AUTO_TEST_CASE(max_items_cuts_the_last_page) {
    List list = ascending(100);
    KeysetCursor cursor{{.page_size = 20, .overlap = 4, .max_items = 33}, 0};
    Walked const walked = walk(cursor, list);
    BOOST_TEST(walked.ids.size() == 33U);
    BOOST_TEST(walked.requests.back().limit < 20);
    BOOST_TEST(cursor.done());
    BOOST_TEST(!cursor.state().done);  // the list has not ended
}

BOOST_AUTO_TEST_CASE(a_walk_that_ended_at_max_items_is_continued_with_more) {
    List list = ascending(100);
    KeysetCursor first{{.page_size = 20, .overlap = 4, .max_items = 33}, 0};
    std::vector<std::string> ids = walk(first, list).ids;
    KeysetCursor same{{.page_size = 20, .overlap = 4, .max_items = 33}, first.state()};
    BOOST_TEST(same.done());
    KeysetCursor more{{.page_size = 20, .overlap = 4, .max_items = 50}, first.state()};
    BOOST_TEST(!more.done());
    for (std::string const& id : walk(more, list).ids) ids.push_back(id);
    BOOST_TEST(ids.size() == 50U);
    KeysetCursor all{{.page_size = 20, .overlap = 4}, more.state()};
    for (std::string const& id : walk(all, list).ids) ids.push_back(id);
    BOOST_TEST(ids.size() == 100U);
    BOOST_TEST(std::set<std::string>(ids.begin(), ids.end()).size() == 100U);
    BOOST_TEST(all.state().done);
    BOOST_TEST(doubt_of(all).empty());
}

BOOST_AUTO_TEST_CASE(max_items_beyond_the_list_leaves_the_walk_complete) {
    List list = ascending(30);
    KeysetCursor cursor{{.page_size = 20, .overlap = 4, .max_items = 31}, 0};
    BOOST_TEST(walk(cursor, list).ids.size() == 30U);
    BOOST_TEST(cursor.state().done);
    BOOST_TEST(doubt_of(cursor).empty());
}

BOOST_AUTO_TEST_CASE(a_walk_continues_from_a_saved_state) {
    List list = ascending(100);
    KeysetCursor first{{.page_size = 20, .overlap = 4}, 0};
    BOOST_TEST_REQUIRE(first.next_request(1).has_value());
    std::vector<std::string> ids = accept(first, part(list, {0, 20}), 100);
    list.erase(list.begin(), list.begin() + 18);
    KeysetCursor second{{.page_size = 33, .overlap = 9}, first.state()};
    Walked const rest = walk(second, list);
    ids.insert(ids.end(), rest.ids.begin(), rest.ids.end());
    BOOST_TEST(ids.size() == 100U);
    BOOST_TEST(doubt_of(second).empty());
    KeysetCursor third{{.page_size = 33}, second.state()};
    BOOST_TEST(third.done());
    BOOST_TEST(!third.next_request(4).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
