// The whole client through various proxies.
#include <clerk.hpp>

#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/quiet_peers.hpp"
#include "support/run.hpp"
#include "support/tcp_server.hpp"
#include "support/test_certificates.hpp"
#include "support/tls_handler.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(proxies)

namespace {

using test::EmulatorClient;
using test::TcpServer;
using Socket = TcpServer::Socket;
using namespace std::chrono_literals;

constexpr std::string_view secret = "hunter2-and-more";
constexpr std::string_view basic = "Basic dTpodW50ZXIyLWFuZC1tb3Jl";

// The requests that the proxy got.
class Heard {
public:
    std::string read(Socket& socket) {
        std::string head = test::read_head(socket);
        std::lock_guard const lock{mutex_};
        heads_.push_back(head);
        return head;
    }
    [[nodiscard]] std::vector<std::string> heads() const {
        std::lock_guard const lock{mutex_};
        return heads_;
    }

private:
    mutable std::mutex mutex_{};
    std::vector<std::string> heads_{};
};

// The port that a CONNECT names; the emulators are all on this machine.
boost::asio::ip::tcp::endpoint target_of(std::string const& head) {
    std::size_t const colon = head.find(':');
    return {boost::asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::stoul(head.substr(colon + 1)))};
}

std::string url_of(TcpServer const& proxy, std::string_view credentials = {}) {
    return "http://" + std::string{credentials} + proxy.authority();
}

// Sets an environment variable during its lifetime.
class Variable {
public:
    Variable(std::string name, std::string const& value) : name_{std::move(name)} {
        if (char const* const before = std::getenv(name_.c_str())) before_ = before;
        ::setenv(name_.c_str(), value.c_str(), 1);
    }
    ~Variable() {
        if (before_)
            ::setenv(name_.c_str(), before_->c_str(), 1);
        else
            ::unsetenv(name_.c_str());
    }
    Variable(Variable const&) = delete;
    Variable& operator=(Variable const&) = delete;

private:
    std::string name_;
    std::optional<std::string> before_{};
};

// A client that reaches an emulator through a proxy.
struct Through {
    explicit Through(std::string const& url, std::function<void(Config&)> const& change = {})
        : client{{}, [&](Config& config) {
                     config.proxy.url = Secret{url};
                     config.retry.max_attempts = 1;
                     if (change) change(config);
                 }} {}
    Result<Organizations> list() {
        ListOrganizationsRequest const everything{};
        return client.run(client.api->list_organizations(everything));
    }
    EmulatorClient client;
};

}  // namespace

BOOST_AUTO_TEST_CASE(calls_run_through_the_tunnel) {
    Heard heard;
    TcpServer const proxy{[&](Socket& socket) {
        std::string const head = heard.read(socket);
        if (test::write_text(socket, "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"))
            test::relay(socket, target_of(head));
    }};
    Through through{url_of(proxy, "u:hunter2-and-more@"), [](Config& config) { config.user_agent = "shop/1"; }};
    for (int call = 0; call < 3; ++call) {
        auto const listed = through.list();
        BOOST_TEST_CONTEXT((listed ? "" : to_string(listed.error()))) BOOST_TEST(listed.has_value());
    }
    BOOST_REQUIRE_EQUAL(heard.heads().size(), 1U);  // one tunnel carries all of them
    std::string const head = heard.heads().front();
    std::string const base = through.client.emulator.base_url();
    std::string const authority = base.substr(8, base.find('/', 8) - 8);
    BOOST_TEST(
        head.starts_with("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: clerk-cpp/"));
    BOOST_TEST(head.find(" shop/1\r\n") != std::string::npos);
    BOOST_TEST(head.find("\r\nProxy-Authorization: " + std::string{basic} + "\r\n") != std::string::npos);
    // The key is for the service only.
    BOOST_TEST(head.find("Bearer") == std::string::npos);
    BOOST_TEST(head.find(through.client.emulator.secret_key()) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_environments_proxy_is_used_unless_told_otherwise) {
    test::Authority authority;
    test::CertificateOptions named{};
    named.alternative_names = "DNS:service.invalid";
    TcpServer const service{test::serve_tls(authority.issue(named))};
    TcpServer const proxy{[&](Socket& socket) {
        bool const asked = test::read_head(socket).starts_with("CONNECT service.invalid:443 ");
        if (asked && test::write_text(socket, "HTTP/1.1 200 OK\r\n\r\n")) test::relay(socket, service.endpoint());
    }};
    auto const fetch = [&](std::function<void(Config&)> const& change) {
        Config config{.secret_key = Secret{"sk_test_1"}, .base_url = "https://service.invalid/v1"};
        config.tls.ca_pem = authority.pem();
        config.retry.max_attempts = 1;
        change(config);
        boost::asio::io_context io;
        Client const client{io.get_executor(), config};
        OrganizationsApi api{client};
        return test::run(io, api.get_organization("org_1"));
    };
    Variable const proxies{"HTTPS_PROXY", url_of(proxy)};
    Variable const none{"NO_PROXY", "example.com"};
    auto const through = fetch([](Config&) {});
    BOOST_TEST_CONTEXT((through ? "" : to_string(through.error()))) BOOST_TEST(through.has_value());
    BOOST_TEST(proxy.connections() == 1U);

    auto const direct = fetch([](Config& config) { config.proxy.use_environment = false; });
    BOOST_REQUIRE(!direct.has_value());
    BOOST_TEST(direct.error() == errc::resolve_failed);
    Variable const listed{"NO_PROXY", "service.invalid"};
    BOOST_TEST(fetch([](Config&) {}).error() == errc::resolve_failed);
    BOOST_TEST(proxy.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(the_services_certificate_is_verified_behind_the_proxy_too) {
    TcpServer const proxy{[](Socket& socket) {
        std::string const head = test::read_head(socket);
        if (test::write_text(socket, "HTTP/1.1 200 OK\r\n\r\n")) test::relay(socket, target_of(head));
    }};
    Through through{url_of(proxy), [](Config& config) { config.tls.ca_pem.clear(); }};
    auto const listed = through.list();
    BOOST_REQUIRE(!listed.has_value());
    BOOST_TEST(listed.error() == errc::certificate_rejected);
}

BOOST_AUTO_TEST_CASE(every_refusal_is_the_proxys_and_tells_no_secret) {
    struct Row {
        std::string_view name;
        std::function<void(Socket&)> then;
        errc code;
        std::string_view message;
    };
    auto const says = [](std::string text) {
        return [text = std::move(text)](Socket& socket) {
            test::write_text(socket, text);
            test::stall(socket);
        };
    };
    std::vector<Row> const rows{
        {"407", says("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"), errc::proxy_unauthorized,
         "the proxy did not accept the credentials (HTTP 407)"},
        {"502", says("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 99\r\n\r\n"), errc::proxy_failed,
         "the proxy answered HTTP 502"},
        {"403 with a body", says("HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nhtml"), errc::proxy_failed,
         "the proxy answered HTTP 403"},
        {"redirect", says("HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\n\r\n"), errc::proxy_failed,
         "the proxy answered HTTP 302"},
        {"401, which is not the service's", says("HTTP/1.1 401 No\r\n\r\n"), errc::proxy_failed,
         "the proxy answered HTTP 401"},
        {"429, which is not the service's", says("HTTP/1.1 429 Slow\r\nRetry-After: 1\r\n\r\n"), errc::proxy_failed,
         "the proxy answered HTTP 429"},
        {"another protocol", says("SSH-2.0-OpenSSH_9.2\r\n"), errc::proxy_failed, "the proxy did not answer in HTTP"},
        {"TLS", says("\x15\x03\x01\x02\x02\x16"), errc::proxy_failed, "the proxy did not answer in HTTP"},
        {"more than its answer", says("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), errc::proxy_failed,
         "the proxy sent more than its answer"},
        {"endless head", says("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')), errc::proxy_failed,
         "the proxy's answer is too long"},
        {"endless interim answers",
         [](Socket& socket) {
             while (test::write_text(socket, "HTTP/1.1 100 Continue\r\n\r\n")) continue;
         },
         errc::proxy_failed, "the proxy's answer is too long"},
        {"close", [](Socket&) {}, errc::proxy_failed, "the proxy closed the connection instead of opening a tunnel"},
        {"close in the middle", [](Socket& socket) { test::write_text(socket, "HTTP/1.1 200 OK\r\n"); },
         errc::proxy_failed, "the proxy closed the connection instead of opening a tunnel"},
        {"reset", [](Socket& socket) { test::reset_on_close(socket); }, errc::proxy_failed,
         "the proxy closed the connection instead of opening a tunnel"},
    };
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TcpServer const proxy{[&](Socket& socket) {
                test::read_head(socket);
                row.then(socket);
            }};
            Through through{url_of(proxy, "u:hunter2-and-more@")};
            auto const begin = std::chrono::steady_clock::now();
            auto const listed = through.list();
            BOOST_REQUIRE(!listed.has_value());
            Error const error = listed.error();
            std::string const text = to_string(error);
            BOOST_TEST_CONTEXT(text) {
                BOOST_TEST((error == row.code));
                BOOST_TEST(error == condition::transport);
                BOOST_TEST(error.message() == row.message);
                BOOST_TEST(error.status() == 0);
                BOOST_TEST(!error.may_have_taken_effect());
                BOOST_TEST(!error.retry_after().has_value());
                BOOST_TEST(text.find(secret) == std::string::npos);
                BOOST_TEST(text.find(basic.substr(6)) == std::string::npos);
                BOOST_TEST((std::chrono::steady_clock::now() - begin < 8s));
            }
            PoolGauges const gauges = through.client.client->pool_gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting + gauges.idle == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_wants_credentials_says_so) {
    TcpServer const proxy{[](Socket& socket) {
        test::read_head(socket);
        test::write_text(socket, "HTTP/1.1 407 Who\r\n\r\n");
    }};
    Through through{url_of(proxy)};
    auto const listed = through.list();
    BOOST_REQUIRE(!listed.has_value());
    BOOST_TEST(listed.error() == errc::proxy_unauthorized);
    BOOST_TEST(listed.error().message() == "the proxy requires credentials (HTTP 407)");
}

BOOST_AUTO_TEST_CASE(a_silent_proxy_meets_the_connect_timeout) {
    test::SilentListener const silent;
    Through through{"http://127.0.0.1:" + std::to_string(silent.endpoint().port()),
                    [](Config& config) { config.timeout.connect = 150ms; }};
    auto const listed = through.list();
    BOOST_REQUIRE(!listed.has_value());
    BOOST_TEST(listed.error() == errc::connect_timeout);
    BOOST_TEST(listed.error().message() == "time ran out while waiting for the proxy");
}

BOOST_AUTO_TEST_CASE(a_dripping_proxy_meets_the_connect_timeout) {
    TcpServer const proxy{[](Socket& socket) {
        test::read_head(socket);
        while (test::write_text(socket, "H")) std::this_thread::sleep_for(20ms);
    }};
    TcpServer const slow{[](Socket& socket) {
        test::read_head(socket);
        std::string_view const reply = "HTTP/1.1 200 OK\r\nX: ";
        test::write_text(socket, reply);
        while (test::write_text(socket, "x")) std::this_thread::sleep_for(20ms);
    }};
    Through through{url_of(slow), [](Config& config) { config.timeout.connect = 200ms; }};
    auto const listed = through.list();
    BOOST_REQUIRE(!listed.has_value());
    BOOST_TEST(listed.error() == errc::connect_timeout);
    Through nonsense{url_of(proxy), [](Config& config) { config.timeout.connect = 5s; }};
    BOOST_TEST(nonsense.list().error() == errc::proxy_failed);
}

BOOST_AUTO_TEST_CASE(an_unreachable_proxy_is_named) {
    Through refused{"http://u:hunter2-and-more@127.0.0.1:" + std::to_string(test::closed_port().port())};
    auto const listed = refused.list();
    BOOST_REQUIRE(!listed.has_value());
    BOOST_TEST(listed.error() == errc::connect_failed);
    BOOST_TEST(listed.error().message().starts_with("no TCP connection to the proxy 127.0.0.1:"));
    BOOST_TEST(to_string(listed.error()).find(secret) == std::string::npos);

    Through unknown{"http://u:hunter2-and-more@no-such-proxy.invalid:3128"};
    Error const error = unknown.list().error();
    BOOST_TEST(error == errc::resolve_failed);
    BOOST_TEST(error.message() == "the proxy's host name no-such-proxy.invalid cannot be resolved");
}

BOOST_AUTO_TEST_CASE(a_retry_may_find_the_proxy_recovered) {
    std::atomic<int> asked{0};
    TcpServer const proxy{[&](Socket& socket) {
        std::string const head = test::read_head(socket);
        if (++asked == 1) {
            test::write_text(socket, "HTTP/1.1 503 Busy\r\n\r\n");
        } else if (test::write_text(socket, "HTTP/1.1 200 OK\r\n\r\n")) {
            test::relay(socket, target_of(head));
        }
    }};
    Through through{url_of(proxy), [](Config& config) {
                        config.retry.max_attempts = 3;
                        config.retry.initial_backoff = 1ms;
                    }};
    auto const listed = through.list();
    BOOST_TEST_CONTEXT((listed ? "" : to_string(listed.error()))) BOOST_TEST(listed.has_value());
    BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(the_wrong_kind_of_proxy_is_refused_at_once) {
    for (std::string_view const url : {"https://proxy.example", "socks5://proxy.example", "proxy.example:3128"}) {
        Config config{.secret_key = Secret{"sk_test_1"}};
        config.proxy.url = Secret{url};
        boost::asio::io_context io;
        BOOST_CHECK_EXCEPTION((Client{io.get_executor(), config}), Exception, [](Exception const& e) {
            return e.error() == errc::invalid_argument && e.error().field() == "proxy.url";
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
