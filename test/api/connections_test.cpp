// Connections opened in advance, and TLS sessions resumed.
#include "support/emulator_client.hpp"
#include "support/wire_server.hpp"

#include <clerk.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

namespace clerk {
namespace {

using namespace std::chrono_literals;
using test::EmulatorClient;

BOOST_AUTO_TEST_SUITE(connections)

BOOST_AUTO_TEST_CASE(prewarmed_connections_carry_the_first_calls) {
    EmulatorClient f{{}, [](Config& config) { config.pool.max_connections = 8; }};
    auto const opened = f.run(f.client->prewarm(5));
    BOOST_REQUIRE(opened);
    BOOST_TEST(*opened == 5U);
    BOOST_TEST(f.client->pool_gauges().idle == 5U);
    BOOST_TEST(f.run(f.client->prewarm(5)).value() == 0U);
    BOOST_TEST(f.run(f.client->prewarm(100)).value() == 3U);

    // The server's session tickets have arrived meanwhile; they do not make a connection look dead.
    std::this_thread::sleep_for(20ms);
    int succeeded = 0;
    for (int i = 0; i < 8; ++i) {
        boost::asio::co_spawn(f.io, f.api->list_organizations(),
                              [&](std::exception_ptr, Result<Organizations> r) { succeeded += r ? 1 : 0; });
    }
    f.io.restart();
    f.io.run();
    BOOST_TEST(succeeded == 8);
    BOOST_TEST(f.client->pool_gauges().opened == 8U);
    BOOST_TEST(f.emulator.connections() == 8U);
}

BOOST_AUTO_TEST_CASE(prewarming_tells_why_it_failed) {
    EmulatorClient f{};
    f.emulator.stop();
    auto const opened = f.run(f.client->prewarm(3));
    BOOST_REQUIRE(!opened);
    BOOST_TEST((opened.error() == errc::connect_failed));
    BOOST_TEST(opened.error().operation() == "prewarm");
    auto const closing = [](Client& client) -> awaitable<int> {
        co_await client.close();
        co_return 0;
    };
    f.run(closing(*f.client));
    BOOST_TEST((f.run(f.client->prewarm(3)).error() == errc::client_closed));
}

BOOST_AUTO_TEST_CASE(a_new_connection_resumes_the_session_of_an_older_one) {
    for (bool const close_properly : {true, false}) {
        test::WireServer server{[close_properly](test::WireServer::Session& session) {
            if (session.read_request().empty()) return;
            session.write(test::organization_response("Connection: close\r\n"));
            if (close_properly) session.close();
        }};
        boost::asio::io_context io;
        Client client{io.get_executor(), server.config()};
        OrganizationsApi api{client};
        constexpr std::size_t calls = 40;
        for (std::size_t i = 0; i < calls; ++i) BOOST_REQUIRE(test::run(io, api.get_organization("org_1")));
        BOOST_TEST(client.pool_gauges().opened == calls);
        BOOST_TEST(client.pool_gauges().resumed == calls - 1);
    }
}

BOOST_AUTO_TEST_CASE(many_connections_at_once_resume_too) {
    EmulatorClient f{{}, [](Config& config) {
                         config.pool.max_connections = 100;
                         config.pool.idle_timeout = 10ms;
                     }};
    int succeeded = 0;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 100; ++i) {
            boost::asio::co_spawn(f.io, f.api->list_organizations(),
                                  [&](std::exception_ptr, Result<Organizations> r) { succeeded += r ? 1 : 0; });
        }
        f.io.restart();
        f.io.run();
        std::this_thread::sleep_for(15ms);  // idle for too long
    }
    BOOST_TEST(succeeded == 200);
    PoolGauges const gauges = f.client->pool_gauges();
    BOOST_TEST(gauges.opened > 100U);
    BOOST_TEST(gauges.resumed * 20 >= (gauges.opened - 100) * 19);
}

BOOST_AUTO_TEST_CASE(a_session_is_not_taken_to_another_client) {
    test::WireServer server{test::always(test::organization_response("Connection: close\r\n"))};
    boost::asio::io_context io;
    for (int i = 0; i < 2; ++i) {
        Client client{io.get_executor(), server.config()};
        OrganizationsApi api{client};
        BOOST_REQUIRE(test::run(io, api.get_organization("org_1")));
        BOOST_TEST(client.pool_gauges().resumed == 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk
