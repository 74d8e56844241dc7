// Idle connections that stop working without a notice, as behind a NAT that dropped their state.
#include <clerk.hpp>

#include "support/run.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>

namespace clerk {
BOOST_AUTO_TEST_SUITE(dead_connections)

namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(one_call_pays_for_all_of_them) {
    constexpr std::size_t dead = 6;
    test::WireServer const server{[](test::WireServer::Session& session) {
        if (session.number() < dead) {
            session.read_request();
            return session.stall();
        }
        while (!session.read_request().empty()) {
            session.write(test::http_response(200, R"({"object":"organization","id":"org_1","name":"Acme"})"));
        }
    }};
    Config config = server.config();
    config.timeout.attempt = 300ms;
    config.retry.max_attempts = 2;
    config.retry.initial_backoff = 0ms;
    boost::asio::io_context io;
    Client client{io.get_executor(), config};
    OrganizationsApi api{client};
    BOOST_REQUIRE(test::run(io, client.prewarm(dead)).value() == dead);
    for (std::size_t call = 0; call != dead; ++call) {
        auto const begin = std::chrono::steady_clock::now();
        auto const found = test::run(io, api.get_organization("org_1"));
        BOOST_TEST_CONTEXT("call " << call) {
            BOOST_TEST(found.has_value());
            BOOST_TEST((std::chrono::steady_clock::now() - begin >= 300ms) == (call == 0));
        }
    }
    BOOST_TEST(server.connections() == dead + 1);
    BOOST_TEST(client.pool_gauges().idle == 1U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
