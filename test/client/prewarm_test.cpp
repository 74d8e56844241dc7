// Prewarming that fails, is cancelled, or is closed, at every step.
#include "client/prewarm.hpp"

#include "base/clock.hpp"
#include "support/first_step.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <thread>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(prewarming)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Clock;
using namespace clerk::test;

struct Fixture {
    Fixture() { options.pool.max_connections = 4; }

    ClientCore& made() {
        if (!core) core = make_core(io.get_executor(), script, options);
        return *core;
    }
    void start(std::size_t connections, CallOptions limits = {}, asio::cancellation_slot slot = {}) {
        made();
        asio::co_spawn(io, prewarm(core, connections, limits),
                       asio::bind_cancellation_slot(slot, [this](std::exception_ptr e, Result<std::size_t> r) {
                           thrown = e;
                           if (!e) result = std::move(r);
                       }));
    }
    void run() { BOOST_TEST(time.run(io) < 5s); }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{};
    std::shared_ptr<ClientCore> core{};
    std::optional<Result<std::size_t>> result{};
    std::exception_ptr thrown{};
};

// Throws instead of connecting.
class BrokenConnector final : public transport::Connector {
public:
    asio::awaitable<transport::ConnectResult> connect(transport::TimePoint, transport::ConnectStep&) override {
        if (true) throw std::bad_alloc{};
        co_return transport::ConnectResult{};
    }
    [[nodiscard]] bool has_timeout() const noexcept override { return true; }
    void stop(transport::ConnectStep const&) noexcept override {}
    void close() noexcept override {}
};

BOOST_FIXTURE_TEST_CASE(it_counts_what_it_opened, Fixture) {
    start(3);
    run();
    BOOST_REQUIRE(result);
    BOOST_TEST(result->value() == 3U);
    start(100);
    run();
    BOOST_TEST(result->value() == 1U);
    start(4);
    run();
    BOOST_TEST(result->value() == 0U);
    start(0);
    run();
    BOOST_TEST(result->value() == 0U);
    BOOST_TEST(made().pool().gauges().idle == 4U);
}

BOOST_FIXTURE_TEST_CASE(some_may_fail, Fixture) {
    script->connects = {errc::connect_failed, errc{}, errc::tls_failed};
    start(3);
    run();
    BOOST_TEST(result->value() == 1U);
    BOOST_TEST(in_use(made()) == 0U);
    // The missing connections are opened the next time.
    start(3);
    run();
    BOOST_TEST(result->value() == 2U);
}

BOOST_FIXTURE_TEST_CASE(all_may_fail, Fixture) {
    script->connects = {errc::connect_failed, errc::tls_failed};
    start(2);
    run();
    Error const error = result->error();
    BOOST_TEST(error == errc::connect_failed);
    BOOST_TEST(error.operation() == "prewarm");
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(in_use(made()) == 0U);
}

BOOST_FIXTURE_TEST_CASE(its_time_is_limited, Fixture) {
    script->connect_takes = 1h;
    start(2, {.timeout = 20ms});
    run();
    BOOST_TEST(result->error() == errc::deadline_exceeded);
    BOOST_TEST(in_use(made()) == 0U);
}

// An exception of a connector reaches the caller of prewarm(), not io_context::run().
BOOST_FIXTURE_TEST_CASE(an_exception_reaches_the_caller, Fixture) {
    auto pool = std::make_shared<transport::Pool>(io.get_executor(), options.pool, std::make_unique<BrokenConnector>());
    http::RequestHead head{http::parse_base_url("https://clerk.test/v1").value(), "", "", Secret{"sk_test_key"}};
    core = std::make_shared<ClientCore>(io.get_executor(), CoreOptions{}, std::move(head), pool);
    start(3);
    BOOST_CHECK_NO_THROW(run());
    BOOST_TEST(!result);
    BOOST_REQUIRE(thrown);
    BOOST_CHECK_THROW(std::rethrow_exception(thrown), std::bad_alloc);
    BOOST_TEST(in_use(*core) == 0U);
    asio::co_spawn(io, ClientCore::close(core, 0ms), asio::detached);
    run();
}

// The wait ends, but the connects continue.
BOOST_FIXTURE_TEST_CASE(cancelling_at_any_step_ends_the_wait, Fixture) {
    int cancelled = 0;
    for (int step = test::first_step(1); step < 25; ++step) {
        BOOST_TEST_CONTEXT("cancelled after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 40ms;
            f.script->connects = {errc::connect_failed};
            asio::cancellation_signal signal;
            f.start(3, {}, signal.slot());
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            bool const was_running = !f.result;
            auto const begun = Clock::now();
            signal.emit(asio::cancellation_type::terminal);
            while (!f.result && !f.thrown && f.time.run_one(f.io, 1s)) {
            }
            BOOST_REQUIRE(f.result || f.thrown);
            if (was_running && f.script->opened == 0) BOOST_TEST((Clock::now() - begun == 0ms));
            if (f.result && !*f.result) {
                ++cancelled;
                BOOST_TEST(f.result->error() == errc::cancelled);
                BOOST_TEST(f.result->error().operation() == "prewarm");
                BOOST_TEST(f.result->error().stop_reason() == StopReason::cancelled);
            }
            f.run();
            BOOST_TEST(in_use(*f.core) == 0U);
            BOOST_TEST(static_cast<std::size_t>(f.script->open.load()) == f.core->pool().gauges().idle);
        }
    }
    BOOST_TEST(cancelled > 0);
}

// Two connections have been opened but not waited for when the cancellation comes: the third one is not opened.
BOOST_FIXTURE_TEST_CASE(a_cancellation_between_two_waits_is_noticed, Fixture) {
    start(1);
    run();
    script->connect_takes = 1h;
    asio::cancellation_signal signal;
    start(2, {.timeout = std::chrono::milliseconds::max()}, signal.slot());  // one is open, one hangs
    // The completion of the first one has been posted; the coroutine does not wait at this moment.
    io.restart();
    for (int i = 0; i < 3; ++i) io.poll_one();
    signal.emit(asio::cancellation_type::terminal);
    auto const begun = Clock::now();
    while (!result && Clock::now() - begun < 2s) time.run_one(io, 10ms);
    BOOST_TEST((result || thrown));
    asio::co_spawn(io, ClientCore::close(core, 0ms), asio::detached);
    run();
}

BOOST_FIXTURE_TEST_CASE(closing_at_any_step_ends_it, Fixture) {
    int refused = 0;
    for (int step = 0; step < 25; ++step) {
        BOOST_TEST_CONTEXT("closed after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 6ms;
            f.start(3);
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            bool closed = false;
            bool const over = f.result.has_value();
            asio::co_spawn(f.io, ClientCore::close(f.core, 0ms), [&](std::exception_ptr) {
                closed = true;
                BOOST_TEST(in_use(*f.core) == 0U);
                BOOST_TEST(f.script->open == 0);
            });
            f.run();
            BOOST_TEST(closed);
            BOOST_REQUIRE(f.result);
            if (over) continue;
            if (*f.result) {
                BOOST_TEST(f.result->value() > 0U);  // success with 0 connections would be wrong
            } else {
                ++refused;
                BOOST_TEST(f.result->error() == errc::client_closed);
                BOOST_TEST(f.result->error().stop_reason() == StopReason::cancelled);
            }
        }
    }
    BOOST_TEST(refused > 0);
}

BOOST_FIXTURE_TEST_CASE(the_context_may_be_destroyed_at_any_step, Fixture) {
    for (int step = 0; step < 20; ++step) {
        auto f = std::make_unique<Fixture>();
        auto const state = f->script;
        state->connect_takes = 4ms;
        f->start(3);
        f->core.reset();
        for (int i = 0; i < step; ++i) f->time.run_one(f->io, 20ms);
        f.reset();
        BOOST_TEST(state->open == 0);
    }
}

BOOST_AUTO_TEST_CASE(prewarming_calling_and_closing_on_two_threads) {
    for (int round = 0; round < 30; ++round) {
        asio::thread_pool threads{2};
        auto const script = std::make_shared<Script>();
        ScriptedOptions options{};
        options.pool.max_connections = 8;
        auto const core = make_core(threads.get_executor(), script, options);
        std::atomic<int> ended{0};
        for (int i = 0; i < 4; ++i) {
            asio::co_spawn(threads, prewarm(core, 8, {}), [&](std::exception_ptr, Result<std::size_t>) { ++ended; });
            asio::co_spawn(threads, perform(core, get_request()), [&](std::exception_ptr, Result<void>) { ++ended; });
        }
        std::this_thread::sleep_for(std::chrono::microseconds{round * 100});
        asio::co_spawn(threads, ClientCore::close(core, std::chrono::milliseconds{round % 3}), asio::use_future).get();
        BOOST_TEST(in_use(*core) == 0U);
        BOOST_TEST(core->pool().gauges().idle == 0U);
        BOOST_TEST(script->open == 0);
        threads.join();
        BOOST_TEST(ended == 8);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
