// Many calls at once, calls cancelled in each phase, clients that are destroyed.
#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/wire_server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <future>
#include <iostream>
#include <random>
#include <set>

namespace clerk {
BOOST_AUTO_TEST_SUITE(concurrency)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::EmulatorClient;

void check_gauges_at_rest(Client const& client) {
    PoolGauges const gauges = client.pool_gauges();  // a connect may outlive its call
    BOOST_TEST(gauges.busy + gauges.waiting == 0U);
}

BOOST_AUTO_TEST_CASE(sixty_four_calls_over_eight_connections) {
    EmulatorClient f{{.organizations = 64}, [](Config& c) { c.pool.max_connections = 8; }};
    ListOrganizationsRequest const all{.limit = 64};
    Organizations const page = f.run(f.api->list_organizations(all)).value();
    int right = 0;
    auto const get = [&](std::string id) -> asio::awaitable<void> {
        for (int i = 0; i < 20; ++i) {
            auto const found = co_await f.api->get_organization(id);
            if (found && found->id == id) ++right;
        }
    };
    for (Organization const& organization : page) asio::co_spawn(f.io, get(organization.id), asio::detached);
    f.io.restart();
    f.io.run();
    BOOST_TEST(right == 64 * 20);
    BOOST_TEST(f.emulator.connections() == 8U);
    BOOST_TEST(f.client->pool_gauges().idle == 8U);
    check_gauges_at_rest(*f.client);
}

BOOST_AUTO_TEST_CASE(calls_from_several_threads) {
    testing::Emulator const emulator{{.organizations = 32, .threads = 2}};
    asio::thread_pool threads{3};
    Config config = EmulatorClient::config_for(emulator);
    config.pool.max_connections = 6;
    Client const client{threads.get_executor(), config};
    OrganizationsApi api{client};
    std::atomic<int> right{0};
    auto const worker = [&](int number) -> asio::awaitable<void> {
        CreateOrganizationRequest const create{.name = "Worker " + std::to_string(number)};
        for (int i = 0; i < 10; ++i) {
            auto const created = co_await api.create_organization(create);
            if (!created) continue;
            auto const found = co_await api.get_organization(created->id);
            auto const deleted = co_await api.delete_organization(created->id);
            if (found && found->name == create.name && deleted) ++right;
        }
    };
    std::vector<std::future<void>> done;
    for (int i = 0; i < 24; ++i) done.push_back(asio::co_spawn(threads, worker(i), asio::use_future));
    for (auto& future : done) future.get();
    BOOST_TEST(right == 240);
    BOOST_TEST(emulator.organizations() == 32U);
    BOOST_TEST(emulator.connections() <= 6U);
    check_gauges_at_rest(client);
    threads.join();
}

// The peer stalls in one phase after another; a cancellation must end the call at once.
BOOST_AUTO_TEST_CASE(cancelling_in_the_middle_of_each_phase) {
    using Session = test::WireServer::Session;
    auto const cancel_after = [](Config const& config, std::chrono::milliseconds time, auto start) {
        asio::io_context io;
        Client const client{io.get_executor(), config};
        OrganizationsApi api{client};
        asio::cancellation_signal signal;
        std::optional<Error> error;
        auto const begin = std::chrono::steady_clock::now();
        asio::co_spawn(io, start(api),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, auto result) {
                           BOOST_TEST(!thrown);
                           if (!thrown && !result) error = result.error();
                       }));
        asio::steady_timer timer{io, time};
        timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
        io.run_for(5s);
        BOOST_REQUIRE(error.has_value());
        BOOST_TEST(*error == errc::cancelled);
        BOOST_TEST((std::chrono::steady_clock::now() - begin < 3s));
        check_gauges_at_rest(client);
    };
    auto const get = [](OrganizationsApi& api) { return api.get_organization("org_1"); };
    auto const upload = [](OrganizationsApi& api) {
        UploadOrganizationLogoRequest request{};
        request.file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + std::string(9U << 20U, 'x'), "a.png");
        return api.upload_organization_logo("org_1", request);
    };
    BOOST_TEST_CONTEXT("TLS handshake") {
        asio::io_context io;
        asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
        Config const config{.secret_key = Secret{"sk_test_x"},
                            .base_url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port())};
        cancel_after(config, 50ms, get);
    }
    BOOST_TEST_CONTEXT("waiting for the answer") {
        test::WireServer const server{[](Session& s) {
            s.read_request();
            s.stall();
        }};
        cancel_after(server.config(), 100ms, get);
    }
    BOOST_TEST_CONTEXT("reading the head") {
        test::WireServer const server{[](Session& s) {
            s.read_request();
            s.write("HTTP/1.1 200 OK\r\nX:");
            s.stall();
        }};
        cancel_after(server.config(), 100ms, get);
    }
    BOOST_TEST_CONTEXT("reading the body") {
        test::WireServer const server{[](Session& s) {
            s.read_request();
            s.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\"");
            s.stall();
        }};
        cancel_after(server.config(), 100ms, get);
    }
    BOOST_TEST_CONTEXT("writing the request") {
        std::promise<void> over;
        auto const wait = over.get_future().share();
        test::WireServer const server{[wait](Session&) { wait.wait_for(5s); }};
        cancel_after(server.config(), 200ms, upload);
        over.set_value();
    }
    BOOST_TEST_CONTEXT("waiting to try again") {
        test::WireServer const server{test::always(test::http_response(503, "{}", "Retry-After: 5\r\n"))};
        Config config = server.config();
        config.retry.max_attempts = 3;
        cancel_after(config, 100ms, get);
    }
    BOOST_TEST_CONTEXT("waiting for a connection") {
        test::WireServer const server{[](Session& s) {
            s.read_request();
            s.stall();
        }};
        Config config = server.config();
        config.pool.max_connections = 1;
        auto const second_in_line = [](OrganizationsApi& api) -> awaitable<Result<Organization>> {
            // The first call holds the only connection until both are cancelled.
            using namespace asio::experimental::awaitable_operators;
            co_await asio::this_coro::throw_if_cancelled(false);
            auto [first, second] = co_await (api.get_organization("org_1") && api.get_organization("org_2"));
            BOOST_TEST(first.error() == errc::cancelled);
            co_return second;
        };
        cancel_after(config, 100ms, second_in_line);
    }
}

// Only some of Asio's operations know partial and total cancellation; a call ends with either.
BOOST_AUTO_TEST_CASE(partial_and_total_cancellation_end_a_call) {
    test::WireServer const quiet{[](test::WireServer::Session& s) {
        s.read_request();
        s.stall();
    }};
    asio::io_context io;
    asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
    Config no_handshake = quiet.config();
    no_handshake.base_url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    for (Config const& config : {quiet.config(), no_handshake}) {
        for (auto const type : {asio::cancellation_type::partial, asio::cancellation_type::total}) {
            BOOST_TEST_CONTEXT(config.base_url << ", type " << static_cast<unsigned>(type)) {
                Client const client{io.get_executor(), config};
                OrganizationsApi api{client};
                asio::cancellation_signal signal;
                std::optional<Error> error;
                auto const call = [&]() -> asio::awaitable<void> {
                    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation{});
                    co_await asio::this_coro::throw_if_cancelled(false);
                    auto const result = co_await api.get_organization("org_1");
                    if (!result) error = result.error();
                };
                asio::co_spawn(io, call, asio::bind_cancellation_slot(signal.slot(), asio::detached));
                asio::steady_timer timer{io, 100ms};
                timer.async_wait([&](boost::system::error_code) { signal.emit(type); });
                io.restart();
                io.run_for(3s);
                BOOST_REQUIRE(error.has_value());
                BOOST_TEST(*error == errc::cancelled);
                check_gauges_at_rest(client);
            }
        }
    }
}

// Connects, exchanges and waits, cancelled at random on several threads: every call ends, nothing is lost.
BOOST_AUTO_TEST_CASE(cancelling_at_random_on_several_threads) {
    unsigned const seed = std::random_device{}();
    std::mt19937 random{seed};
    BOOST_TEST_CONTEXT("seed " << seed) {
        test::WireServer const server{test::always(test::organization_response("Connection: close\r\n"))};
        Config config = server.config();
        config.pool.max_connections = 2;
        asio::thread_pool threads{3};
        Client const client{threads.get_executor(), config};
        OrganizationsApi api{client};
        int cancelled = 0;
        for (int round = 0; round < 60; ++round) {
            std::array<asio::cancellation_signal, 3> signals;
            std::vector<std::future<Result<Organization>>> calls;
            std::vector<std::future<void>> emitted;
            for (auto& signal : signals) {
                auto const strand = asio::make_strand(threads);
                auto const call = [&]() -> awaitable<Result<Organization>> {
                    co_await asio::this_coro::throw_if_cancelled(false);
                    co_return co_await api.get_organization("org_1");
                };
                calls.push_back(
                    asio::co_spawn(strand, call, asio::bind_cancellation_slot(signal.slot(), asio::use_future)));
                auto timer = std::make_shared<asio::steady_timer>(strand, std::chrono::microseconds{random() % 6000});
                auto const emit = [timer, &signal]() -> asio::awaitable<void> {
                    co_await timer->async_wait(asio::use_awaitable);
                    signal.emit(asio::cancellation_type::terminal);
                };
                emitted.push_back(asio::co_spawn(strand, emit, asio::use_future));
            }
            for (auto& call : calls) {
                BOOST_REQUIRE((call.wait_for(5s) == std::future_status::ready));
                Result<Organization> const result = call.get();
                if (!result) BOOST_TEST(result.error() == errc::cancelled);
                cancelled += result ? 0 : 1;
            }
            for (auto& done : emitted) done.get();
            check_gauges_at_rest(client);
        }
        BOOST_TEST(cancelled > 0);
        threads.join();
    }
}

BOOST_AUTO_TEST_CASE(a_call_loses_a_race_against_a_timer) {
    using namespace asio::experimental::awaitable_operators;
    EmulatorClient f{{.organizations = 1, .latency = 2000ms}};
    auto const race = [&]() -> asio::awaitable<std::size_t> {
        asio::steady_timer timer{f.io, 100ms};
        auto const won = co_await (f.api->list_organizations() || timer.async_wait(asio::use_awaitable));
        co_return won.index();
    };
    auto const begin = std::chrono::steady_clock::now();
    BOOST_TEST(f.run(race()) == 1U);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 1500ms));
    check_gauges_at_rest(*f.client);
}

BOOST_AUTO_TEST_CASE(a_client_may_be_destroyed_while_its_calls_run) {
    testing::Emulator const emulator{{.organizations = 5, .latency = 50ms}};
    asio::io_context io;
    int finished = 0;
    {
        auto const client = std::make_unique<Client>(io.get_executor(), EmulatorClient::config_for(emulator));
        OrganizationsApi api{*client};
        for (int i = 0; i < 4; ++i) {
            asio::co_spawn(io, api.list_organizations(), [&](std::exception_ptr, Result<Organizations> page) {
                finished += page.has_value() ? 1 : 0;
            });
        }
        io.run_for(20ms);
    }
    io.restart();
    io.run();
    BOOST_TEST(finished == 4);
}

BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_while_calls_run) {
    testing::Emulator const emulator{{.organizations = 5, .latency = 200ms}};
    asio::io_context io;
    Config config = EmulatorClient::config_for(emulator);
    config.pool.max_connections = 1;
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    for (int i = 0; i < 4; ++i) asio::co_spawn(io, api.list_organizations(), asio::detached);
    // Checked after each handler, so that no answer arrives in between, even on a slow machine.
    while (client.pool_gauges().busy == 0 && io.run_one_for(30s) != 0) continue;
    BOOST_TEST(client.pool_gauges().busy == 1U);
    BOOST_TEST(client.pool_gauges().waiting == 3U);
}

BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_while_a_cancellable_call_connects_or_waits) {
    test::WireServer const quiet{[](test::WireServer::Session& s) {
        s.read_request();
        s.stall();
    }};
    asio::io_context other;
    asio::ip::tcp::acceptor silent{other, {asio::ip::address_v4::loopback(), 0}};
    Config no_handshake = quiet.config();
    no_handshake.base_url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    for (Config const& config : {quiet.config(), no_handshake}) {
        int ended = 0;
        {
            asio::io_context io;
            Client const client{io.get_executor(), config};
            OrganizationsApi api{client};
            asio::cancellation_signal signal;  // destroyed before the context
            asio::co_spawn(io, api.get_organization("org_1"),
                           asio::bind_cancellation_slot(signal.slot(),
                                                        [&](std::exception_ptr, Result<Organization>) { ++ended; }));
            io.run_for(100ms);
            PoolGauges const gauges = client.pool_gauges();
            BOOST_TEST(gauges.busy + gauges.connecting == 1U);
        }
        BOOST_TEST(ended == 0);
    }
}

BOOST_AUTO_TEST_CASE(arguments_need_not_outlive_the_call_expression) {
    EmulatorClient f{{.organizations = 1}};
    auto const make = [&]() -> awaitable<Result<Organization>> {
        std::string const name(100, 'n');
        CreateOrganizationRequest const request{.name = name, .slug = "short-lived"};
        return f.api->create_organization(request);
    };
    auto task = make();
    BOOST_TEST(f.run(std::move(task)).value().slug.value() == "short-lived");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
