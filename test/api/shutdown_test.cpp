// Client::close(), and the end of a client with calls pending, over TLS.
#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/wire_server.hpp"

#include <clerk.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(shutdown)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::WireServer;

void check_nothing_is_open(Client const& client) {
    PoolGauges const gauges = client.pool_gauges();
    BOOST_TEST(gauges.idle == 0U);
    BOOST_TEST(gauges.busy == 0U);
    BOOST_TEST(gauges.connecting == 0U);
    BOOST_TEST(gauges.waiting == 0U);
}

struct Fixture {
    explicit Fixture(WireServer::Handler handler) : server{std::move(handler)} {
        Config config = server.config();
        config.pool.max_connections = 2;
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }
    void get(CallOptions options = {}) {
        asio::co_spawn(io, api->get_organization("org_1", {}, options),
                       [this](std::exception_ptr, Result<Organization> r) {
                           if (r) {
                               ++succeeded;
                           } else {
                               errors.push_back(r.error());
                           }
                       });
    }
    void close(std::chrono::milliseconds grace, asio::cancellation_slot slot = {}) {
        asio::co_spawn(io, client->close(grace),
                       asio::bind_cancellation_slot(slot, [this](std::exception_ptr) { ++closed; }));
    }

    WireServer server;
    asio::io_context io{};
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
    int succeeded{};
    int closed{};
    std::vector<Error> errors{};
};

WireServer::Handler answer_after(std::chrono::milliseconds delay) {
    return [delay](WireServer::Session& session) {
        while (!session.read_request().empty()) {
            std::this_thread::sleep_for(delay);
            session.write(test::organization_response());
        }
    };
}

BOOST_AUTO_TEST_CASE(an_idle_client_closes_its_connections_properly) {
    std::atomic<bool> notified{false};
    Fixture f{[&](WireServer::Session& session) {
        while (!session.read_request().empty()) session.write(test::organization_response());
        notified = session.ended_properly();
    }};
    f.get();
    f.io.run();
    BOOST_TEST(f.client->pool_gauges().idle == 1U);
    BOOST_TEST(!f.client->closed());
    f.close(1s);
    f.io.restart();
    f.io.run();
    BOOST_TEST(f.closed == 1);
    BOOST_TEST(f.client->closed());
    check_nothing_is_open(*f.client);
    for (int i = 0; i < 200 && !notified; ++i) std::this_thread::sleep_for(10ms);
    BOOST_TEST(notified);
}

BOOST_AUTO_TEST_CASE(a_closed_client_refuses_calls) {
    Fixture f{test::always(test::organization_response())};
    f.close(0s);
    f.io.run();
    f.get();
    f.io.restart();
    f.io.run();
    BOOST_REQUIRE_EQUAL(f.errors.size(), 1U);
    BOOST_TEST(f.errors[0] == errc::client_closed);
    BOOST_TEST(f.errors[0] == condition::cancelled);
    BOOST_TEST(f.errors[0].operation() == "get_organization");
    BOOST_TEST(f.errors[0].attempts() == 0);
    BOOST_TEST(f.server.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(running_and_waiting_calls_may_finish_within_the_grace) {
    Fixture f{answer_after(30ms)};
    for (int i = 0; i < 6; ++i) f.get();
    f.io.run_for(20ms);
    f.close(10s);
    auto const begun = steady_clock::now();
    f.io.restart();
    f.io.run();
    BOOST_TEST(f.succeeded == 6);
    BOOST_TEST(f.closed == 1);
    BOOST_TEST((steady_clock::now() - begun < 5s));
    check_nothing_is_open(*f.client);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_grace_ends_every_call) {
    Fixture f{[](WireServer::Session& session) {
        session.read_request();
        session.stall();
    }};
    for (int i = 0; i < 6; ++i) f.get();
    f.io.run_for(100ms);
    BOOST_TEST(f.client->pool_gauges().waiting == 4U);
    auto const begun = steady_clock::now();
    f.close(50ms);
    f.io.restart();
    f.io.run();
    BOOST_TEST((steady_clock::now() - begun >= 50ms));
    BOOST_TEST((steady_clock::now() - begun < 5s));
    BOOST_TEST(f.closed == 1);
    BOOST_REQUIRE_EQUAL(f.errors.size(), 6U);
    for (Error const& error : f.errors) {
        BOOST_TEST(error == errc::client_closed);
        BOOST_TEST(error.stop_reason() == StopReason::cancelled);
    }
    check_nothing_is_open(*f.client);
}

BOOST_AUTO_TEST_CASE(cancelling_the_close_ends_the_grace) {
    Fixture f{[](WireServer::Session& session) {
        session.read_request();
        session.stall();
    }};
    f.get();
    asio::cancellation_signal signal;
    f.close(1h, signal.slot());
    f.io.run_for(50ms);
    BOOST_TEST(f.closed == 0);
    signal.emit(asio::cancellation_type::terminal);
    f.io.restart();
    f.io.run_for(5s);
    BOOST_TEST(f.closed == 1);
    BOOST_REQUIRE_EQUAL(f.errors.size(), 1U);
    BOOST_TEST(f.errors[0] == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(the_shortest_grace_counts) {
    Fixture f{[](WireServer::Session& session) {
        session.read_request();
        session.stall();
    }};
    f.get();
    f.close(1h);
    f.close(20ms);
    f.io.run_for(5s);
    BOOST_TEST(f.closed == 2);
    BOOST_TEST(f.errors.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_call_between_two_attempts_is_ended) {
    Fixture f{test::always(test::http_response(503, R"({"errors":[]})", "Retry-After: 3\r\n"))};
    Config config = f.server.config();
    config.retry.max_attempts = 3;
    f.client.emplace(f.io.get_executor(), config);
    f.api.emplace(*f.client);
    f.get();
    f.io.run_for(200ms);
    f.close(10ms);
    f.io.restart();
    f.io.run_for(5s);
    BOOST_TEST(f.closed == 1);
    BOOST_REQUIRE_EQUAL(f.errors.size(), 1U);
    BOOST_TEST(f.errors[0] == errc::client_closed);
    BOOST_TEST(f.errors[0].attempts() == 1);
}

BOOST_AUTO_TEST_CASE(the_client_may_be_destroyed_while_it_closes) {
    Fixture f{answer_after(30ms)};
    f.get();
    f.io.run_for(10ms);
    f.close(5s);
    f.api.reset();
    f.client.reset();
    f.io.restart();
    f.io.run();
    BOOST_TEST(f.succeeded == 1);
    BOOST_TEST(f.closed == 1);
}

// Closed at a random moment under load, on two threads: every call ends, with an answer or with client_closed.
BOOST_AUTO_TEST_CASE(closing_under_load_loses_no_call) {
    testing::Emulator emulator{};
    for (int round = 0; round < 10; ++round) {
        asio::thread_pool threads{2};
        Config config = test::EmulatorClient::config_for(emulator);
        config.pool.max_connections = 8;
        Client client{threads.get_executor(), config};
        OrganizationsApi api{client};
        constexpr int calls = 400;
        std::atomic<int> ended{0};
        std::atomic<int> unexpected{0};
        for (int i = 0; i < calls; ++i) {
            asio::co_spawn(threads, api.list_organizations(), [&](std::exception_ptr thrown, Result<Organizations> r) {
                ++ended;
                if (thrown || (!r && !(r.error() == errc::client_closed))) ++unexpected;
            });
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{round * 4});
        asio::co_spawn(threads, client.close(std::chrono::milliseconds{round}), asio::use_future).get();
        check_nothing_is_open(client);
        threads.join();
        BOOST_TEST(ended == calls);
        BOOST_TEST(unexpected == 0);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
