#include "http/connect_tunnel.hpp"

#include <clerk/version.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(connect_tunnel)

namespace {

using State = ConnectReply::State;

Origin origin(std::string_view url) { return *parse_base_url(url); }

struct Reply {
    std::string_view received;
    State state;
    int status{};
    std::string_view rest{};  // what follows the head
};

std::vector<Reply> const replies{
    {"HTTP/1.1 200 Connection established\r\n\r\n", State::complete, 200},
    {"HTTP/1.0 200 OK\r\n\r\n", State::complete, 200},
    {"HTTP/1.1 200 \r\n\r\n", State::complete, 200},
    {"HTTP/1.1 200\r\n\r\n", State::complete, 200},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\nVia: x\r\n\r\n", State::complete, 204},
    {"HTTP/1.1 200 OK\n\n", State::complete, 200},
    {"HTTP/1.1 200 OK\nA: b\r\n\n", State::complete, 200},
    {"HTTP/1.1 200 OK\r\n\r\nextra", State::complete, 200, "extra"},
    {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", State::complete, 407, "no"},
    {"HTTP/1.1 502 Bad Gateway\r\n\r\n", State::complete, 502},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", State::complete, 200},
    {"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Go\r\n\r\nHTTP/1.1 502 No\r\n\r\nx", State::complete, 502, "x"},
    {"HTTP/1.1 101 Switching\r\n\r\n", State::complete, 101},
    {"HTTP/1.1 999 Odd\r\n\r\n", State::complete, 999},
    {"", State::incomplete},
    {"HTTP", State::incomplete},
    {"HTTP/1.1 200", State::incomplete},
    {"HTTP/1.1 200 OK\r\n", State::incomplete},
    {"HTTP/1.1 200 OK\r\n\r", State::incomplete},
    {"HTTP/1.1 200 OK\r\nA: b\r\n", State::incomplete},
    {"HTTP/1.1 100 Continue\r\n\r\n", State::incomplete},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 O", State::incomplete},
    {"\x16\x03\x01", State::malformed},
    {"SSH-2.0-OpenSSH", State::malformed},
    {"<html>", State::malformed},
    {"HTTP/2 200 OK\r\n\r\n", State::malformed},
    {"HTTP/1.x 200 OK\r\n\r\n", State::malformed},
    {"http/1.1 200 OK\r\n\r\n", State::malformed},
    {"HTTP/1.1  200 OK\r\n\r\n", State::malformed},
    {"HTTP/1.1 2000 OK\r\n\r\n", State::malformed},
    {"HTTP/1.1 20x OK\r\n\r\n", State::malformed},
    {"HTTP/1.1 -20 OK\r\n\r\n", State::malformed},
    {"HTTP/1.1 099 OK\r\n\r\n", State::malformed},
    {"\r\nHTTP/1.1 200 OK\r\n\r\n", State::malformed},
    {"HTTP/1.1 100 Continue\r\n\r\ngarbage", State::malformed},
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_request_names_the_port_even_when_it_is_the_usual_one) {
    std::string_view const agent = "clerk-cpp/" CLERK_VERSION_STRING;
    Proxy const proxy = *parse_proxy_url("http://proxy.example");
    std::string const expected =
        "CONNECT api.clerk.com:443 HTTP/1.1\r\nHost: api.clerk.com:443\r\nUser-Agent: " + std::string{agent} +
        "\r\n\r\n";
    BOOST_TEST(std::string_view{connect_request(proxy, origin("https://api.clerk.com/v1"), "")} == expected);
}

BOOST_AUTO_TEST_CASE(the_request_carries_credentials_and_the_callers_product) {
    Proxy const proxy = *parse_proxy_url("http://Aladdin:open%20sesame@proxy.example:3128");
    std::string const request{std::string_view{connect_request(proxy, origin("https://[2001:DB8::1]:8443"), "shop/1")}};
    BOOST_TEST(request.starts_with("CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n"));
    BOOST_TEST(request.find(" shop/1\r\n") != std::string::npos);
    BOOST_TEST(request.ends_with("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(replies_are_told_apart) {
    for (Reply const& row : replies) {
        BOOST_TEST_CONTEXT(row.received) {
            ConnectReply const reply = parse_connect_reply(row.received);
            BOOST_TEST((reply.state == row.state));
            BOOST_TEST(reply.status == row.status);
            if (row.state == State::complete) BOOST_TEST(row.received.substr(reply.length) == row.rest);
        }
    }
}

// A prefix of an answer gives either "incomplete" or the same result as the whole answer.
BOOST_AUTO_TEST_CASE(the_pieces_in_which_a_reply_arrives_do_not_matter) {
    for (Reply const& row : replies) {
        bool decided = false;
        for (std::size_t size = 0; size <= row.received.size(); ++size) {
            ConnectReply const reply = parse_connect_reply(row.received.substr(0, size));
            BOOST_TEST_CONTEXT(row.received.substr(0, size)) {
                if (reply.state == State::incomplete) {
                    BOOST_TEST(!decided);
                    continue;
                }
                decided = true;
                BOOST_TEST((reply.state == row.state));
                BOOST_TEST(reply.status == row.status);
                if (row.state == State::complete) {
                    BOOST_TEST(reply.length == row.received.size() - row.rest.size());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(mutated_replies_never_reach_beyond_their_end) {
    std::mt19937 random{20260512};
    for (int round = 0; round < 20000; ++round) {
        std::string text{replies[random() % replies.size()].received};
        for (auto edits = random() % 4; edits != 0 && !text.empty(); --edits) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        ConnectReply const reply = parse_connect_reply(text);
        BOOST_REQUIRE_LE(reply.length, text.size());
        BOOST_REQUIRE((reply.state == State::complete) == (reply.status >= 101));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
