// ClientCore::close() at every step of a call, and of calls in every phase at once.
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(close)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;

ScriptedExchange hanging() {
    ScriptedExchange result{};
    result.never = 1h;
    return result;
}

struct Fixture {
    void make() { core = make_core(io.get_executor(), script, options); }
    void start(http::Request request) {
        ++started;
        asio::co_spawn(io, perform(core, std::move(request), {.timeout = std::chrono::milliseconds::max()}),
                       [this](std::exception_ptr thrown, Result<void> result) {
                           if (thrown) std::rethrow_exception(thrown);
                           results.push_back(std::move(result));
                       });
    }
    void close(std::chrono::milliseconds grace) {
        asio::co_spawn(io, ClientCore::close(core, grace), [this](std::exception_ptr thrown) {
            if (thrown) std::rethrow_exception(thrown);
            ++closed;
            running_at_close = in_use(*core) + core->limiter().gauges().waiting;
            open_at_close = script->open;
        });
    }
    // Runs to the end: no timer or operation may remain.
    void run() { BOOST_TEST(time.run(io) < 5s); }
    void run_for(std::chrono::milliseconds duration) { time.pass(io, duration); }
    void check_all_closed() {
        BOOST_TEST(closed == 1);
        BOOST_TEST(running_at_close == 0U);
        BOOST_TEST(open_at_close == 0);
        BOOST_TEST(results.size() == started);
        BOOST_TEST(script->open == 0);
        BOOST_TEST(core->pool().gauges().idle == 0U);
        BOOST_TEST(core->limiter().gauges().waiting == 0U);
    }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{};
    std::shared_ptr<ClientCore> core{};
    std::size_t started{};
    std::vector<Result<void>> results{};
    int closed{};
    std::size_t running_at_close{};
    int open_at_close{};
};

struct Phase {
    std::string name;
    int attempts;
    bool may_have_taken_effect;
    std::function<void(Fixture&)> prepare;
};

std::vector<Phase> phases() {
    std::vector<Phase> all;
    all.push_back({"limiter", 0, false, [](Fixture& f) {
                       f.options.rate_limit.mode = RateLimiting::on;
                       f.options.rate_limit.requests = 1;
                       f.options.rate_limit.window = 1h;
                       f.make();
                       f.start(get_request());
                       f.run();
                   }});
    all.push_back({"parked", 0, false, [](Fixture& f) {
                       f.options.core.retry.max_attempts = 1;
                       f.script->exchanges = {answer(429, "50")};
                       f.make();
                       f.start(delete_request());
                       f.run();
                   }});
    all.push_back({"queue", 0, false, [](Fixture& f) {
                       f.options.pool.max_connections = 1;
                       f.script->exchanges = {hanging()};
                       f.make();
                       f.start(get_request());
                       f.run_for(10ms);
                   }});
    all.push_back({"connecting", 1, false, [](Fixture& f) {
                       f.script->connect_takes = 1h;
                       f.make();
                   }});
    all.push_back({"writing", 1, true, [](Fixture& f) {
                       ScriptedExchange slow{};
                       slow.takes = 1h;
                       f.script->exchanges = {slow};
                       f.make();
                   }});
    all.push_back({"reading", 1, true, [](Fixture& f) {
                       f.script->exchanges = {hanging()};
                       f.make();
                   }});
    all.push_back({"reading on a connection that was kept alive", 1, true, [](Fixture& f) {
                       f.make();
                       f.start(get_request());
                       f.run();
                       f.script->exchanges = {hanging()};
                   }});
    all.push_back({"backoff", 1, true, [](Fixture& f) {
                       f.options.core.retry.initial_backoff = f.options.core.retry.max_backoff = 1h;
                       f.script->exchanges = {answer(503)};
                       f.make();
                   }});
    return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_call_is_ended_in_every_phase) {
    for (Phase const& phase : phases()) {
        for (auto const grace : {0ms, 15ms}) {
            BOOST_TEST_CONTEXT(phase.name << ", grace " << grace.count() << " ms") {
                Fixture f;
                phase.prepare(f);
                f.start(delete_request());
                f.run_for(20ms);
                f.close(grace);
                f.run();
                f.check_all_closed();
                auto const ended = std::find_if(f.results.begin(), f.results.end(), [](Result<void> const& result) {
                    return !result && result.error() == errc::client_closed &&
                           result.error().operation() == "delete_organization";
                });
                BOOST_REQUIRE((ended != f.results.end()));
                Error const error = ended->error();
                BOOST_TEST_CONTEXT(to_string(error)) {
                    BOOST_TEST(error.stop_reason() == StopReason::cancelled);
                    BOOST_TEST(error.attempts() == phase.attempts);
                    BOOST_TEST(error.may_have_taken_effect() == phase.may_have_taken_effect);
                }
            }
        }
    }
}

// A failing attempt, a backoff, a slow success, and another call in the queue: closed after every number of handlers.
BOOST_AUTO_TEST_CASE(closing_after_any_step_ends_every_call) {
    int finished = 0;
    int refused = 0;
    for (int step = 0; step < 120; step += 2) {
        BOOST_TEST_CONTEXT("closed after " << step << " handlers") {
            Fixture f;
            f.options.pool.max_connections = 1;
            f.options.rate_limit.mode = RateLimiting::on;
            f.options.rate_limit.requests = 2;
            f.options.rate_limit.window = 1ms;
            f.script->connect_takes = 1ms;
            ScriptedExchange slow = answer(200);
            slow.takes = 2ms;
            f.script->exchanges = {answer(503), failure(errc::connection_closed), slow, answer(429, "0"), slow};
            f.make();
            for (int i = 0; i < 3; ++i) f.start(get_request());
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            f.close(0ms);
            f.run();
            f.check_all_closed();
            for (Result<void> const& result : f.results) {
                if (result) {
                    ++finished;
                } else {
                    ++refused;
                    BOOST_TEST_CONTEXT(to_string(result.error()))
                    BOOST_TEST(result.error() == errc::client_closed);
                }
            }
        }
    }
    BOOST_TEST(finished > 0);
    BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_CASE(calls_in_all_phases_may_finish_within_the_grace) {
    Fixture f;
    f.script->connect_takes = 2ms;
    f.script->exchanges = {answer(503), failure(errc::connection_closed), answer(502)};
    f.make();
    for (int i = 0; i < 10; ++i) f.start(get_request());
    f.run_for(1ms);
    f.close(10s);
    f.run();
    f.check_all_closed();
    for (Result<void> const& result : f.results) BOOST_TEST(result.has_value());
    // And no other attempt after it.
    f.start(get_request());
    f.run();
    BOOST_TEST(f.results.back().error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(cancelling_the_close_twice_still_waits_for_the_calls) {
    Fixture f;
    f.script->exchanges = {hanging()};
    f.make();
    f.start(get_request());
    f.run_for(5ms);
    asio::cancellation_signal signal;
    bool ended = false;
    asio::co_spawn(f.io, ClientCore::close(f.core, 1h),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr) { ended = true; }));
    f.run_for(5ms);
    BOOST_TEST(!ended);
    signal.emit(asio::cancellation_type::terminal);
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    BOOST_TEST(ended);
    BOOST_TEST(f.results.size() == 1U);
    BOOST_TEST(f.script->open == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
