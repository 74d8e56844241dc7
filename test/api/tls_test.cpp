// Which servers the client accepts.
#include <clerk.hpp>

#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/wire_server.hpp"
#include "testing/server/certificates.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string_view>
#include <thread>

namespace clerk {
BOOST_AUTO_TEST_SUITE(tls)

namespace {

using test::WireServer;
using namespace std::chrono_literals;

Error failure(Config const& config) {
    boost::asio::io_context io;
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    auto const result = test::run(io, api.get_organization("org_1"));
    PoolGauges const gauges = client.pool_gauges();
    BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting + gauges.idle == 0U);
    return result.error();
}

BOOST_AUTO_TEST_CASE(an_untrusted_certificate_is_rejected) {
    WireServer const server{test::always(test::organization_response())};
    Config config = server.config();
    config.tls.ca_pem = testing::make_certificates().ca_pem;  // another authority
    Error const error = failure(config);
    BOOST_TEST(error == errc::certificate_rejected);
    BOOST_TEST(error == condition::transport);
    BOOST_TEST(error.stop_reason() == StopReason::not_retryable);
    BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(the_systems_store_does_not_trust_a_private_authority) {
    WireServer const server{test::always(test::organization_response())};
    Config config = server.config();
    config.tls.ca_pem.clear();
    BOOST_TEST(failure(config) == errc::certificate_rejected);
    BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_rejected) {
    WireServer const server{test::always(test::organization_response())};
    Config config = server.config();
    // All of 127.0.0.0/8 is this machine; the certificate names 127.0.0.1 only.
    config.base_url = "https://127.0.0.2" + server.authority().substr(server.authority().find(':'));
    Error const error = failure(config);
    BOOST_TEST_CONTEXT(to_string(error))
    BOOST_TEST((error == errc::certificate_rejected || error == errc::connect_failed));
    BOOST_TEST(server.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_host_name_is_resolved_and_verified) {
    WireServer const server{test::always(test::organization_response())};
    Config config = server.config();
    config.base_url = "https://localhost" + server.authority().substr(server.authority().find(':')) + "/v1";
    boost::asio::io_context io;
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    auto const result = test::run(io, api.get_organization("org_1"));
    BOOST_TEST_CONTEXT((result ? std::string{} : to_string(result.error()))) BOOST_TEST(result.has_value());
    BOOST_TEST(server.requests().at(0).find("\r\nHost: localhost:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_closed_port_is_a_failed_connect) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken{io, {boost::asio::ip::address_v4::loopback(), 0}};
    auto const port = taken.local_endpoint().port();
    taken.close();
    Config config{.secret_key = Secret{"sk_test_x"}, .base_url = "https://127.0.0.1:" + std::to_string(port)};
    config.retry.max_attempts = 1;
    Error const error = failure(config);
    BOOST_TEST(error == errc::connect_failed);
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(error.status() == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_a_failed_resolve) {
    Config config{.secret_key = Secret{"sk_test_x"}, .base_url = "https://no-such-host.invalid"};
    config.retry.max_attempts = 1;
    BOOST_TEST(failure(config) == errc::resolve_failed);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_shake_hands_meets_the_connect_timeout) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor silent{io, {boost::asio::ip::address_v4::loopback(), 0}};
    Config config{.secret_key = Secret{"sk_test_x"},
                  .base_url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port())};
    config.retry.max_attempts = 1;
    config.timeout.connect = 100ms;
    auto const begin = std::chrono::steady_clock::now();
    Error const error = failure(config);
    BOOST_TEST(error == errc::connect_timeout);
    BOOST_TEST(error == condition::timeout);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 8s));  // a call has 60 s
    config.timeout.connect = 10s;
    config.timeout.total = 100ms;
    BOOST_TEST(failure(config) == errc::deadline_exceeded);
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_speak_tls_is_a_tls_failure) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor acceptor{io, {boost::asio::ip::address_v4::loopback(), 0}};
    Config config{.secret_key = Secret{"sk_test_x"},
                  .base_url = "https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())};
    config.retry.max_attempts = 1;
    boost::asio::ip::tcp::socket peer{io};
    acceptor.async_accept(peer, [&](boost::system::error_code) {
        boost::system::error_code ignored;
        boost::asio::write(peer, boost::asio::buffer(std::string_view{"HTTP/1.1 400 Bad Request\r\n\r\n"}), ignored);
    });
    std::thread server{[&] { io.run(); }};
    BOOST_TEST(failure(config) == errc::tls_failed);
    server.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
