// The paginator against the emulator, and against servers with contradictory pages.
#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

namespace clerk {
BOOST_AUTO_TEST_SUITE(paginator)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::EmulatorClient;
using Session = test::WireServer::Session;

struct Walked {
    std::vector<std::string> ids{};
    std::size_t pages{};
    std::optional<Error> error{};
};

awaitable<Walked> walk(OrganizationPaginator& pages) {
    Walked walked{};
    while (!pages.done()) {
        auto const page = co_await pages.next_page();
        if (!page) {
            walked.error = page.error();
            break;
        }
        ++walked.pages;
        for (Organization const& organization : *page) walked.ids.push_back(organization.id);
    }
    co_return walked;
}

std::size_t unique(std::vector<std::string> const& ids) { return std::set<std::string>{ids.begin(), ids.end()}.size(); }

// A server with scripted pages: a function from (offset, limit, number of the request) to a body.
struct Pages {
    using Body = std::function<std::string(std::int64_t offset, std::int64_t limit, int number)>;

    explicit Pages(Body body)
        : server{[this, body](Session& session) {
              for (std::string request; !(request = session.read_request()).empty();) {
                  session.write(test::http_response(
                      200, body(parameter(request, "offset="), parameter(request, "limit="), count++)));
              }
          }},
          client{io.get_executor(), server.config()},
          api{client} {}

    static std::int64_t parameter(std::string const& request, std::string const& name) {
        std::size_t const at = request.find(name);
        return at == std::string::npos ? 0 : std::strtoll(request.c_str() + at + name.size(), nullptr, 10);
    }
    Walked all(PaginatorOptions options) {
        ListOrganizationsRequest const request{};
        auto pages = api.paginate(request, options);
        return test::run(io, walk(pages));
    }

    std::atomic<int> count{0};
    asio::io_context io{};
    test::WireServer server;
    Client client;
    OrganizationsApi api;
};

std::string page(std::int64_t first, std::int64_t items, std::int64_t total) {
    std::string out = R"({"data":[)";
    for (std::int64_t i = 0; i < items; ++i) {
        out += (i == 0 ? R"({"id":"org_)" : R"(,{"id":"org_)") + std::to_string(first + i) + "\"}";
    }
    return out + R"(],"total_count":)" + std::to_string(total) + "}";
}

BOOST_DATA_TEST_CASE(every_organization_arrives_once, data::make<std::size_t>({0, 1, 4, 16}), prefetch) {
    EmulatorClient f{{.organizations = 1234}};
    ListOrganizationsRequest const everything{.order_by = "+created_at"};
    auto pages = f.api->paginate(everything, {.page_size = 100, .prefetch = prefetch});
    BOOST_TEST(f.emulator.requests() == 0U);
    BOOST_TEST(!pages.done());
    Walked const walked = f.run(walk(pages));
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.pages == 13U);
    BOOST_TEST(walked.ids.size() == 1234U);
    BOOST_TEST(unique(walked.ids) == 1234U);
    BOOST_TEST(f.emulator.requests() == 13U);
    BOOST_TEST(pages.delivered() == 1234);
    BOOST_TEST(pages.position() == 1234);
    BOOST_TEST(pages.total_count().value() == 1234);
    BOOST_TEST(f.run(pages.next_page()).value().empty());
    BOOST_TEST(f.emulator.requests() == 13U);
}

BOOST_AUTO_TEST_CASE(the_default_page_is_500) {
    EmulatorClient f{{.organizations = 1000}};
    auto pages = f.api->paginate();
    BOOST_TEST(f.run(walk(pages)).pages == 2U);
}

BOOST_DATA_TEST_CASE(item_by_item, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 57}};
    auto pages = f.api->paginate({.page_size = 10, .prefetch = prefetch, .max_items = 35});
    auto const collect = [&]() -> awaitable<std::vector<std::string>> {
        std::vector<std::string> ids;
        for (;;) {
            auto organization = co_await pages.next();
            BOOST_REQUIRE(organization.has_value());
            if (!*organization) break;
            ids.push_back((*organization)->id);
        }
        co_return ids;
    };
    auto const ids = f.run(collect());
    BOOST_TEST(ids.size() == 35U);
    BOOST_TEST(unique(ids) == 35U);
    BOOST_TEST(pages.done());
}

BOOST_AUTO_TEST_CASE(nothing_to_walk) {
    EmulatorClient f;
    auto pages = f.api->paginate({.prefetch = 4});
    Walked const walked = f.run(walk(pages));
    BOOST_TEST(walked.ids.empty());
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(f.emulator.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(a_walk_may_start_in_the_middle_and_filter) {
    EmulatorClient f{{.organizations = 40}};
    ListOrganizationsRequest const tail{.offset = 30, .order_by = "+created_at"};
    auto pages = f.api->paginate(tail, {.page_size = 4});
    BOOST_TEST(f.run(walk(pages)).ids.size() == 10U);
}

BOOST_AUTO_TEST_CASE(pages_ahead_are_in_flight_together_and_delivered_in_order) {
    EmulatorClient f{{.organizations = 170, .latency = 60ms}};
    ListOrganizationsRequest const everything{.order_by = "+created_at"};
    auto plain = f.api->paginate(everything, {.page_size = 10});
    auto begin = std::chrono::steady_clock::now();
    Walked const one_by_one = f.run(walk(plain));
    auto const slow = std::chrono::steady_clock::now() - begin;
    auto ahead = f.api->paginate(everything, {.page_size = 10, .prefetch = 8});
    begin = std::chrono::steady_clock::now();
    Walked const together = f.run(walk(ahead));
    auto const fast = std::chrono::steady_clock::now() - begin;
    BOOST_TEST(one_by_one.ids == together.ids);
    BOOST_TEST((slow >= 17 * 60ms));
    BOOST_TEST((fast < slow / 3));
}

BOOST_AUTO_TEST_CASE(bad_options_are_refused) {
    EmulatorClient f;
    auto const field = [&](ListOrganizationsRequest const& request, PaginatorOptions options) {
        auto pages = f.api->paginate(request, options);
        auto const result = f.run(pages.next_page());
        BOOST_REQUIRE(!result);
        BOOST_TEST(result.error() == errc::invalid_argument);
        return std::string{result.error().field()};
    };
    ListOrganizationsRequest const plain{};
    BOOST_TEST(field(plain, {.page_size = 0}) == "page_size");
    BOOST_TEST(field(plain, {.page_size = 501}) == "page_size");
    BOOST_TEST(field(plain, {.prefetch = 65}) == "prefetch");
    BOOST_TEST(field(plain, {.max_items = -1}) == "max_items");
    ListOrganizationsRequest const limited{.limit = 10};
    BOOST_TEST(field(limited, {}) == "limit");
    ListOrganizationsRequest const order{.order_by = "size"};
    BOOST_TEST(field(order, {}) == "order_by");
    BOOST_TEST(f.emulator.requests() == 0U);
}

BOOST_DATA_TEST_CASE(short_pages_do_not_end_the_walk, data::make<std::size_t>({0, 4}), prefetch) {
    // The server never returns more than 3 items.
    Pages server{[](std::int64_t offset, std::int64_t limit, int) {
        return page(offset, std::min<std::int64_t>({limit, 3, 20 - offset}), 20);
    }};
    Walked const walked = server.all({.page_size = 10, .prefetch = prefetch});
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.ids.size() == 20U);
    BOOST_TEST(unique(walked.ids) == 20U);
}

BOOST_DATA_TEST_CASE(over_long_pages_are_delivered_whole, data::make<std::size_t>({0, 4}), prefetch) {
    Pages server{[](std::int64_t offset, std::int64_t limit, int) {
        return page(offset, std::min<std::int64_t>(limit + 2, 20 - offset), 20);
    }};
    Walked const walked = server.all({.page_size = 5, .prefetch = prefetch});
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.ids.size() == 20U);
    BOOST_TEST(unique(walked.ids) == 20U);
}

BOOST_DATA_TEST_CASE(a_shrinking_list_ends, data::make<std::size_t>({0, 4}), prefetch) {
    Pages server{[](std::int64_t offset, std::int64_t limit, int number) {
        std::int64_t const total = std::max<std::int64_t>(0, 100 - 20 * number);
        return page(offset, std::clamp<std::int64_t>(total - offset, 0, limit), total);
    }};
    Walked const walked = server.all({.page_size = 10, .prefetch = prefetch});
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.pages < 10U);
}

BOOST_DATA_TEST_CASE(an_empty_page_ends_whatever_the_total_says, data::make<std::size_t>({0, 4}), prefetch) {
    Pages server{
        [](std::int64_t offset, std::int64_t limit, int) { return page(offset, offset < 20 ? limit : 0, 1'000'000); }};
    Walked const walked = server.all({.page_size = 10, .prefetch = prefetch});
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.ids.size() == 20U);
}

BOOST_DATA_TEST_CASE(a_server_that_repeats_itself_is_stopped, data::make<std::size_t>({0, 4}), prefetch) {
    Pages server{[](std::int64_t, std::int64_t limit, int) { return page(0, limit, 1'000'000); }};
    Walked const walked = server.all({.page_size = 10, .prefetch = prefetch});
    BOOST_REQUIRE(walked.error.has_value());
    BOOST_TEST(*walked.error == errc::pagination_stalled);
    BOOST_TEST(server.count < 10);
}

BOOST_AUTO_TEST_CASE(a_total_that_keeps_growing_is_stopped) {
    Pages server{[](std::int64_t offset, std::int64_t limit, int) { return page(offset, limit, offset + 10 * limit); }};
    Walked const walked = server.all({.page_size = 2, .prefetch = 8});
    BOOST_REQUIRE(walked.error.has_value());
    BOOST_TEST(*walked.error == errc::pagination_stalled);
}

BOOST_DATA_TEST_CASE(an_undecodable_item_does_not_fail_its_page, data::make<std::size_t>({0, 2}), prefetch) {
    Pages server{[](std::int64_t, std::int64_t, int) {
        return std::string{
            R"({"data":[{"id":"org_0"},{"id":"org_1","created_at":"x"},7,{"id":"org_3"}],"total_count":4})"};
    }};
    ListOrganizationsRequest const request{};
    auto pages = server.api.paginate(request, {.prefetch = prefetch});
    auto const first = test::run(server.io, pages.next_page());
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->size() == 2U);
    BOOST_REQUIRE_EQUAL(first->undecoded.size(), 2U);
    BOOST_TEST(first->undecoded[0].index == 1U);
    BOOST_TEST(first->undecoded[0].id == "org_1");
    BOOST_TEST(first->undecoded[0].path == "$.data[1].created_at");
    BOOST_TEST(first->undecoded[1].index == 2U);
    BOOST_TEST(pages.undecoded() == 2);
    BOOST_TEST(pages.done());
}

BOOST_DATA_TEST_CASE(an_error_keeps_the_position, data::make<std::size_t>({0, 3}), prefetch) {
    std::atomic<bool> broken{false};
    Pages server{[&](std::int64_t offset, std::int64_t limit, int) {
        if (offset == 20 && !broken.exchange(true)) return std::string{"{broken"};
        return page(offset, std::min<std::int64_t>(limit, 50 - offset), 50);
    }};
    ListOrganizationsRequest const request{};
    auto pages = server.api.paginate(request, {.page_size = 10, .prefetch = prefetch});
    Walked first = test::run(server.io, walk(pages));
    BOOST_REQUIRE(first.error.has_value());
    BOOST_TEST(*first.error == condition::decode);
    BOOST_TEST(first.ids.size() == 20U);
    BOOST_TEST(pages.position() == 20);
    Walked const rest = test::run(server.io, walk(pages));
    BOOST_TEST(!rest.error.has_value());
    first.ids.insert(first.ids.end(), rest.ids.begin(), rest.ids.end());
    BOOST_TEST(first.ids.size() == 50U);
    BOOST_TEST(unique(first.ids) == 50U);
}

BOOST_DATA_TEST_CASE(cancelling_a_page_keeps_the_position, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 60, .latency = 80ms}};
    ListOrganizationsRequest const everything{.order_by = "+created_at"};
    auto pages = f.api->paginate(everything, {.page_size = 10, .prefetch = prefetch});
    std::vector<std::string> ids;
    // Runs only until the first page has arrived; otherwise the pages requested ahead would arrive too.
    std::optional<Result<Organizations>> first;
    asio::co_spawn(f.io, pages.next_page(),
                   [&](std::exception_ptr, Result<Organizations> result) { first = std::move(result); });
    f.io.restart();
    while (!first) f.io.run_one();
    for (Organization const& organization : first->value()) ids.push_back(organization.id);
    asio::cancellation_signal signal;
    std::optional<Result<Organizations>> cancelled;
    asio::co_spawn(
        f.io, pages.next_page(),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, Result<Organizations> result) {
            BOOST_TEST(!thrown);
            cancelled = std::move(result);
        }));
    asio::steady_timer timer{f.io, 20ms};
    timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
    f.io.restart();
    while (!cancelled) f.io.run_one();
    BOOST_TEST(cancelled->error() == errc::cancelled);
    BOOST_TEST(pages.position() == 10);
    Walked const rest = f.run(walk(pages));
    ids.insert(ids.end(), rest.ids.begin(), rest.ids.end());
    BOOST_TEST(ids.size() == 60U);
    BOOST_TEST(unique(ids) == 60U);
}

BOOST_DATA_TEST_CASE(one_deadline_holds_for_the_whole_walk, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 1000, .latency = 100ms}};
    for (auto const page_timeout : {-1ms, 0ms, 20'000ms}) {
        auto pages = f.api->paginate(
            {.page_size = 10, .prefetch = prefetch, .page_timeout = page_timeout, .walk_timeout = 400ms});
        auto const begun = std::chrono::steady_clock::now();
        Walked const walked = f.run(walk(pages));
        auto const took = std::chrono::steady_clock::now() - begun;
        BOOST_REQUIRE(walked.error.has_value());
        BOOST_TEST_CONTEXT(to_string(*walked.error)) BOOST_TEST(*walked.error == errc::deadline_exceeded);
        BOOST_TEST((took >= 390ms && took < 3s));  // all hundred take 10 s, side by side more than 3 s
        BOOST_TEST(pages.position() == static_cast<std::int64_t>(walked.ids.size()));
        BOOST_TEST(unique(walked.ids) == walked.ids.size());
        PoolGauges const gauges = f.client->pool_gauges();
        BOOST_TEST(gauges.busy + gauges.waiting + gauges.connecting == 0U);
        // The walk has ended permanently.
        std::size_t const requests = f.emulator.requests();
        BOOST_TEST(f.run(pages.next_page()).error() == errc::deadline_exceeded);
        BOOST_TEST(f.emulator.requests() == requests);
    }
}

BOOST_AUTO_TEST_CASE(the_time_of_a_walk_is_counted_from_its_first_request) {
    EmulatorClient f{{.organizations = 100}};
    auto pages = f.api->paginate({.page_size = 10, .walk_timeout = 1s});
    std::this_thread::sleep_for(1s);  // not begun yet
    BOOST_TEST(f.run(pages.next_page()).value().data.size() == 10U);
    std::this_thread::sleep_for(1s);
    Error const error = f.run(pages.next_page()).error();
    BOOST_TEST(error == errc::deadline_exceeded);
    BOOST_TEST(error.message() == "the time for the whole walk is over");
    BOOST_TEST(error.operation() == "list_organizations");
    BOOST_TEST(f.emulator.requests() == 1U);
    BOOST_TEST(pages.position() == 10);
}

BOOST_DATA_TEST_CASE(each_page_has_its_deadline, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 30, .latency = 2s}};
    auto pages = f.api->paginate({.page_size = 10, .prefetch = prefetch, .page_timeout = 50ms, .walk_timeout = 1h});
    auto const begun = std::chrono::steady_clock::now();
    BOOST_TEST(f.run(pages.next_page()).error() == errc::deadline_exceeded);
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 1900ms));
    BOOST_TEST(pages.position() == 0);
}

// The page arrives while no consumer waits for it.
BOOST_AUTO_TEST_CASE(a_page_that_comes_after_a_cancelled_wait_is_delivered) {
    EmulatorClient f{{.organizations = 30, .latency = 200ms}};
    auto pages = f.api->paginate({.page_size = 10, .prefetch = 2});
    asio::cancellation_signal signal;
    std::optional<Result<Organizations>> cancelled;
    asio::co_spawn(f.io, pages.next_page(),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<Organizations> result) {
                       cancelled = std::move(result);
                   }));
    f.io.restart();
    f.io.poll();
    signal.emit(asio::cancellation_type::terminal);
    f.io.run();  // the page in flight arrives
    BOOST_REQUIRE(cancelled.has_value());
    BOOST_REQUIRE(cancelled->has_error());
    BOOST_TEST(cancelled->error() == errc::cancelled);
    BOOST_TEST(f.emulator.requests() == 1U);
    Walked const walked = f.run(walk(pages));
    BOOST_TEST(unique(walked.ids) == 30U);
    BOOST_TEST(!walked.error.has_value());
}

awaitable<std::vector<bool>> cancelled_between_pages(OrganizationPaginator& pages, asio::cancellation_signal& signal) {
    co_await asio::this_coro::throw_if_cancelled(false);
    std::vector<bool> cancelled;
    for (int page = 0; page != 2; ++page) {
        auto const next = co_await pages.next_page();
        cancelled.push_back(next.has_error() && next.error() == errc::cancelled);
        signal.emit(asio::cancellation_type::terminal);  // no operation is waiting for it
    }
    co_return cancelled;
}

BOOST_DATA_TEST_CASE(a_cancellation_between_two_pages_is_noticed, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 40}};
    auto pages = f.api->paginate({.page_size = 10, .prefetch = prefetch});
    asio::cancellation_signal signal;
    std::vector<bool> cancelled;
    asio::co_spawn(f.io, cancelled_between_pages(pages, signal),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, std::vector<bool> result) {
                       cancelled = std::move(result);
                   }));
    f.io.run();
    BOOST_TEST(cancelled == (std::vector<bool>{false, true}), boost::test_tools::per_element());
    f.io.restart();
    BOOST_TEST(f.run(pages.next_page()).value().size() == 10U);
}

BOOST_AUTO_TEST_CASE(an_abandoned_walk_cancels_its_pages) {
    EmulatorClient f{{.organizations = 6000, .latency = 2000ms}, [](Config& c) { c.timeout.total = 20s; }};
    ListOrganizationsRequest const everything{};
    {
        auto pages = f.api->paginate(everything, {.page_size = 100, .prefetch = 8});
        asio::co_spawn(f.io, pages.next_page(), [](std::exception_ptr, Result<Organizations>) {});
        f.io.restart();
        f.io.run_for(100ms);
    }
    auto const begin = std::chrono::steady_clock::now();
    f.io.restart();
    f.io.run();
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 3s));
    PoolGauges const gauges = f.client->pool_gauges();
    BOOST_TEST(gauges.busy + gauges.waiting + gauges.connecting == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
