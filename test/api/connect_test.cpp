// The connector alone: addresses, phases, and how a connect ends in each phase.
#include "transport/connect/tls_connector.hpp"

#include "http/base_url.hpp"
#include "http/proxy.hpp"
#include "support/printing.hpp"
#include "support/quiet_peers.hpp"
#include "support/tcp_server.hpp"
#include "support/tls_handler.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(connecting)

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using test::TcpServer;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

test::Authority& authority() {
    static test::Authority one;
    return one;
}

TcpServer::Handler serve() {
    test::CertificateOptions options{};
    options.alternative_names = "DNS:service.test,IP:127.0.0.1";
    return test::serve_tls(authority().issue(options));
}

// The addresses of the name, and how often they were resolved.
struct Names {
    Addresses addresses{};
    bool answers{true};
    std::atomic<int> asked{0};
    std::mutex mutex{};
    std::vector<LookupHandler> waiting{};  // never answered
};

struct Fixture {
    asio::io_context io{};
    std::shared_ptr<Names> names{std::make_shared<Names>()};
    TlsConnectorOptions options{defaults()};
    std::unique_ptr<Connector> connector{};

    Fixture() {
        options.lookup = [names = names](LookupHandler handler) {
            ++names->asked;
            if (names->answers) return handler({}, names->addresses);
            std::lock_guard const lock{names->mutex};
            names->waiting.push_back(std::move(handler));
        };
    }
    static TlsConnectorOptions defaults() {
        TlsConnectorOptions out{};
        out.origin = *http::parse_base_url("https://service.test");
        out.connect_timeout = 20s;
        return out;
    }
    Connector& made() {
        if (!connector) {
            TlsOptions tls{};
            tls.ca_pem = authority().pem();
            connector = make_tls_connector(io.get_executor(), tls, options).value();
        }
        return *connector;
    }
    void go_to(tcp::endpoint const& address) {
        options.origin = *http::parse_base_url("https://127.0.0.1:" + std::to_string(address.port()));
    }
    void go_through(tcp::endpoint const& proxy) {
        options.proxy = http::parse_proxy_url("http://127.0.0.1:" + std::to_string(proxy.port())).value();
    }
    // Runs until nothing is left to do: a connect must leave no timer or operation behind.
    ConnectResult connect(TimePoint deadline = no_deadline) {
        ConnectResult result{};
        asio::co_spawn(io, follow(made(), deadline, result), rethrow);
        io.restart();
        io.run();
        return result;
    }
    static asio::awaitable<void> follow(Connector& connector, TimePoint deadline, ConnectResult& result) {
        ConnectStep step{};
        result = co_await connector.connect(deadline, step);
    }
    static void rethrow(std::exception_ptr const& e) {
        if (e) std::rethrow_exception(e);
    }
};

std::string text(ConnectResult const& result) {
    return result.connection ? "connected" : result.code.message() + ": " + result.message;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(all_addresses_are_tried, Fixture) {
    TcpServer const server{serve()};
    test::BlackHole const hole;
    options.addresses.stagger = 30ms;
    names->addresses = {test::closed_port(), server.endpoint()};
    if (hole.swallows()) names->addresses.insert(names->addresses.begin(), hole.endpoint());
    ConnectResult const result = connect();
    BOOST_TEST_CONTEXT(text(result)) BOOST_TEST((result.connection != nullptr));
    BOOST_TEST(result.timing.resolve > 0ns);
    BOOST_TEST((result.timing.connect > (hole.swallows() ? 30ms : 0ms)));
    BOOST_TEST(result.timing.tls > 0ns);
    BOOST_TEST(!result.timing.resumed);
    // The next connect uses the cached addresses, the working one first.
    ConnectResult const next = connect();
    BOOST_TEST((next.connection != nullptr));
    BOOST_TEST(next.timing.resolve == 0ns);
    BOOST_TEST(names->asked == 1);
    BOOST_TEST(server.connections() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_failed_handshake_is_final, Fixture) {
    TcpServer const wrong{test::serve_tls(authority().issue())};  // not for this name
    TcpServer const right{serve()};
    names->addresses = {wrong.endpoint(), right.endpoint()};
    ConnectResult const result = connect();
    BOOST_TEST(result.code == errc::certificate_rejected);
    BOOST_TEST(right.connections() == 0U);
    BOOST_TEST(result.timing.connect > 0ns);
    BOOST_TEST(result.timing.tls > 0ns);
}

BOOST_FIXTURE_TEST_CASE(addresses_that_all_fail_are_looked_up_again, Fixture) {
    TcpServer const server{serve()};
    names->addresses = {test::closed_port(), test::closed_port()};
    ConnectResult const result = connect();
    BOOST_TEST(result.code == errc::connect_failed);
    BOOST_TEST((result.cause == asio::error::connection_refused));
    BOOST_TEST(result.message == "no TCP connection to service.test");
    names->addresses = {server.endpoint()};  // it has moved
    BOOST_TEST((connect().connection != nullptr));
    BOOST_TEST(names->asked == 2);
}

BOOST_FIXTURE_TEST_CASE(addresses_that_do_not_answer_in_time_are_looked_up_again, Fixture) {
    test::BlackHole const hole;
    if (!hole.swallows()) return;
    TcpServer const server{serve()};
    for (bool const is_deadline : {false, true}) {
        Fixture one;
        if (!is_deadline) one.options.connect_timeout = 1s;
        one.names->addresses = Addresses{hole.endpoint()};
        ConnectResult const result = one.connect(is_deadline ? steady_clock::now() + 50ms : no_deadline);
        BOOST_TEST((result.code == (is_deadline ? errc::deadline_exceeded : errc::connect_timeout)));
        one.names->addresses = {server.endpoint()};
        ConnectResult const next = one.connect();
        BOOST_TEST_CONTEXT(text(next)) BOOST_TEST((next.connection != nullptr));
        BOOST_TEST(one.names->asked == 2);
    }
    // The caller has cancelled, which proves nothing about the addresses.
    names->addresses = Addresses{hole.endpoint()};
    asio::cancellation_signal signal;
    for (int time = 0; time < 2; ++time) {
        ConnectResult result{};
        asio::co_spawn(io, follow(made(), no_deadline, result), asio::bind_cancellation_slot(signal.slot(), rethrow));
        io.restart();
        io.run_for(20ms);
        signal.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
        BOOST_TEST(result.code == errc::cancelled);
    }
    BOOST_TEST(names->asked == 1);
}

// It accepts connections, so it would win every race.
BOOST_FIXTURE_TEST_CASE(an_address_without_the_service_is_tried_last, Fixture) {
    TcpServer const wrong{test::serve_tls(authority().issue())};  // not for this name
    test::SilentListener const silent;
    TcpServer const right{serve()};
    names->addresses = {wrong.endpoint(), silent.endpoint(), right.endpoint()};
    BOOST_TEST(connect().code == errc::certificate_rejected);
    BOOST_TEST(connect(steady_clock::now() + 50ms).code == errc::deadline_exceeded);
    for (int time = 0; time < 2; ++time) {
        ConnectResult const result = connect();
        BOOST_TEST_CONTEXT(text(result)) BOOST_TEST((result.connection != nullptr));
    }
    BOOST_TEST(names->asked == 1);
    BOOST_TEST(wrong.connections() == 1U);
    // It is the only address: perhaps the service has moved.
    Fixture moved;
    moved.names->addresses = {wrong.endpoint()};
    BOOST_TEST(moved.connect().code == errc::certificate_rejected);
    moved.names->addresses = {right.endpoint()};
    BOOST_TEST((moved.connect().connection != nullptr));
    BOOST_TEST(moved.names->asked == 2);
}

BOOST_FIXTURE_TEST_CASE(a_failed_lookup_is_not_kept, Fixture) {
    TcpServer const server{serve()};
    ConnectResult const result = connect();  // no address
    BOOST_TEST(result.code == errc::resolve_failed);
    BOOST_TEST(result.message == "the host name service.test cannot be resolved");
    names->addresses = {server.endpoint()};
    BOOST_TEST((connect().connection != nullptr));
}

BOOST_FIXTURE_TEST_CASE(connects_at_the_same_time_share_one_lookup, Fixture) {
    TcpServer const server{serve()};
    options.addresses.cache = 0ms;
    std::vector<LookupHandler> asked;
    options.lookup = [&](LookupHandler handler) { asked.push_back(std::move(handler)); };
    std::vector<ConnectResult> results(5);
    for (auto& result : results) asio::co_spawn(io, follow(made(), no_deadline, result), rethrow);
    io.poll();
    BOOST_REQUIRE_EQUAL(asked.size(), 1U);
    asked.front()({}, {server.endpoint()});
    io.restart();
    io.run();
    for (auto const& result : results) BOOST_TEST((result.connection != nullptr));
}

BOOST_FIXTURE_TEST_CASE(an_address_needs_no_lookup, Fixture) {
    TcpServer const server{serve()};
    go_to(server.endpoint());
    ConnectResult const result = connect();
    BOOST_TEST((result.connection != nullptr));
    BOOST_TEST(result.timing.resolve == 0ns);
    BOOST_TEST(names->asked == 0);
}

BOOST_FIXTURE_TEST_CASE(the_name_of_a_proxy_is_looked_up_instead, Fixture) {
    TcpServer const server{serve()};
    TcpServer const proxy{[&](TcpServer::Socket& socket) {
        bool const asks = test::read_head(socket).starts_with("CONNECT service.test:443 HTTP/1.1\r\n");
        if (asks && test::write_text(socket, "HTTP/1.1 200 OK\r\n\r\n")) test::relay(socket, server.endpoint());
    }};
    options.proxy = http::parse_proxy_url("http://proxy.test").value();
    names->addresses = {test::closed_port(), proxy.endpoint()};
    {
        ConnectResult const result = connect();
        BOOST_TEST_CONTEXT(text(result)) BOOST_TEST((result.connection != nullptr));
    }
    BOOST_TEST(names->asked == 1);
}

BOOST_FIXTURE_TEST_CASE(broken_handshakes_are_told_apart_from_certificates, Fixture) {
    struct Row {
        std::string_view name;
        TcpServer::Handler handler;
    };
    auto const after_hello = [](std::function<void(TcpServer::Socket&)> then) {
        return [then = std::move(then)](TcpServer::Socket& socket) {
            char byte{};
            boost::system::error_code ec;
            socket.read_some(asio::buffer(&byte, 1), ec);
            then(socket);
        };
    };
    auto const say = [](std::string what) {
        return [what = std::move(what)](TcpServer::Socket& socket) {
            test::write_text(socket, what);
            test::stall(socket);
        };
    };
    std::vector<Row> const rows{
        {"close at once", [](TcpServer::Socket&) {}},
        {"reset at once", test::reset_on_close},
        {"close after the hello", after_hello([](TcpServer::Socket&) {})},
        {"reset after the hello", after_hello(test::reset_on_close)},
        {"HTTP", say("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
        {"HTTP/2", say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
        {"text", say("220 mail.example ESMTP\r\n")},
        {"zeros", say(std::string(4096, '\0'))},
        {"an alert", after_hello(say(std::string{"\x15\x03\x03\x00\x02\x02\x28", 7}))},
        {"a record that is too long",
         after_hello(say(std::string{"\x16\x03\x03\xFF\xFF", 5} + std::string(70'000, 'x')))},
        {"a hello that is none", after_hello(say(std::string{"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03", 11}))},
    };
    for (Row const& row : rows) {
        TcpServer const server{row.handler};
        connector.reset();
        go_to(server.endpoint());
        ConnectResult const result = connect();
        BOOST_TEST_CONTEXT(row.name << ": " << text(result)) {
            BOOST_TEST((result.connection == nullptr));
            // A reset may arrive before the TCP connect has completed; then the connect has failed.
            bool const overtaken = row.name == "reset at once" && result.code == errc::connect_failed;
            BOOST_TEST((overtaken || result.code == errc::tls_failed));
            BOOST_TEST(result.cause.failed());
        }
    }
}

namespace {

// A connect that hangs in this phase.
struct Phase {
    std::string_view doing;  // as written in the message
    std::function<void(Fixture&)> prepare;
};

struct Phases {
    test::BlackHole hole{};
    test::SilentListener silent{};
    TcpServer half_hello{[](TcpServer::Socket& socket) {
        test::write_text(socket, std::string_view{"\x16\x03\x03\x40", 4});
        test::stall(socket);
    }};
    TcpServer half_tunnel{[](TcpServer::Socket& socket) {
        test::write_text(socket, "HTTP/1.1 200 OK\r\nVia");
        test::stall(socket);
    }};
    TcpServer tunnel{[](TcpServer::Socket& socket) {
        test::read_head(socket);
        test::write_text(socket, "HTTP/1.1 200 OK\r\n\r\n");
        test::stall(socket);
    }};

    [[nodiscard]] std::vector<Phase> all() const {
        std::vector<Phase> out{
            {"resolving the host name", [](Fixture& f) { f.names->answers = false; }},
            {"negotiating TLS", [this](Fixture& f) { f.go_to(silent.endpoint()); }},
            {"negotiating TLS", [this](Fixture& f) { f.go_to(half_hello.endpoint()); }},
            {"waiting for the proxy", [this](Fixture& f) { f.go_through(silent.endpoint()); }},
            {"waiting for the proxy", [this](Fixture& f) { f.go_through(half_tunnel.endpoint()); }},
            {"negotiating TLS", [this](Fixture& f) { f.go_through(tunnel.endpoint()); }},
        };
        if (hole.swallows()) {
            out.push_back({"connecting", [this](Fixture& f) { f.go_to(hole.endpoint()); }});
            out.push_back({"connecting", [this](Fixture& f) { f.names->addresses = Addresses(3, hole.endpoint()); }});
        }
        return out;
    }
};

// Ends a connect in its phase. A busy machine gets increasingly more time to reach it.
template <class Run>
void check_in(Phase const& phase, std::string const& how, Run const& run) {
    std::string const expected = how + " while " + std::string{phase.doing};
    std::string message;
    for (auto time = 40ms; time < 10s && message != expected; time *= 5) message = run(time).message;
    BOOST_TEST(message == expected);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(time_ends_every_phase, Fixture) {
    Phases const phases;
    for (Phase const& phase : phases.all()) {
        for (bool const is_deadline : {false, true}) {
            check_in(phase, "time ran out", [&](std::chrono::milliseconds limit) {
                Fixture one;
                if (!is_deadline) one.options.connect_timeout = limit;
                phase.prepare(one);
                auto const begin = steady_clock::now();
                ConnectResult result = one.connect(is_deadline ? begin + limit : no_deadline);
                BOOST_TEST((result.code == (is_deadline ? errc::deadline_exceeded : errc::connect_timeout)));
                BOOST_TEST((steady_clock::now() - begin >= limit));
                BOOST_TEST((steady_clock::now() - begin < limit + 10s));
                return result;
            });
        }
    }
}

BOOST_FIXTURE_TEST_CASE(cancellation_and_closing_end_every_phase_on_any_thread, Fixture) {
    Phases const phases;
    for (Phase const& phase : phases.all()) {
        for (bool const closes : {false, true}) {
            check_in(phase, closes ? "the client was closed" : "cancelled", [&](std::chrono::milliseconds after) {
                Fixture one;
                phase.prepare(one);
                Connector& connector = one.made();
                auto const strand = asio::make_strand(one.io);
                asio::cancellation_signal signal;
                ConnectResult result{};
                asio::co_spawn(strand, one.follow(connector, no_deadline, result),
                               asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr const&) {}));
                std::vector<std::thread> threads;
                for (int thread = 0; thread < 2; ++thread) threads.emplace_back([&] { one.io.run(); });
                std::this_thread::sleep_for(after);
                auto const begin = steady_clock::now();
                if (closes)
                    connector.close();
                else
                    asio::post(strand, [&] { signal.emit(asio::cancellation_type::terminal); });
                for (auto& thread : threads) thread.join();
                BOOST_TEST((result.code == (closes ? errc::client_closed : errc::cancelled)));
                BOOST_TEST((steady_clock::now() - begin < 10s));
                return result;
            });
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_closed_connector_does_not_begin, Fixture) {
    TcpServer const server{serve()};
    names->addresses = {server.endpoint()};
    made().close();
    made().close();
    ConnectResult const result = connect();
    BOOST_TEST(result.code == errc::client_closed);
    BOOST_TEST(names->asked == 0);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_in_the_past_ends_it_at_once, Fixture) {
    TcpServer const server{serve()};
    names->answers = false;
    ConnectResult const result = connect(steady_clock::now() - 1s);
    BOOST_TEST(result.code == errc::deadline_exceeded);
}

BOOST_FIXTURE_TEST_CASE(destroying_the_context_in_any_phase_is_safe, Fixture) {
    Phases const phases;
    for (Phase const& phase : phases.all()) {
        asio::cancellation_signal signal;  // outlives the context, as a user's may
        auto one = std::make_unique<Fixture>();
        phase.prepare(*one);
        ConnectResult result{};
        asio::co_spawn(one->io, one->follow(one->made(), no_deadline, result),
                       asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr const&) {}));
        one->io.run_for(20ms);
        one.reset();
        BOOST_TEST((result.connection == nullptr));
    }
}

// Any step may be the one that is running.
BOOST_FIXTURE_TEST_CASE(connects_that_are_stopped_at_random_moments_end_cleanly, Fixture) {
    constexpr unsigned seed = 8305;
    constexpr int connects = 150;
    TcpServer const server{serve()};
    names->addresses = {test::closed_port(), server.endpoint()};
    options.addresses.cache = 2ms;
    std::mt19937 random{seed};
    struct One {
        explicit One(asio::io_context& io) : strand{asio::make_strand(io)}, timer{strand} {}
        asio::strand<asio::io_context::executor_type> strand;
        asio::steady_timer timer;
        asio::cancellation_signal signal{};
        ConnectResult result{};
        bool done{};
    };
    std::deque<One> all;
    std::atomic<int> connected{0};
    for (int number = 0; number < connects; ++number) {
        One& one = all.emplace_back(io);
        TimePoint const deadline =
            number % 3 == 0 ? steady_clock::now() + std::chrono::microseconds{random() % 200'000} : no_deadline;
        asio::co_spawn(one.strand, follow(made(), deadline, one.result),
                       asio::bind_cancellation_slot(one.signal.slot(), [&one, &connected](std::exception_ptr const& e) {
                           one.done = e == nullptr;
                           if (one.result.connection) ++connected;
                           one.timer.cancel();
                       }));
        if (number % 3 != 1) continue;
        asio::post(one.strand, [&one, after = std::chrono::microseconds{random() % 200'000}] {
            if (one.done) return;
            one.timer.expires_after(after);
            one.timer.async_wait([&one](boost::system::error_code ec) {
                if (!ec && !one.done) one.signal.emit(asio::cancellation_type::terminal);
            });
        });
    }
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2; ++thread) threads.emplace_back([this] { io.run(); });
    constexpr int enough = 20;
    while (connected < enough) std::this_thread::sleep_for(1ms);
    connector->close();
    for (auto& thread : threads) thread.join();
    for (One const& one : all) {
        BOOST_TEST_CONTEXT("seed " << seed << ", " << text(one.result)) {
            BOOST_TEST(one.done);
            bool const stopped = one.result.code == errc::cancelled || one.result.code == errc::client_closed ||
                                 one.result.code == errc::deadline_exceeded;
            BOOST_TEST((one.result.connection ? !one.result.code : stopped));
        }
    }
    BOOST_TEST_MESSAGE(connected << " of " << connects << " were connected");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
