#include "transport/connect/proxy_tunnel.hpp"

#include "support/printing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(proxy_tunnel)

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Both ends of a connection, and the result of opening a tunnel on one of them.
struct Tunnel {
    Tunnel() {
        tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
        client.connect(acceptor.local_endpoint());
        proxy = acceptor.accept();
    }
    void start() {
        asio::co_spawn(io, open_tunnel(client, request, false), [this](std::exception_ptr thrown, TunnelResult end) {
            BOOST_TEST(!thrown);
            result = std::move(end);
        });
    }
    void reply(std::string_view text) { asio::write(proxy, asio::buffer(text)); }
    // Runs until the coroutine waits for the proxy again, or has ended.
    void settle() {
        io.restart();
        io.poll();
    }
    void finish() {
        io.restart();
        io.run();
        BOOST_REQUIRE(result.has_value());
    }

    asio::io_context io{};
    tcp::socket client{io};
    tcp::socket proxy{io};
    std::string request{"CONNECT service.test:443 HTTP/1.1\r\n\r\n"};
    std::optional<TunnelResult> result{};
};

constexpr std::string_view accepted = "HTTP/1.1 200 OK\r\nVia: x\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(replies_are_classified) {
    struct Row {
        std::string_view received;
        bool sent_credentials;
        errc code;
        std::string_view message;
    };
    std::vector<Row> const rows{
        {"HTTP/1.1 200 OK\r\n\r\n", false, errc{}, ""},
        {"HTTP/1.1 299 Fine\r\nContent-Length: 5\r\n\r\n", false, errc{}, ""},
        {"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03", false, errc::proxy_failed, "the proxy sent more than its answer"},
        {"HTTP/1.1 407 Who\r\n\r\n", false, errc::proxy_unauthorized, "the proxy requires credentials (HTTP 407)"},
        {"HTTP/1.1 407 Who\r\n\r\nbody", true, errc::proxy_unauthorized,
         "the proxy did not accept the credentials (HTTP 407)"},
        {"HTTP/1.1 401 Odd\r\n\r\n", true, errc::proxy_failed, "the proxy answered HTTP 401"},
        {"HTTP/1.1 502 Bad\r\n\r\nbody", false, errc::proxy_failed, "the proxy answered HTTP 502"},
        {"HTTP/1.1 302 Found\r\nLocation: https://x\r\n\r\n", false, errc::proxy_failed, "the proxy answered HTTP 302"},
        {"HTTP/1.1 101 Other\r\n\r\n", false, errc::proxy_failed, "the proxy answered HTTP 101"},
        {"SSH-2.0", false, errc::proxy_failed, "the proxy did not answer in HTTP"},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.received) {
            TunnelResult const result =
                tunnel_result(http::parse_connect_reply(row.received), row.received, row.sent_credentials);
            BOOST_TEST((result.code == row.code));
            BOOST_TEST(result.message == row.message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reply_may_come_in_any_pieces) {
    for (std::size_t size = 1; size <= accepted.size(); ++size) {
        Tunnel tunnel;
        tunnel.start();
        for (std::string_view left = accepted; !left.empty(); left.remove_prefix(std::min(size, left.size()))) {
            tunnel.settle();
            BOOST_TEST(!tunnel.result.has_value());
            tunnel.reply(left.substr(0, size));
        }
        tunnel.finish();
        BOOST_TEST((tunnel.result->code == errc{}));
        std::string heard(tunnel.request.size(), '\0');
        asio::read(tunnel.proxy, asio::buffer(heard));
        BOOST_TEST(heard == tunnel.request);
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_goes_at_any_step_is_named) {
    for (std::size_t size = 0; size < accepted.size(); ++size) {
        for (bool const resets : {false, true}) {
            Tunnel tunnel;
            tunnel.start();
            tunnel.reply(accepted.substr(0, size));
            tunnel.settle();
            BOOST_TEST(!tunnel.result.has_value());
            if (resets) tunnel.proxy.set_option(tcp::socket::linger{true, 0});
            tunnel.proxy.close();
            tunnel.finish();
            BOOST_TEST(tunnel.result->code == errc::proxy_failed);
            BOOST_TEST(tunnel.result->message == "the proxy closed the connection instead of opening a tunnel");
            BOOST_TEST(tunnel.result->cause.failed());
        }
    }
    Tunnel gone;
    gone.proxy.set_option(tcp::socket::linger{true, 0});
    gone.proxy.close();
    gone.start();
    gone.finish();
    BOOST_TEST(gone.result->code == errc::proxy_failed);
    BOOST_TEST(gone.result->message == "the proxy closed the connection while the tunnel was requested");
    BOOST_TEST(gone.result->cause.failed());
}

// The way in which the connector stops it.
BOOST_AUTO_TEST_CASE(closing_the_socket_ends_every_step) {
    for (std::size_t size = 0; size < accepted.size(); ++size) {
        Tunnel tunnel;
        tunnel.start();
        tunnel.reply(accepted.substr(0, size));
        tunnel.settle();
        tunnel.client.close();
        tunnel.finish();
        BOOST_TEST((tunnel.result->cause == asio::error::operation_aborted));
    }
    // A request that the proxy does not read.
    Tunnel writing;
    writing.request.append(64U << 20U, 'x');
    writing.start();
    writing.settle();
    BOOST_TEST(!writing.result.has_value());
    writing.client.close();
    writing.finish();
    BOOST_TEST((writing.result->cause == asio::error::operation_aborted));
    BOOST_TEST(writing.result->message == "the proxy closed the connection while the tunnel was requested");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
