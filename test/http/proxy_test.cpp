#include "http/proxy.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::http {
BOOST_AUTO_TEST_SUITE(proxy)

namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables const& variables) {
    return [variables](char const* name) -> char const* {
        auto const found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
}

struct Url {
    std::string_view text;
    std::string_view host;
    std::string_view port;
    std::string_view authority;
    std::string_view authorization{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(urls_are_taken_apart) {
    std::vector<Url> const urls{
        {"http://proxy.example", "proxy.example", "80", "proxy.example:80"},
        {"http://proxy", "proxy", "80", "proxy:80"},
        {"HTTP://Proxy.Example:3128/", "proxy.example", "3128", "proxy.example:3128"},
        {"http://192.0.2.1:8080", "192.0.2.1", "8080", "192.0.2.1:8080"},
        {"http://[2001:DB8::1]:8080", "2001:db8::1", "8080", "[2001:db8::1]:8080"},
        {"http://[::1]", "::1", "80", "[::1]:80"},
        {"http://p:", "p", "80", "p:80"},
        {"http://Aladdin:open%20sesame@p", "p", "80", "p:80", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"http://user@p", "p", "80", "p:80", "Basic dXNlcjo="},
        {"http://user:@p", "p", "80", "p:80", "Basic dXNlcjo="},
        {"http://:secret@p", "p", "80", "p:80", "Basic OnNlY3JldA=="},
        {"http://a:b:c@p", "p", "80", "p:80", "Basic YTpiOmM="},
        {"http://a:%40%3A%2F@p", "p", "80", "p:80", "Basic YTpAOi8="},
        {"http://test:123%C2%A3@p", "p", "80", "p:80", "Basic dGVzdDoxMjPCow=="},  // RFC 7617 section 2.1
        {"http://@p", "p", "80", "p:80"},
        {"http://:@p", "p", "80", "p:80"},
    };
    for (Url const& url : urls) {
        BOOST_TEST_CONTEXT(url.text) {
            auto const proxy = parse_proxy_url(url.text);
            BOOST_REQUIRE(proxy.has_value());
            BOOST_TEST(proxy->host == url.host);
            BOOST_TEST(proxy->port == url.port);
            BOOST_TEST(proxy->authority == url.authority);
            BOOST_TEST(std::string_view{proxy->authorization} == url.authorization);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refused_url_is_named_but_not_quoted) {
    std::vector<std::string> const urls{
        "proxy-hunter2:3128",
        "https://user:hunter2@proxy",
        "socks5://user:hunter2@proxy",
        "socks5h://hunter2",
        "ftp://hunter2",
        "http:///hunter2",
        "http://user:hunter2@",
        "http://user:hunter2@proxy/path",
        "http://user:hunter2@proxy?query",
        "http://user:hunter2@proxy#fragment",
        "http://user:hunter2@proxy:0",
        "http://user:hunter2@proxy:65536",
        "http://user:hunter2@proxy:3128x",
        "http://user:hunter2@[fe80::1%25eth0]:3128",
        "http://user:hunter2@a..b",
        "http://user:hunter2@a%2Fb",
        "http://user:hunter2%0D%0AX-Evil:1@proxy",
        "http://user%00hunter2@proxy",
        "http://us%3Aer:hunter2@proxy",
        "http://user:hunter2@proxy\r\nX: y",
        "http://user:hunter2 @proxy",
        "http://us\xC3\xA9r:hunter2@proxy",
        "http://user:hunter2%@proxy",
        "http://hunter2" + std::string(2048, 'a'),
    };
    for (std::string const& url : urls) {
        BOOST_TEST_CONTEXT(url) {
            auto const proxy = parse_proxy_url(url);
            BOOST_REQUIRE(proxy.has_error());
            BOOST_TEST(proxy.error() == errc::invalid_argument);
            BOOST_TEST(proxy.error().field() == "proxy.url");
            BOOST_TEST(to_string(proxy.error()).find("hunter2") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(other_kinds_of_proxies_are_refused_with_a_reason) {
    for (std::string_view const url : {"https://proxy:443", "socks5://proxy", "socks4a://proxy"}) {
        BOOST_TEST(parse_proxy_url(url).error().message().starts_with("must begin with http://"));
    }
}

BOOST_AUTO_TEST_CASE(the_environment_is_asked_in_order) {
    struct Row {
        Variables variables;
        std::string_view url;
        std::string_view proxy;  // empty: none
    };
    std::vector<Row> const rows{
        {{}, "https://api.clerk.com", ""},
        {{{"HTTPS_PROXY", "http://upper:1"}}, "https://api.clerk.com", "upper:1"},
        {{{"https_proxy", "http://lower:1"}}, "https://api.clerk.com", "lower:1"},
        {{{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:1"}}, "https://api.clerk.com", "upper:1"},
        {{{"HTTPS_PROXY", ""}, {"https_proxy", "http://lower:1"}}, "https://api.clerk.com", "lower:1"},
        {{{"HTTPS_PROXY", "  http://padded:1\n"}}, "https://api.clerk.com", "padded:1"},
        {{{"HTTPS_PROXY", " "}}, "https://api.clerk.com", ""},
        {{{"HTTPS_PROXY", "proxy:3128"}}, "https://api.clerk.com", "proxy:3128"},
        {{{"HTTPS_PROXY", "proxy"}}, "https://api.clerk.com", "proxy:80"},
        {{{"HTTPS_PROXY", "user:pw@proxy:3128"}}, "https://api.clerk.com", "proxy:3128"},
        {{{"HTTP_PROXY", "http://other:1"}, {"ALL_PROXY", "http://other:1"}}, "https://api.clerk.com", ""},
        {{{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "clerk.com"}}, "https://api.clerk.com", ""},
        {{{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", "clerk.com"}}, "https://api.clerk.com", ""},
        {{{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "x.com"}, {"no_proxy", "*"}}, "https://api.clerk.com", "p:1"},
        {{{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "example.com"}}, "https://api.clerk.com", "p:1"},
        {{{"HTTPS_PROXY", "http://p:1"}}, "https://localhost:8443", ""},
        {{{"HTTPS_PROXY", "http://p:1"}}, "https://127.0.0.1:8443", ""},
        {{{"HTTPS_PROXY", "http://p:1"}}, "https://[::1]:8443", ""},
        {{{"HTTPS_PROXY", "socks5://p:1"}}, "https://localhost:8443", ""},  // not read
    };
    for (Row const& row : rows) {
        auto const proxy = choose_proxy({}, *parse_base_url(row.url), environment(row.variables));
        BOOST_REQUIRE(proxy.has_value());
        BOOST_TEST((*proxy ? (*proxy)->authority : std::string{}) == row.proxy);
    }
}

BOOST_AUTO_TEST_CASE(an_explicit_proxy_counts_always_and_alone) {
    ProxyOptions options{};
    options.url = Secret{"http://mine:3128"};
    Environment const other = environment({{"HTTPS_PROXY", "socks5://other"}, {"NO_PROXY", "*"}});
    for (std::string_view const url : {"https://api.clerk.com", "https://localhost"}) {
        auto const proxy = choose_proxy(options, *parse_base_url(url), other);
        BOOST_REQUIRE(proxy.has_value());
        BOOST_REQUIRE(proxy->has_value());
        BOOST_TEST((*proxy)->authority == "mine:3128");
    }
    options.url = Secret{"https://mine"};
    BOOST_TEST(choose_proxy(options, *parse_base_url(""), other).error().field() == "proxy.url");
}

BOOST_AUTO_TEST_CASE(the_environment_can_be_left_alone) {
    ProxyOptions options{};
    options.use_environment = false;
    auto const proxy = choose_proxy(options, *parse_base_url(""), environment({{"HTTPS_PROXY", "http://p:1"}}));
    BOOST_REQUIRE(proxy.has_value());
    BOOST_TEST(!proxy->has_value());
}

BOOST_AUTO_TEST_CASE(a_bad_variable_is_named) {
    for (std::string const name : {"HTTPS_PROXY", "https_proxy"}) {
        auto const proxy = choose_proxy({}, *parse_base_url(""), environment({{name, "socks5://user:hunter2@proxy"}}));
        BOOST_REQUIRE(proxy.has_error());
        Error const error = proxy.error();
        BOOST_TEST(error == errc::invalid_argument);
        BOOST_TEST(error.field() == "proxy.use_environment");
        BOOST_TEST(error.message().starts_with("the environment variable " + name + " must begin with http://"));
        BOOST_TEST(to_string(error).find("hunter2") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::http
