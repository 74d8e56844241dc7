// Facts of a call in rare cases: its message, its attempts, its use of the retry budget.
#include "base/clock.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(call_facts)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Clock;
using namespace clerk::test;

struct Recorder final : Observer {
    void on_call(CallRecord const& call) noexcept override {
        if (operation.empty() || operation == call.operation)
            attempts.assign(call.attempts.begin(), call.attempts.end());
    }
    std::string_view operation{};  // of the calls that count; empty: all
    std::vector<AttemptRecord> attempts{};
};

struct Fixture {
    Result<void> call(http::Request request, CallOptions limits = {}) {
        if (!core) core = make_core(io.get_executor(), script, options);
        std::optional<Result<void>> result;
        asio::co_spawn(io, perform(core, std::move(request), limits),
                       [&result](std::exception_ptr, Result<void> ended) { result = std::move(ended); });
        time.run(io);
        return result.value();
    }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{};
    std::shared_ptr<ClientCore> core{};
};

BOOST_FIXTURE_TEST_CASE(a_message_is_that_of_the_last_attempt, Fixture) {
    options.core.retry.max_attempts = 2;
    script->connects = {errc::connect_failed};
    script->exchanges = {failure(errc::connection_closed)};
    options.core.timeout.attempt = 0ms;
    ScriptedExchange hanging{};
    hanging.never = 1h;
    script->exchanges.push_back(hanging);
    Error const closed = call(get_request()).error();
    BOOST_TEST(closed == errc::connection_closed);
    BOOST_TEST(closed.message() == make_error_code(errc::connection_closed).message());
    // The first attempt ran out of time, the second one did not.
    script->exchanges.push_front(hanging);
    script->exchanges[1] = failure(errc::connection_closed);
    Error const next = call(get_request(), {.timeout = 5s, .attempt_timeout = 20ms}).error();
    BOOST_TEST(next == errc::connection_closed);
    BOOST_TEST(next.message().find("time ran out") == std::string::npos);
}

// A request on a closed connection uses the first place in the window, and there is no second one.
BOOST_FIXTURE_TEST_CASE(a_replay_that_is_held_back_was_an_attempt, Fixture) {
    auto const recorder = std::make_shared<Recorder>();
    options.core.observer = recorder;
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 2;
    options.rate_limit.window = 1h;
    BOOST_TEST(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed)};
    Error const error = call(delete_request(), {.timeout = 200ms}).error();
    BOOST_TEST(error == errc::rate_limited);
    BOOST_TEST(error.stop_reason() == StopReason::deadline);
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(error.may_have_taken_effect());
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 1U);
    BOOST_TEST(recorder->attempts[0].code == errc::rate_limited);
    BOOST_TEST(script->requests.size() == 2U);
    // A call that was refused at the start made no attempt.
    Error const held = call(delete_request(), {.timeout = 200ms}).error();
    BOOST_TEST(held.attempts() == 0);
    BOOST_TEST(!held.may_have_taken_effect());
    BOOST_TEST(recorder->attempts.at(0).code == errc::rate_limited);
    BOOST_TEST(core->limiter().gauges().waiting == 0U);
}

// The limit counts requests, and none was sent.
BOOST_FIXTURE_TEST_CASE(a_failed_connect_takes_no_place_in_the_window, Fixture) {
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 1;
    options.rate_limit.window = 1h;
    script->connects = {errc::connect_failed, errc::tls_failed};
    BOOST_TEST(call(get_request(), {.timeout = 5s}).has_value());
    BOOST_TEST(call(get_request(), {.timeout = 200ms}).error() == errc::rate_limited);
}

BOOST_FIXTURE_TEST_CASE(a_call_between_two_attempts_takes_no_place_in_the_window, Fixture) {
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 1;
    options.rate_limit.window = 1ms;
    options.core.retry.initial_backoff = 1h;
    options.core.retry.max_backoff = 1h;
    core = make_core(io.get_executor(), script, options);
    script->exchanges = {answer(503)};
    asio::cancellation_signal signal;
    asio::co_spawn(io, perform(core, get_request(), {.timeout = std::chrono::milliseconds::max()}),
                   asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr, Result<void>) {}));
    time.pass(io, 20ms);
    BOOST_TEST(script->requests.size() == 1U);
    bool succeeded = false;
    asio::co_spawn(io, perform(core, get_request(), {.timeout = 5s}), [&](std::exception_ptr, Result<void> result) {
        succeeded = result.has_value();
        signal.emit(asio::cancellation_type::terminal);
    });
    time.run(io);
    BOOST_TEST(succeeded);
}

BOOST_FIXTURE_TEST_CASE(a_silent_replay_has_what_is_left_of_the_attempts_time, Fixture) {
    options.core.retry.max_attempts = 1;
    BOOST_TEST(call(get_request()).has_value());
    ScriptedExchange dying = failure(errc::connection_closed);
    dying.takes = 600ms;
    ScriptedExchange hanging{};
    hanging.never = 1h;
    script->exchanges = {dying, hanging};
    auto const begun = Clock::now();
    Error const error =
        call(get_request(), {.timeout = std::chrono::milliseconds::max(), .attempt_timeout = 800ms}).error();
    BOOST_TEST(error == errc::attempt_timeout);
    BOOST_TEST((Clock::now() - begun >= 800ms));
    BOOST_TEST((Clock::now() - begun < 810ms));
    BOOST_TEST(script->requests.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(every_attempt_has_a_replay_and_a_time_of_its_own, Fixture) {
    options.core.retry.max_attempts = 2;
    BOOST_TEST(call(get_request()).has_value());
    ScriptedExchange dying = failure(errc::connection_closed);
    dying.takes = 600ms;
    ScriptedExchange slow{};
    slow.takes = 700ms;
    script->exchanges = {dying, answer(503), failure(errc::connection_closed), slow};
    BOOST_TEST(
        call(get_request(), {.timeout = std::chrono::milliseconds::max(), .attempt_timeout = 800ms}).has_value());
    BOOST_TEST(script->requests.size() == 5U);
}

BOOST_FIXTURE_TEST_CASE(a_replay_that_finds_no_connection_was_an_attempt, Fixture) {
    options.pool.max_connections = 1;
    BOOST_TEST(call(get_request()).has_value());
    ScriptedExchange dying = failure(errc::connection_closed);
    dying.takes = 10ms;
    ScriptedExchange hanging{};
    hanging.never = 1h;
    script->exchanges = {dying, hanging};
    std::optional<Result<void>> deleted;
    auto const begin = [&](http::Request request, std::chrono::milliseconds timeout, bool counts) {
        asio::co_spawn(io, perform(core, std::move(request), {.timeout = timeout}),
                       [&deleted, counts](std::exception_ptr, Result<void> result) {
                           if (counts) deleted = std::move(result);
                       });
        time.pass(io, 1ms);
    };
    begin(delete_request(), 200ms, true);
    begin(get_request(), 5s, false);  // gets the connection that replaces the closed one
    time.run(io);
    BOOST_REQUIRE(deleted.has_value());
    Error const error = deleted->error();
    BOOST_TEST(error == errc::deadline_exceeded);
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(error.may_have_taken_effect());
}

BOOST_FIXTURE_TEST_CASE(the_wait_before_a_replay_is_in_the_record, Fixture) {
    auto const recorder = std::make_shared<Recorder>();
    recorder->operation = "delete_organization";
    options.core.observer = recorder;
    options.pool.max_connections = 1;
    core = make_core(io.get_executor(), script, options);
    ScriptedExchange slow{};
    slow.takes = 30ms;
    script->exchanges = {slow, failure(errc::connection_closed)};
    asio::co_spawn(io, perform(core, get_request()), asio::detached);
    time.pass(io, 10ms);
    BOOST_TEST(call(delete_request()).has_value());
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 1U);
    BOOST_TEST(script->opened == 2);
    BOOST_TEST(recorder->attempts[0].pool_wait >= 15ms);
}

BOOST_FIXTURE_TEST_CASE(a_replay_of_what_was_not_sent_changes_nothing_about_the_effect, Fixture) {
    BOOST_TEST(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed, false), answer(404)};
    BOOST_TEST(!call(delete_request()).error().may_have_taken_effect());
    // An earlier attempt may have had one.
    script->exchanges = {answer(503), failure(errc::connection_closed, false), answer(404)};
    Error const error = call(delete_request()).error();
    BOOST_TEST(error == condition::not_found);
    BOOST_TEST(error.attempts() == 2);
    BOOST_TEST(error.may_have_taken_effect());
}

BOOST_FIXTURE_TEST_CASE(the_error_document_is_that_of_the_last_attempt, Fixture) {
    ScriptedExchange moved = answer(301);
    moved.body.clear();
    script->exchanges = {answer(503), moved};
    Error const error = call(get_request()).error();
    BOOST_TEST(error == errc::unexpected_status);
    BOOST_TEST(error.attempts() == 2);
    BOOST_TEST(error.errors().empty());
}

BOOST_FIXTURE_TEST_CASE(a_retry_that_is_held_back_leaves_the_last_answer, Fixture) {
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 1;
    options.rate_limit.window = 1h;
    script->exchanges = {answer(503)};
    Error const error = call(get_request(), {.timeout = 200ms}).error();
    BOOST_TEST(error.status() == 503);
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(error.stop_reason() == StopReason::deadline);
}

// `Retry-After: 0` blocks nothing, so only the backoff spreads the calls.
BOOST_FIXTURE_TEST_CASE(a_429_that_asks_for_no_wait_is_not_repeated_at_once, Fixture) {
    options.core.retry.initial_backoff = 200ms;
    options.core.retry.max_backoff = 200ms;
    options.core.retry.max_attempts = 4;
    options.core.retry.budget = 2;
    script->exchanges = {answer(429, "0"), answer(429, "0"), answer(429, "Thu, 01 Jan 1970 00:00:01 GMT")};
    auto const begun = Clock::now();
    Error const error = call(get_request()).error();
    // Two waits, each uniform up to 200 ms: below 2 ms together once in 20,000 runs.
    BOOST_TEST((Clock::now() - begun >= 2ms));
    BOOST_TEST(error == condition::rate_limited);
    BOOST_TEST(error.stop_reason() == StopReason::retry_budget);
    BOOST_TEST(error.attempts() == 3);
    BOOST_TEST(core->limiter().gauges().parked == 0U);
}

BOOST_FIXTURE_TEST_CASE(every_phase_reaches_the_observer, Fixture) {
    auto const recorder = std::make_shared<Recorder>();
    options.core.observer = recorder;
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 1;
    options.rate_limit.window = 500ms;  // longer than any pause between the two calls
    script->connect_takes = 6ms;
    script->timing = {.resolve = 1ms, .connect = 2ms, .tls = 3ms, .resumed = true};
    script->exchanges = {answer(503, "1")};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 2U);
    AttemptRecord const first = recorder->attempts[0];
    BOOST_TEST(first.resolve == 1ms);
    BOOST_TEST(first.connect == 2ms);
    BOOST_TEST(first.tls == 3ms);
    BOOST_TEST(first.resumed);
    BOOST_TEST(!first.reused);
    BOOST_TEST(first.limiter_wait == 0ns);
    BOOST_TEST(first.backoff >= 1s);
    AttemptRecord const second = recorder->attempts[1];
    BOOST_TEST((second.resolve + second.connect + second.tls == 0ns));
    BOOST_TEST(!second.resumed);
    BOOST_TEST(second.reused);
    BOOST_TEST(second.backoff == 0ns);
    // Its place in the window is free again one window later.
    BOOST_TEST(call(get_request()).has_value());
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 1U);
    BOOST_TEST(recorder->attempts[0].limiter_wait > 10ms);
    BOOST_TEST(script->measured == 3);
}

// However a call ends, the record says how long it waited, and for what.
BOOST_FIXTURE_TEST_CASE(the_wait_that_a_call_ended_in_is_in_its_record, Fixture) {
    enum class End { deadline, cancellation, close };
    constexpr auto wait = 30ms;
    auto const check = [&](bool limited, End end) {
        auto const recorder = std::make_shared<Recorder>();
        recorder->operation = "delete_organization";
        options.core.observer = recorder;
        options.pool.max_connections = 1;
        options.rate_limit.mode = limited ? RateLimiting::on : RateLimiting::off;
        options.rate_limit.requests = 1;
        options.rate_limit.window = 1h;
        ScriptedExchange hanging{};
        hanging.never = 1h;
        script->exchanges = {hanging};
        script->requests.clear();
        core = make_core(io.get_executor(), script, options);
        asio::cancellation_signal signal;
        int running = 2;
        auto const begin = [&](http::Request request, std::chrono::milliseconds timeout, asio::cancellation_slot slot) {
            asio::co_spawn(io, perform(core, std::move(request), {.timeout = timeout}),
                           asio::bind_cancellation_slot(slot, [&](std::exception_ptr, Result<void> const& result) {
                               BOOST_TEST(!result.has_value());
                               --running;
                           }));
            io.restart();
            io.poll();
        };
        begin(get_request(), std::chrono::milliseconds::max(), {});
        time.pass(io, 1ms);
        BOOST_REQUIRE_EQUAL(script->requests.size(), 1U);
        begin(delete_request(), end == End::deadline ? wait : std::chrono::milliseconds::max(), signal.slot());
        time.pass(io, wait);
        if (end == End::cancellation) signal.emit(asio::cancellation_type::terminal);
        asio::co_spawn(io, ClientCore::close(core, 0ms), asio::detached);
        time.run(io);
        BOOST_TEST(running == 0);
        BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 1U);
        AttemptRecord const& attempt = recorder->attempts[0];
        BOOST_TEST((limited ? attempt.limiter_wait : attempt.pool_wait) == wait);
        BOOST_TEST((limited ? attempt.pool_wait : attempt.limiter_wait) == 0ns);
    };
    for (End const end : {End::deadline, End::cancellation, End::close}) check(false, end);
    // A call that cannot get a place before its deadline does not wait.
    for (End const end : {End::cancellation, End::close}) check(true, end);
}

BOOST_FIXTURE_TEST_CASE(without_an_observer_nothing_is_measured, Fixture) {
    script->exchanges = {answer(503)};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(script->requests.size() == 2U);
    BOOST_TEST(script->measured == 0);
}

// Callers that give up in an outage must not use up the retries of others.
BOOST_FIXTURE_TEST_CASE(a_retry_that_is_not_made_goes_back_to_the_budget, Fixture) {
    options.core.retry.initial_backoff = 1h;
    options.core.retry.max_backoff = 1h;
    options.core.retry.budget = 5;
    core = make_core(io.get_executor(), script, options);
    script->exchanges.assign(20, answer(503));
    for (int i = 0; i < 10; ++i) {
        asio::cancellation_signal signal;
        std::vector<Error> errors;
        asio::co_spawn(io, perform(core, get_request(), {.timeout = std::chrono::milliseconds::max()}),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<void> result) {
                           if (!result) errors.push_back(result.error());
                       }));
        time.pass(io, 10ms);
        signal.emit(asio::cancellation_type::terminal);
        time.run(io);
        BOOST_REQUIRE_EQUAL(errors.size(), 1U);
        BOOST_TEST(errors[0] == errc::cancelled);
        BOOST_TEST(errors[0].attempts() == 1);
    }
    RetryBudgetGauges const gauges = core->budget().gauges();
    BOOST_TEST(gauges.available == 5U);
    BOOST_TEST(gauges.spent == 0U);
    BOOST_TEST(gauges.refused == 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
