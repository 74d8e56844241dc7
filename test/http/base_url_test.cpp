#include "http/base_url.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using clerk::http::parse_base_url;

BOOST_AUTO_TEST_SUITE(base_url)

BOOST_AUTO_TEST_CASE(takes_urls_apart) {
    struct Row {
        std::string_view url;
        std::string_view host;
        std::string_view port;
        std::string_view authority;
        std::string_view base_path;
        bool is_ip;
    };
    std::vector<Row> const rows{
        {"", "api.clerk.com", "443", "api.clerk.com", "/v1", false},
        {"https://api.clerk.com/v1", "api.clerk.com", "443", "api.clerk.com", "/v1", false},
        {"https://api.clerk.com/v1/", "api.clerk.com", "443", "api.clerk.com", "/v1", false},
        {"https://api.clerk.com", "api.clerk.com", "443", "api.clerk.com", "", false},
        {"https://api.clerk.com/", "api.clerk.com", "443", "api.clerk.com", "", false},
        {"https://api.clerk.com//", "api.clerk.com", "443", "api.clerk.com", "", false},
        {"HTTPS://API.Clerk.COM/V1", "api.clerk.com", "443", "api.clerk.com", "/V1", false},
        {"https://localhost:8443/v1", "localhost", "8443", "localhost:8443", "/v1", false},
        {"https://localhost:443", "localhost", "443", "localhost", "", false},
        {"https://localhost:00443", "localhost", "443", "localhost", "", false},
        {"https://localhost:", "localhost", "443", "localhost", "", false},
        {"https://localhost:65535", "localhost", "65535", "localhost:65535", "", false},
        {"https://127.0.0.1:1/a/b", "127.0.0.1", "1", "127.0.0.1:1", "/a/b", true},
        {"https://[::1]:8443/v1", "::1", "8443", "[::1]:8443", "/v1", true},
        {"https://[2001:DB8::1]", "2001:db8::1", "443", "[2001:db8::1]", "", true},
        {"https://a_b.internal-net.example/x%20y", "a_b.internal-net.example", "443", "a_b.internal-net.example",
         "/x%20y", false},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT("url " << row.url) {
            auto const origin = parse_base_url(row.url);
            BOOST_REQUIRE(origin.has_value());
            BOOST_TEST(origin->host == row.host);
            BOOST_TEST(origin->port == row.port);
            BOOST_TEST(origin->authority == row.authority);
            BOOST_TEST(origin->base_path == row.base_path);
            BOOST_TEST(origin->host_is_ip == row.is_ip);
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_would_be_sent_wrong) {
    std::vector<std::string> const urls{
        "http://api.clerk.com/v1",
        "ftp://api.clerk.com",
        "api.clerk.com",
        "//api.clerk.com",
        "/v1",
        "https:",
        "https:/v1",
        "https://",
        "https:///v1",
        "https://:8443",
        "https://user@api.clerk.com",
        "https://user:pass@api.clerk.com",
        "https://@api.clerk.com",
        "https://api.clerk.com?x=1",
        "https://api.clerk.com/v1?",
        "https://api.clerk.com/v1#top",
        "https://api.clerk.com:0",
        "https://api.clerk.com:65536",
        "https://api.clerk.com:99999999999999999999",
        "https://api.clerk.com:-1",
        "https://api.clerk.com:8443x",
        "https://api.clerk.com/\r\nX: y",
        "https://api.clerk.com /v1",
        " https://api.clerk.com",
        "https://api.clerk.com\t",
        std::string{"https://api.clerk.com/\0", 23},
        "https://api.clerk.com/v1/../admin",
        "https://api.clerk.com/./v1",
        "https://api.clerk.com/v1/..",
        "https://b\xC3\xBC"
        "cher.example",
        "https://a%2Fb.example",
        "https://a..b",
        "https://.a",
        "https://a.example.",
        "https://[::1",
        "https://[::1]x/v1",
        "https://[v1.x]",
        "https://[fe80::1%25eth0]",
        "https://[fe80::1%eth0]",
        "https://" + std::string(64, 'a') + ".example",
        "https://a.example/" + std::string(3000, 'a'),
    };
    for (std::string const& url : urls) {
        BOOST_TEST_CONTEXT("url " << url) {
            auto const origin = parse_base_url(url);
            BOOST_REQUIRE(!origin.has_value());
            BOOST_TEST(origin.error() == clerk::errc::invalid_argument);
            BOOST_TEST(origin.error().field() == "base_url");
            BOOST_TEST(!origin.error().message().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_longest_parts_are_accepted) {
    std::string const host = std::string(63, 'a') + ".example";
    BOOST_TEST(parse_base_url("https://" + host).has_value());
    std::string const url = "https://" + host + '/';
    BOOST_TEST(parse_base_url(url + std::string(2048 - url.size(), 'a')).has_value());
    BOOST_TEST(!parse_base_url(url + std::string(2049 - url.size(), 'a')).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_accepted_cannot_end_a_header_line_and_reads_the_same_again) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        std::vector<std::string> const bases{"https://api.clerk.com/v1", "https://127.0.0.1:8443/a/b/",
                                             "https://[2001:db8::1]:65535/v1"};
        std::string const alphabet = "/:@?#[]%.-_~0aZ \r\n\t\x7F\xC3";
        int accepted = 0;
        for (int round = 0; round < 20'000; ++round) {
            std::string url = bases[random() % bases.size()];
            for (std::size_t edits = random() % 3; edits != 0; --edits) {
                std::size_t const where = random() % url.size();
                char const c = alphabet[random() % alphabet.size()];
                if (random() % 2 == 0) {
                    url[where] = c;
                } else {
                    url.insert(where, 1, c);
                }
            }
            auto const origin = parse_base_url(url);
            if (!origin) continue;
            ++accepted;
            BOOST_TEST_CONTEXT("url " << url) {
                for (std::string const& text : {origin->host, origin->port, origin->authority, origin->base_path}) {
                    BOOST_REQUIRE(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; }));
                }
                BOOST_REQUIRE(!origin->host.empty());
                BOOST_REQUIRE(!origin->port.empty());
                BOOST_REQUIRE((origin->base_path.empty() || origin->base_path.starts_with('/')));
                BOOST_REQUIRE(origin->base_path.find_first_of("?#") == std::string::npos);
                auto const again = parse_base_url("https://" + origin->authority + origin->base_path);
                BOOST_REQUIRE(again.has_value());
                BOOST_REQUIRE(again->host == origin->host);
                BOOST_REQUIRE(again->port == origin->port);
                BOOST_REQUIRE(again->authority == origin->authority);
                BOOST_REQUIRE(again->base_path == origin->base_path);
            }
        }
        BOOST_TEST(accepted > 1000);
    }
}

BOOST_AUTO_TEST_CASE(never_quotes_what_may_be_a_pasted_key) {
    for (std::string const url : {"sk_live_abc", "https://sk_live_abc@host", "https://host/sk_live_abc?"}) {
        BOOST_TEST(to_string(parse_base_url(url).error()).find("sk_live_abc") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
