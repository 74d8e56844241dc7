// The anchored walk over TLS, against an emulator whose organizations are created and deleted.
#include "support/emulator_client.hpp"

#include "support/printing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(anchored_walk)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::EmulatorClient;

struct Walked {
    std::vector<std::string> ids{};
    std::size_t pages{};
    std::optional<Error> error{};
};

awaitable<void> walk(OrganizationPaginator& pages, Walked& walked, std::size_t most_pages = ~std::size_t{}) {
    for (std::size_t count = 0; count != most_pages && !pages.done(); ++count) {
        auto const page = co_await pages.next_page();
        if (!page) {
            walked.error = page.error();
            break;
        }
        ++walked.pages;
        for (Organization const& organization : *page) walked.ids.push_back(organization.id);
    }
}

// Runs until one coroutine ends; other operations stay in flight.
void run_only(EmulatorClient& f, awaitable<void> task) {
    bool ended = false;
    asio::co_spawn(f.io, std::move(task), [&](std::exception_ptr thrown) {
        ended = true;
        if (thrown) std::rethrow_exception(thrown);
    });
    f.io.restart();
    while (!ended) f.io.run_one();
}

Walked walk_all(EmulatorClient& f, OrganizationPaginator& pages) {
    Walked walked{};
    run_only(f, walk(pages, walked));
    f.io.restart();
    f.io.run();
    return walked;
}

std::size_t unique(std::vector<std::string> const& ids) { return std::set<std::string>{ids.begin(), ids.end()}.size(); }

BOOST_DATA_TEST_CASE(a_list_that_stands_still, data::make<std::size_t>({0, 1, 4, 16}), prefetch) {
    EmulatorClient f{{.organizations = 1234}};
    ListOrganizationsRequest const everything{};
    auto pages = f.api->paginate(everything, {.page_size = 100, .prefetch = prefetch, .anchored = true});
    BOOST_TEST(pages.report().doubt == "the walk has not ended");
    Walked const walked = walk_all(f, pages);
    BOOST_TEST(!walked.error.has_value());
    BOOST_TEST(walked.ids.size() == 1234U);
    BOOST_TEST(unique(walked.ids) == 1234U);
    WalkReport const report = pages.report();
    BOOST_TEST(report.complete);
    BOOST_TEST(report.doubt.empty());
    BOOST_TEST(report.delivered == 1234);
    BOOST_TEST(report.drift_events == 0);
    BOOST_TEST(report.refetches == 0);
    BOOST_TEST(report.retries == 0);
    BOOST_TEST(report.first_total.value() == 1234);
    BOOST_TEST(report.last_total.value() == 1234);
    BOOST_TEST(report.requests == 14);  // 90 new ones in each page but the first
    BOOST_TEST(static_cast<std::uint64_t>(report.requests) == f.emulator.requests());
    BOOST_TEST(report.duplicates_dropped >= 130);
    BOOST_TEST(report.delivered == pages.delivered());
    BOOST_TEST(f.run(pages.next_page()).value().empty());
}

BOOST_DATA_TEST_CASE(whatever_is_deleted_in_between, data::make<std::size_t>({0, 1, 8}), prefetch) {
    // Each page is deleted as soon as it has arrived.
    EmulatorClient f{{.organizations = 600}};
    ListOrganizationsRequest const everything{};
    auto pages = f.api->paginate(everything, {.page_size = 50, .prefetch = prefetch, .anchored = true});
    Walked walked{};
    auto const consume = [&]() -> awaitable<void> {
        while (!pages.done()) {
            auto const page = co_await pages.next_page();
            BOOST_REQUIRE(page.has_value());
            for (Organization const& organization : *page) {
                walked.ids.push_back(organization.id);
                auto const deleted = co_await f.api->delete_organization(organization.id);
                BOOST_REQUIRE(deleted.has_value());
            }
        }
    };
    run_only(f, consume());
    BOOST_TEST(walked.ids.size() == 600U);
    BOOST_TEST(unique(walked.ids) == 600U);
    BOOST_TEST(f.emulator.organizations() == 0U);
    WalkReport const report = pages.report();
    BOOST_TEST_CONTEXT(to_json(report)) {
        BOOST_TEST(report.complete);
        BOOST_TEST(report.drift_events > 0);
        BOOST_TEST(report.requests <= 12 + 4 + static_cast<std::int64_t>(2 * prefetch));
    }
}

BOOST_AUTO_TEST_CASE(many_of_one_instant) {
    EmulatorClient f{{.organizations = 40}};
    auto const fill = [&]() -> awaitable<void> {
        for (int i = 0; i != 150; ++i) {
            CreateOrganizationRequest request{};
            request.name = "Import " + std::to_string(i);
            request.created_at = Timestamp{1'600'000'000'000ms};
            auto const created = co_await f.api->create_organization(request);
            BOOST_REQUIRE(created.has_value());
        }
    };
    run_only(f, fill());
    ListOrganizationsRequest const everything{};
    auto pages = f.api->paginate(everything, {.page_size = 20, .prefetch = 3, .anchored = true, .overlap = 4});
    Walked const walked = walk_all(f, pages);
    BOOST_TEST(unique(walked.ids) == 190U);
    BOOST_TEST(walked.ids.size() == 190U);
    BOOST_TEST(pages.report().complete);
}

BOOST_DATA_TEST_CASE(it_goes_on_from_every_checkpoint, data::make<std::size_t>({0, 3}), prefetch) {
    EmulatorClient f{{.organizations = 333}};
    ListOrganizationsRequest request{};
    request.query = "a";
    PaginatorOptions const options{.page_size = 30, .prefetch = prefetch, .anchored = true};
    auto whole = f.api->paginate(request, options);
    std::vector<std::string> const expected = walk_all(f, whole).ids;
    std::vector<std::string> ids;
    std::string checkpoint;
    std::size_t walks = 0;
    for (bool done = false; !done; ++walks) {
        BOOST_REQUIRE(walks < 40U);
        auto pages = walks == 0 ? f.api->paginate(request, options) : f.api->resume(request, checkpoint, options);
        Walked walked{};
        run_only(f, walk(pages, walked, 1));
        BOOST_REQUIRE(!walked.error.has_value());
        ids.insert(ids.end(), walked.ids.begin(), walked.ids.end());
        checkpoint = pages.checkpoint();
        BOOST_TEST(checkpoint.size() < 1024U);
        BOOST_TEST(std::all_of(checkpoint.begin(), checkpoint.end(), [](char c) { return c >= ' ' && c <= '~'; }));
        BOOST_TEST(pages.report().delivered == static_cast<std::int64_t>(ids.size()));
        done = pages.done();
    }
    BOOST_TEST(ids == expected, boost::test_tools::per_element());
    auto finished = f.api->resume(request, checkpoint, options);
    BOOST_TEST(finished.done());
    BOOST_TEST(finished.report().complete);
    BOOST_TEST(finished.report().first_total.value() == whole.report().first_total.value());
    BOOST_TEST(finished.report().requests >= static_cast<std::int64_t>(walks));
    std::uint64_t const requests = f.emulator.requests();
    BOOST_TEST(f.run(finished.next_page()).value().empty());
    BOOST_TEST(f.emulator.requests() == requests);
}

BOOST_AUTO_TEST_CASE(plain_walks_continue_too) {
    EmulatorClient f{{.organizations = 95}};
    ListOrganizationsRequest const request{.order_by = "-name"};
    PaginatorOptions const options{.page_size = 10, .prefetch = 2};
    auto whole = f.api->paginate(request, options);
    std::vector<std::string> const expected = walk_all(f, whole).ids;
    auto first = f.api->paginate(request, options);
    Walked begun{};
    run_only(f, walk(first, begun, 4));
    auto rest = f.api->resume(request, first.checkpoint(), {.page_size = 25});
    Walked const ended = walk_all(f, rest);
    begun.ids.insert(begun.ids.end(), ended.ids.begin(), ended.ids.end());
    BOOST_TEST(begun.ids == expected, boost::test_tools::per_element());
    BOOST_TEST(rest.report().delivered == 95);
    BOOST_TEST(!rest.report().complete);
    BOOST_TEST(rest.report().doubt == "the walk is not anchored");
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_something_else_is_refused) {
    EmulatorClient f{{.organizations = 30}};
    ListOrganizationsRequest const request{};
    auto pages = f.api->paginate(request, {.page_size = 10, .anchored = true});
    Walked walked{};
    run_only(f, walk(pages, walked, 1));
    std::string const good = pages.checkpoint();
    auto const message = [&](ListOrganizationsRequest const& other, std::string_view checkpoint, bool anchored) {
        auto resumed = f.api->resume(other, checkpoint, {.page_size = 10, .anchored = anchored});
        auto const page = f.run(resumed.next_page());
        BOOST_REQUIRE(page.has_error());
        BOOST_TEST(page.error() == errc::invalid_argument);
        BOOST_TEST(page.error().field() == "checkpoint");
        BOOST_TEST(!resumed.done());
        return to_string(page.error());
    };
    ListOrganizationsRequest const other{.query = "a"};
    BOOST_TEST(message(other, good, true).find("other filters") != std::string::npos);
    BOOST_TEST(message(request, good, false).find("an anchored walk") != std::string::npos);
    BOOST_TEST(message(request, good.substr(1), true).find("damaged") != std::string::npos);
    BOOST_TEST(message(request, "", true).find("damaged") != std::string::npos);
    std::uint64_t const requests = f.emulator.requests();
    BOOST_TEST(requests == 1U);
}

BOOST_AUTO_TEST_CASE(unusable_options_are_refused) {
    EmulatorClient f;
    auto const field = [&](ListOrganizationsRequest const& request, PaginatorOptions options) {
        options.anchored = true;
        auto pages = f.api->paginate(request, options);
        auto const page = f.run(pages.next_page());
        BOOST_REQUIRE(page.has_error());
        BOOST_TEST(page.error() == errc::invalid_argument);
        return std::string{page.error().field()};
    };
    ListOrganizationsRequest const plain{};
    BOOST_TEST(field(plain, {.overlap = 0}) == "overlap");
    BOOST_TEST(field(plain, {.overlap = 251}) == "overlap");
    ListOrganizationsRequest const by_name{.order_by = "+name"};
    BOOST_TEST(field(by_name, {}) == "order_by");
    ListOrganizationsRequest const newest_first{.order_by = "-created_at"};
    BOOST_TEST(field(newest_first, {}) == "order_by");
    BOOST_TEST(f.emulator.requests() == 0U);
}

BOOST_DATA_TEST_CASE(a_walk_that_is_cut_says_so, data::make<std::size_t>({0, 4}), prefetch) {
    EmulatorClient f{{.organizations = 100}};
    ListOrganizationsRequest const everything{};
    auto pages =
        f.api->paginate(everything, {.page_size = 20, .prefetch = prefetch, .max_items = 55, .anchored = true});
    BOOST_TEST(unique(walk_all(f, pages).ids) == 55U);
    BOOST_TEST(pages.report().delivered == 55);
    BOOST_TEST(pages.report().doubt == "the walk ended at max_items");
    ListOrganizationsRequest const tail{.offset = 40};
    auto rest = f.api->paginate(tail, {.page_size = 20, .prefetch = prefetch, .anchored = true});
    BOOST_TEST(unique(walk_all(f, rest).ids) == 60U);
    BOOST_TEST(rest.report().doubt == "the walk began at an offset");
}

BOOST_DATA_TEST_CASE(failures_keep_the_position_and_retries_are_counted, data::make<std::size_t>({0, 1, 6}), prefetch) {
    EmulatorClient f{{.organizations = 900, .faults = "status=503@p=0.3; close-before-effect@p=0.1; seed=11"},
                     [](Config& c) {
                         c.retry.max_attempts = 2;
                         c.retry.initial_backoff = 1ms;
                         c.retry.max_backoff = 2ms;
                     }};
    ListOrganizationsRequest const everything{};
    auto pages = f.api->paginate(everything, {.page_size = 30, .prefetch = prefetch, .anchored = true});
    std::vector<std::string> ids;
    int errors = 0;
    while (!pages.done()) {
        Walked const walked = walk_all(f, pages);
        ids.insert(ids.end(), walked.ids.begin(), walked.ids.end());
        if (walked.error) ++errors;
        BOOST_REQUIRE(errors < 1000);
    }
    BOOST_TEST(ids.size() == 900U);
    BOOST_TEST(unique(ids) == 900U);
    BOOST_TEST(errors > 0);
    BOOST_TEST(pages.report().retries > 0);
    BOOST_TEST(pages.report().complete);
}

BOOST_DATA_TEST_CASE(it_continues_after_a_cancellation_at_any_step, data::make<std::size_t>({0, 4}), prefetch) {
    EmulatorClient f{{.organizations = 400, .latency = 3ms}};
    ListOrganizationsRequest const everything{};
    auto pages = f.api->paginate(everything, {.page_size = 25, .prefetch = prefetch, .anchored = true});
    std::vector<std::string> ids;
    std::mt19937 random{7};
    int cancelled = 0;
    while (!pages.done()) {
        asio::cancellation_signal signal;
        std::optional<Result<Organizations>> page;
        asio::co_spawn(f.io, pages.next_page(),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<Organizations> got) {
                           page = std::move(got);
                       }));
        asio::steady_timer timer{f.io, std::chrono::microseconds{random() % 6000}};
        timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
        f.io.restart();
        while (!page) f.io.run_one();
        timer.cancel();
        f.io.poll();
        if (!*page) {
            BOOST_REQUIRE((page->error() == errc::cancelled));
            ++cancelled;
            continue;
        }
        for (Organization const& organization : **page) ids.push_back(organization.id);
    }
    BOOST_TEST(cancelled > 0);
    BOOST_TEST(ids.size() == 400U);
    BOOST_TEST(unique(ids) == 400U);
    BOOST_TEST(pages.report().complete);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
