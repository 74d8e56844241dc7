#include "http/no_proxy.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(no_proxy)

namespace {

struct Row {
    std::string url;
    std::string list;
    bool listed;
};
std::ostream& operator<<(std::ostream& out, Row const& row) { return out << row.url << " in " << row.list; }

std::vector<Row> const rows{
    {"https://api.clerk.com", "", false},
    {"https://api.clerk.com", ",, ,", false},
    {"https://api.clerk.com", "*", true},
    {"https://api.clerk.com", "example.com *", true},
    {"https://api.clerk.com", "api.clerk.com", true},
    {"https://API.clerk.com", "Api.Clerk.COM", true},
    {"https://api.clerk.com", "clerk.com", true},
    {"https://api.clerk.com", ".clerk.com", true},
    {"https://clerk.com", ".clerk.com", true},
    {"https://api.clerk.com", "*.clerk.com", true},
    {"https://api.clerk.com", "clerk.com.", true},
    {"https://api.clerk.com", "com", true},
    {"https://api.clerk.com", ".", false},
    {"https://api.clerk.com", "..", false},
    {"https://api.clerk.com", "lerk.com", false},
    {"https://api.clerk.com", "a.api.clerk.com", false},
    {"https://api.clerk.com", "api.clerk", false},
    {"https://api.clerk.com", "example.com,api.clerk.com", true},
    {"https://api.clerk.com", " example.com ,\tapi.clerk.com ", true},
    {"https://api.clerk.com", "example.com api.clerk.com", true},
    // Ports.
    {"https://api.clerk.com", "api.clerk.com:443", true},
    {"https://api.clerk.com", "api.clerk.com:0443", true},
    {"https://api.clerk.com", ".clerk.com:443", true},
    {"https://api.clerk.com", "api.clerk.com:8443", false},
    {"https://api.clerk.com:8443", "api.clerk.com:8443", true},
    {"https://api.clerk.com:8443", "api.clerk.com", true},
    {"https://api.clerk.com", "api.clerk.com:", false},
    {"https://api.clerk.com", "api.clerk.com:x", false},
    {"https://api.clerk.com", "api.clerk.com:443x", false},
    {"https://api.clerk.com", ":443", false},
    // Addresses.
    {"https://192.0.2.7", "192.0.2.7", true},
    {"https://192.0.2.7", "192.0.2.77", false},
    {"https://192.0.2.7", "2.7", false},
    {"https://192.0.2.7:8443", "192.0.2.7:8443", true},
    {"https://192.0.2.7:8443", "192.0.2.7:443", false},
    {"https://[2001:db8::7]", "2001:db8::7", true},
    {"https://[2001:DB8::7]", "2001:0db8:0:0:0:0:0:7", true},
    {"https://[2001:db8::7]", "[2001:db8::7]", true},
    {"https://[2001:db8::7]", "[2001:db8::7]:443", true},
    {"https://[2001:db8::7]", "[2001:db8::7]:80", false},
    {"https://[2001:db8::7]", "2001:db8::8", false},
    {"https://[::ffff:192.0.2.7]", "192.0.2.7", true},
    {"https://192.0.2.7", "::ffff:192.0.2.7", true},
    // Blocks.
    {"https://192.0.2.7", "192.0.2.0/24", true},
    {"https://192.0.3.7", "192.0.2.0/24", false},
    {"https://192.0.3.7", "192.0.2.0/23", true},
    {"https://192.0.2.7", "192.0.2.7/32", true},
    {"https://192.0.2.6", "192.0.2.7/32", false},
    {"https://192.0.2.7", "0.0.0.0/0", true},
    {"https://[2001:db8::7]", "0.0.0.0/0", false},
    {"https://192.0.2.7", "192.0.2.0/33", false},
    {"https://192.0.2.7", "192.0.2.0/", false},
    {"https://192.0.2.7", "192.0.2.0/-1", false},
    {"https://192.0.2.7", "192.0.2/24", false},
    {"https://192.0.2.7", "/24", false},
    {"https://[2001:db8::7]", "2001:db8::/32", true},
    {"https://[2001:db9::7]", "2001:db8::/32", false},
    {"https://[2001:db8::7]", "::/0", true},
    {"https://[2001:db8::7]", "2001:db8::/129", false},
    {"https://[2001:db8::7]", "2001:db8::7/128", true},
    {"https://[::ffff:192.0.2.7]", "192.0.2.0/24", true},
    {"https://192.0.2.7", "::ffff:0:0/96", true},
    // A name is never resolved.
    {"https://api.clerk.com", "192.0.2.0/24", false},
};

}  // namespace

BOOST_DATA_TEST_CASE(lists, boost::unit_test::data::make(rows), row) {
    auto const origin = parse_base_url(row.url);
    BOOST_REQUIRE(origin.has_value());
    BOOST_TEST(is_listed(*origin, row.list) == row.listed);
}

BOOST_AUTO_TEST_CASE(this_machine) {
    for (std::string_view const url :
         {"https://localhost", "https://LOCALHOST:8443", "https://clerk.localhost", "https://127.0.0.1",
          "https://127.9.9.9", "https://[::1]:9", "https://[::ffff:127.0.0.1]"}) {
        BOOST_TEST_CONTEXT(url) BOOST_TEST(is_this_machine(*parse_base_url(url)));
    }
    for (std::string_view const url : {"https://api.clerk.com", "https://localhost.clerk.com", "https://notlocalhost",
                                       "https://128.0.0.1", "https://[::2]", "https://10.0.0.1"}) {
        BOOST_TEST_CONTEXT(url) BOOST_TEST(!is_this_machine(*parse_base_url(url)));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
