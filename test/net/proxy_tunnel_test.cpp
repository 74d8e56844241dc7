#include "net/proxy_tunnel.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace clerk::net {

BOOST_AUTO_TEST_SUITE(proxy_tunnel)

BOOST_AUTO_TEST_CASE(replies_are_judged) {
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
        {"HTTP/1.1 407 Who\r\n\r\n", false, errc::proxy_unauthorized, "the proxy asks for credentials (HTTP 407)"},
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
                judge_reply(http::parse_connect_reply(row.received), row.received, row.sent_credentials);
            BOOST_TEST((result.code == row.code));
            BOOST_TEST(result.message == row.message);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::net
