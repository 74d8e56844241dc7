// Every allocation of the limiter's driver and of close() fails in turn: no call is left waiting.
#include "support/sanitized.hpp"

#ifndef CLERK_TEST_SANITIZED

#include "client/rate_limit/async_rate_limiter.hpp"
#include "support/failing_allocations.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(out_of_memory)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;
using std::chrono::steady_clock;

// One request at a time, and a pause after each: one has the place, three wait for it, two of them with deadlines.
struct FullLimiter {
    FullLimiter() {
        begin(base::TimePoint::max(), true);
        while (ended == 0) io.run_one();
        begin(steady_clock::now() + 20ms);
        begin(steady_clock::now() + 40ms);
        begin(base::TimePoint::max());
        io.restart();
        io.poll();
    }
    void begin(base::TimePoint deadline, bool keep = false) {
        asio::co_spawn(io, admit(deadline, keep), [this](std::exception_ptr) { ++ended; });
    }
    asio::awaitable<void> admit(base::TimePoint deadline, bool keep) {
        co_await asio::this_coro::throw_if_cancelled(false);
        Admission const admission{{"get_organization"}, {deadline}};
        Permit permit;
        if (!limiter->try_admit(admission, steady_clock::now(), permit)) {
            if (co_await limiter->admit(admission, permit)) co_return;
        }
        if (keep) held = std::move(permit);
    }

    asio::io_context io{};
    std::shared_ptr<AsyncRateLimiter> limiter{std::make_shared<AsyncRateLimiter>(
        io.get_executor(), client::RateLimits{.requests = 1, .window = 5ms, .park = true})};
    Permit held{};
    int ended{};
};

// Runs `act` with each of its allocations failing in turn; afterwards all calls end.
void check_limiter(std::function<void(FullLimiter&)> const& act) {
    fail_each([&act](long nth) {
        FullLimiter f;
        allowed = nth;
        bool const done = survives([&] { act(f); });
        bool const failed = allowed < 0;
        allowed = -1;
        BOOST_TEST((done || failed));
        f.held.end();
        f.io.restart();
        f.io.run_for(5s);
        BOOST_TEST(f.ended >= 4);
        BOOST_TEST(f.limiter->gauges().waiting == 0U);
        BOOST_TEST(f.io.stopped());
        return failed;
    });
}

BOOST_AUTO_TEST_CASE(a_request_ends) {
    check_limiter([](FullLimiter& f) { f.held.end(); });
}

BOOST_AUTO_TEST_CASE(a_request_was_not_sent) {
    check_limiter([](FullLimiter& f) { f.held.withdraw(); });
}

BOOST_AUTO_TEST_CASE(another_request_comes) {
    check_limiter([](FullLimiter& f) {
        f.begin(base::TimePoint::max());
        f.io.restart();
        f.io.poll();
    });
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_parked) {
    check_limiter([](FullLimiter& f) { f.limiter->park({{"get_organization"}, {}}, 10ms); });
}

BOOST_AUTO_TEST_CASE(the_timer_of_the_limiter_goes_off) {
    check_limiter([](FullLimiter& f) { f.io.run_one_for(1s); });
}

BOOST_AUTO_TEST_CASE(the_limiter_is_closed) {
    check_limiter([](FullLimiter& f) { f.limiter->close(); });
}

// One call waits for a retry, one for its answer, one for a connection and one for the rate limiter.
BOOST_AUTO_TEST_CASE(a_client_is_closed) {
    int const failures = fail_each([](long nth) {
        asio::io_context io;
        auto const script = std::make_shared<Script>();
        ScriptedExchange hanging{};
        hanging.never = 1h;
        script->exchanges = {answer(503), hanging};
        ScriptedOptions options{};
        options.core.retry.initial_backoff = options.core.retry.max_backoff = 24h;
        options.pool.max_connections = 1;
        options.rate_limit.mode = RateLimiting::on;
        options.rate_limit.requests = 3;
        options.rate_limit.window = 1h;
        auto const core = make_core(io.get_executor(), script, options);
        int ended = 0;
        for (int i = 0; i < 4; ++i) {
            asio::co_spawn(io, perform(core, get_request(), {.timeout = std::chrono::milliseconds::max()}),
                           [&ended](std::exception_ptr, Result<void> const&) { ++ended; });
        }
        while (script->requests.size() < 2 || core->limiter().gauges().waiting == 0 || in_use(*core) < 2) io.run_one();

        int closed = 0;
        auto const close = [&] {
            asio::co_spawn(io, ClientCore::close(core, 0ms), [&closed](std::exception_ptr e) { closed += e ? 0 : 1; });
            io.restart();
            io.run_for(5s);
        };
        allowed = nth;
        static_cast<void>(survives(close));
        bool const failed = allowed < 0;
        allowed = -1;
        if (closed == 0) close();
        BOOST_TEST(closed >= 1);
        // Asio destroys a coroutine and its callers when there is no memory for its next operation.
        BOOST_TEST(ended >= (failed ? 3 : 4));
        BOOST_TEST(io.stopped());
        BOOST_TEST(script->open == 0);
        BOOST_TEST(in_use(*core) == 0U);
        return failed;
    });
    BOOST_TEST(failures > 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client

#endif
