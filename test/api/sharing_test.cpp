// Config::single_flight as a user sees it, against the emulator.
#include "support/emulator_client.hpp"

#include "support/printing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(single_flight)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::EmulatorClient;

void share(Config& config) { config.single_flight = true; }

struct Fixture : EmulatorClient {
    explicit Fixture(testing::EmulatorOptions options = {.organizations = 3, .latency = 30ms},
                     std::function<void(Config&)> const& change = share)
        : EmulatorClient{std::move(options), change} {
        ListOrganizationsRequest const all{};
        for (Organization const& organization : run(api->list_organizations(all)).value()) {
            ids.push_back(organization.id);
        }
        asked = emulator.requests();
    }
    // Starts a call; its result is the next in `results`.
    template <class T>
    void start(awaitable<Result<T>> call, std::vector<Result<T>>& results) {
        asio::co_spawn(io, std::move(call),
                       [&results](std::exception_ptr, Result<T> result) { results.push_back(std::move(result)); });
    }
    void get(std::string const& id, GetOrganizationOptions query = {}, CallOptions options = {}) {
        start(api->get_organization(id, query, options), plain);
    }
    void finish() {
        io.restart();
        io.run();
        SingleFlightGauges const gauges = client->single_flight_gauges();
        BOOST_TEST(gauges.flights == 0U);
        BOOST_TEST(gauges.waiting == 0U);
        PoolGauges const pool = client->pool_gauges();
        BOOST_TEST(pool.busy + pool.connecting + pool.waiting == 0U);
    }
    // Requests since the last call of this function.
    [[nodiscard]] std::uint64_t requests() {
        auto const now = emulator.requests();
        return now - std::exchange(asked, now);
    }

    std::vector<std::string> ids{};
    std::uint64_t asked{};
    std::vector<Result<Organization>> plain{};
    std::vector<Result<Response<Organization>>> with_info{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_thousand_calls_cost_one_request) {
    Fixture f;
    for (int i = 0; i < 500; ++i) {
        f.get(f.ids[0]);
        f.start(f.api->get_organization_with_http_info(f.ids[0]), f.with_info);
    }
    f.finish();
    BOOST_TEST(f.requests() == 1U);
    BOOST_TEST(f.client->single_flight_gauges().joined == 999U);
    BOOST_TEST(f.emulator.connections() == 1U);
    f.get(f.ids[0]);
    f.finish();
    BOOST_TEST(f.requests() == 1U);
    BOOST_REQUIRE((f.plain.size() == 501U && f.with_info.size() == 500U));
    Organization const expected = f.plain.back().value();
    BOOST_TEST(expected.id == f.ids[0]);
    for (auto const& result : f.plain) BOOST_REQUIRE((result.value() == expected));
    for (auto const& result : f.with_info) {
        BOOST_REQUIRE((result.value().data == expected));
        BOOST_REQUIRE(result->status == 200);
        BOOST_REQUIRE(!result->headers["content-type"].empty());
    }
}

BOOST_AUTO_TEST_CASE(it_is_off_unless_asked_for) {
    Fixture f{{.organizations = 3, .latency = 30ms}, {}};
    for (int i = 0; i < 5; ++i) f.get(f.ids[0]);
    f.finish();
    BOOST_TEST(f.requests() == 5U);
    BOOST_TEST(f.client->single_flight_gauges().joined == 0U);
}

BOOST_AUTO_TEST_CASE(only_the_same_question_is_shared) {
    Fixture f;
    for (int i = 0; i < 4; ++i) {
        f.get(f.ids[0]);
        f.get(f.ids[1]);
        f.get(f.ids[0], {.include_members_count = true});
        f.get(f.ids[0], {.include_members_count = false});
        f.get(f.ids[0], {}, {.timeout = 20s});          // shares with the first
        f.get(f.ids[0], {}, {.attempt_timeout = 20s});  // never shared
    }
    f.finish();
    BOOST_TEST(f.requests() == 8U);
    for (auto const& result : f.plain) BOOST_TEST(result.has_value());
}

BOOST_AUTO_TEST_CASE(an_error_is_shared_with_all_its_details) {
    Fixture f;
    for (int i = 0; i < 3; ++i) f.get("org_nobody");
    f.get("");
    f.finish();
    BOOST_TEST(f.requests() == 1U);
    BOOST_REQUIRE(f.plain.size() == 4U);
    int not_found = 0;
    for (auto const& result : f.plain) {
        BOOST_REQUIRE(!result);
        if (result.error() == errc::invalid_argument) continue;
        ++not_found;
        BOOST_TEST(result.error() == condition::not_found);
        BOOST_REQUIRE(result.error().errors().size() == 1U);
        BOOST_TEST(result.error().errors().front().code == "resource_not_found");
        BOOST_TEST(result.error().operation() == "get_organization");
    }
    BOOST_TEST(not_found == 3);
}

BOOST_AUTO_TEST_CASE(each_keeps_its_deadline_and_cancellation) {
    Fixture f;
    f.emulator.set_faults("latency=400@on=get_organization");
    asio::cancellation_signal signal;
    std::optional<Error> first;
    asio::co_spawn(f.io, f.api->get_organization(f.ids[0]),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<Organization> result) {
                       if (!result) first = result.error();
                   }));
    f.get(f.ids[0], {}, {.timeout = 60ms});
    std::vector<Result<Organization>> patient;
    f.start(f.api->get_organization(f.ids[0]), patient);
    asio::steady_timer timer{f.io, 30ms};
    timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
    f.finish();
    BOOST_TEST(f.requests() == 1U);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(*first == errc::cancelled);
    BOOST_REQUIRE(f.plain.size() == 1U);
    BOOST_TEST(f.plain.front().error() == errc::deadline_exceeded);
    BOOST_REQUIRE(patient.size() == 1U);
    BOOST_TEST(patient.front().has_value());
}

// Reads run all the time; every read that starts after an update must return the new state.
BOOST_AUTO_TEST_CASE(a_caller_reads_what_it_wrote) {
    Fixture f;
    f.emulator.set_faults("latency=1..8@on=get_organization");
    bool over = false;
    int stale = 0;
    int reads = 0;
    auto const crowd = [&]() -> awaitable<void> {
        while (!over) static_cast<void>(co_await f.api->get_organization(f.ids[0]));
    };
    auto const writer = [&]() -> awaitable<void> {
        for (int i = 0; i < 8; ++i) {
            UpdateOrganizationRequest const change{.name = "Name " + std::to_string(i)};
            auto const written = co_await f.api->update_organization(f.ids[0], change);
            auto const read = co_await f.api->get_organization(f.ids[0]);
            ++reads;
            if (!written || !read || read->name != *change.name) ++stale;
        }
        over = true;
    };
    for (int i = 0; i < 6; ++i) asio::co_spawn(f.io, crowd, asio::detached);
    asio::co_spawn(f.io, writer, asio::detached);
    f.finish();
    BOOST_TEST(reads == 8);
    BOOST_TEST(stale == 0);
    BOOST_TEST(f.client->single_flight_gauges().joined > 0U);
}

BOOST_AUTO_TEST_CASE(it_works_across_threads) {
    testing::Emulator const emulator{{.organizations = 2, .latency = 300ms}};
    asio::thread_pool threads{3};
    Config config = EmulatorClient::config_for(emulator);
    share(config);
    Client client{threads.get_executor(), config};
    OrganizationsApi api{client};
    ListOrganizationsRequest const all{};
    auto const page = asio::co_spawn(threads, api.list_organizations(all), asio::use_future).get().value();
    std::vector<std::future<Result<Organization>>> calls;
    for (int i = 0; i < 1000; ++i) {
        calls.push_back(asio::co_spawn(threads, api.get_organization(page.data[0].id), asio::use_future));
    }
    for (auto& call : calls) BOOST_REQUIRE((call.get().value() == page.data[0]));
    auto const requests = emulator.requests() - 1;
    BOOST_TEST(requests + client.single_flight_gauges().joined == 1000U);
    BOOST_TEST(requests <= 10U);  // 1, unless starting them took longer than an answer
    threads.join();
}

BOOST_AUTO_TEST_CASE(closing_the_client_ends_all_who_wait) {
    Fixture f;
    f.emulator.set_faults("hang-before-effect@on=get_organization");
    for (int i = 0; i < 5; ++i) f.get(f.ids[0]);
    bool closed = false;
    auto const closing = [&]() -> awaitable<void> {
        asio::steady_timer timer{f.io, 50ms};
        co_await timer.async_wait(asio::use_awaitable);
        co_await f.client->close(0ms);
        closed = true;
        BOOST_TEST(f.plain.size() == 5U);
    };
    asio::co_spawn(f.io, closing, asio::detached);
    f.finish();
    BOOST_TEST(closed);
    f.get(f.ids[0]);
    f.finish();
    BOOST_TEST(f.requests() == 1U);
    for (auto const& result : f.plain) BOOST_TEST(result.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(the_context_may_be_destroyed_while_calls_share) {
    testing::Emulator const emulator{{.organizations = 1, .latency = 2s}};
    int ended = 0;
    {
        asio::io_context io;
        Config config = EmulatorClient::config_for(emulator);
        share(config);
        Client const client{io.get_executor(), config};
        OrganizationsApi api{client};
        for (int i = 0; i < 4; ++i) {
            asio::co_spawn(io, api.get_organization("org_1"),
                           [&](std::exception_ptr, Result<Organization>) { ++ended; });
        }
        for (int i = 0; i < 100 && client.single_flight_gauges().waiting != 4U; ++i) io.run_one_for(10ms);
        io.run_for(60ms);
        BOOST_TEST(client.single_flight_gauges().waiting == 4U);
    }
    BOOST_TEST(ended == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
