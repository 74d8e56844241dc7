#include "client/client_core.hpp"

#include "base/clock.hpp"
#include "http/capped_text.hpp"
#include "support/first_step.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_connector.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(client_core)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::ScriptedExchange;

http::Request get_request() {
    return http::make_request(http::Method::get, "get_organization", "/organizations/org_1");
}
http::Request create_request() {
    http::Request request = http::make_request(http::Method::post, "create_organization", "/organizations");
    request.content = http::text_content("application/json", R"({"name":"Acme"})");
    return request;
}

ScriptedExchange answer(
    int status,
    std::string body = R"({"errors":[{"code":"c","message":"m","long_message":"l"}],"clerk_trace_id":"t"})") {
    ScriptedExchange result{};
    result.status = status;
    result.body = std::move(body);
    return result;
}
ScriptedExchange failure(errc code, bool touched = true) {
    ScriptedExchange result{};
    result.failure = code;
    result.any_byte_sent = touched;
    return result;
}

struct Fixture {
    Fixture() {
        options.retry.initial_backoff = 2ms;
        options.retry.max_backoff = 4ms;
    }

    void make() {
        PoolOptions limits{};
        limits.max_connections = 2;
        make(limits);
    }
    void make(PoolOptions const& limits) {
        auto const pool = std::make_shared<transport::Pool>(io.get_executor(), limits,
                                                            std::make_unique<test::ScriptedConnector>(script));
        auto const origin = http::parse_base_url("https://clerk.test/v1").value();
        http::RequestHead head{origin, "", "", Secret{"sk_test_very_secret_key"}};
        options.rates = client::effective_limits(rate_limit, "clerk.test", "sk_test_");
        core = std::make_shared<ClientCore>(io.get_executor(), options, std::move(head), pool);
    }
    void start(http::Request wanted, CallOptions call = {}, asio::cancellation_slot slot = {}) {
        if (!core) make();
        request = std::move(wanted);
        result.reset();
        auto const begun = base::Clock::now();
        auto const run = [](Fixture& f, CallOptions o) -> asio::awaitable<Result<void>> {
            // The caller's own settings must be restored.
            Result<void> const performed = co_await f.core->perform(f.request, f.body, &f.head, o);
            f.throws_again = co_await asio::this_coro::throw_if_cancelled();
            co_return performed;
        };
        asio::co_spawn(io, run(*this, call),
                       asio::bind_cancellation_slot(slot, [this, begun](std::exception_ptr thrown, Result<void> r) {
                           took = base::Clock::now() - begun;
                           exception = thrown;
                           result = std::move(r);
                       }));
    }
    Result<void> call(http::Request wanted, CallOptions options_of_call = {}) {
        start(std::move(wanted), options_of_call);
        time.run(io);
        BOOST_REQUIRE(result.has_value());
        return *result;
    }
    [[nodiscard]] std::size_t sent() const { return script->requests.size(); }

    test::ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<test::Script> script{std::make_shared<test::Script>()};
    CoreOptions options{};
    RateLimitOptions rate_limit{};
    std::shared_ptr<ClientCore> core{};
    http::Request request{};
    http::CappedText body{1000};
    http::ResponseHead head{};
    std::optional<Result<void>> result{};
    std::exception_ptr exception{};
    bool throws_again{};
    base::Clock::duration took{};  // from the beginning of a call to its end
};

BOOST_FIXTURE_TEST_CASE(a_success_arrives, Fixture) {
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(head.status == 200);
    BOOST_TEST(body.text() == R"({"id":"org_1"})");
    BOOST_TEST(throws_again);
    BOOST_TEST(script->requests.at(0).starts_with("GET /v1/organizations/org_1 HTTP/1.1\r\n"));
}

BOOST_FIXTURE_TEST_CASE(a_large_body_is_sent_whole_in_every_attempt, Fixture) {
    script->exchanges = {answer(503), answer(503)};
    http::Request wanted = create_request();
    wanted.idempotency = http::Idempotency::idempotent;
    wanted.content->text.assign(http::Content::largest_copied_text * 3, 'x');
    std::string const sent_body = wanted.content->text;
    BOOST_TEST(call(std::move(wanted)).has_value());
    BOOST_TEST_REQUIRE(sent() == 3U);
    for (std::string const& each : script->requests) BOOST_TEST(each.ends_with("\r\n\r\n" + sent_body));
}

BOOST_FIXTURE_TEST_CASE(an_error_status_carries_what_the_service_said, Fixture) {
    script->exchanges = {answer(
        404,
        R"({"errors":[{"code":"resource_not_found","message":"not found","long_message":"Given organization not found."}],"clerk_trace_id":"trace"})")};
    auto const performed = call(get_request());
    BOOST_REQUIRE(!performed);
    Error const error = performed.error();
    BOOST_TEST(error == condition::not_found);
    BOOST_TEST(error.status() == 404);
    BOOST_TEST(error.trace_id() == "trace");
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST(error.stop_reason() == StopReason::not_retryable);
    BOOST_REQUIRE_EQUAL(error.errors().size(), 1U);
    BOOST_TEST(error.errors()[0].code == "resource_not_found");
    BOOST_TEST(
        to_string(error) ==
        "get_organization: HTTP 404 resource_not_found: Given organization not found. (trace id trace, 1 attempt)");
}

BOOST_DATA_TEST_CASE_F(Fixture, an_idempotent_call_is_repeated, data::make({408, 429, 500, 502, 503, 504, 520, 527}),
                       status) {
    script->exchanges = {answer(status), answer(status)};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(sent() == 3U);
}

BOOST_DATA_TEST_CASE_F(Fixture, a_final_status_is_not_repeated, data::make({400, 401, 403, 404, 413, 422, 501}),
                       status) {
    script->exchanges = {answer(status)};
    BOOST_TEST(call(get_request()).error().status() == status);
    BOOST_TEST(sent() == 1U);
}

BOOST_FIXTURE_TEST_CASE(attempts_run_out, Fixture) {
    script->exchanges = {answer(503), answer(503), answer(503)};
    Error const error = call(get_request()).error();
    BOOST_TEST(error == condition::server_error);
    BOOST_TEST(error.attempts() == 3);
    BOOST_TEST(error.stop_reason() == StopReason::attempts_exhausted);
}

BOOST_DATA_TEST_CASE_F(Fixture, a_create_in_doubt_is_never_repeated, data::make({500, 502, 503, 504, 408, 520}),
                       status) {
    script->exchanges = {answer(status)};
    Error const error = call(create_request()).error();
    BOOST_TEST(error.status() == status);
    BOOST_TEST(sent() == 1U);
    BOOST_TEST(error.stop_reason() == StopReason::not_idempotent);
}

BOOST_FIXTURE_TEST_CASE(a_create_whose_connection_broke_is_never_repeated, Fixture) {
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(create_request()).error() == errc::connection_closed);
    BOOST_TEST(sent() == 1U);
    // The same on a connection that was kept alive.
    BOOST_TEST_REQUIRE(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(create_request()).error() == errc::connection_closed);
    BOOST_TEST(sent() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_create_that_had_no_effect_is_repeated, Fixture) {
    script->connects = {errc::connect_failed};
    script->exchanges = {answer(429),
                         answer(409, R"({"errors":[{"code":"resource_locked","message":"busy","long_message":""}]})")};
    options.retry.max_attempts = 4;
    BOOST_TEST(call(create_request()).has_value());
    BOOST_TEST(sent() == 3U);
    script->exchanges = {failure(errc::connection_closed, false)};
    BOOST_TEST(call(create_request()).has_value());
    BOOST_TEST(sent() == 5U);
    script->exchanges = {answer(409)};
    BOOST_TEST(call(create_request()).error() == condition::conflict);
    BOOST_TEST(sent() == 6U);
}

BOOST_FIXTURE_TEST_CASE(a_reused_connection_that_died_is_replaced_silently_once, Fixture) {
    options.retry.max_attempts = 1;
    BOOST_TEST(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(sent() == 3U);
    BOOST_TEST(script->opened == 2);
    // A second closed connection in a row is an error, and so is a new connection that is closed.
    script->exchanges = {failure(errc::connection_closed), failure(errc::connection_closed)};
    BOOST_TEST(call(get_request()).error() == errc::connection_closed);
    BOOST_TEST(sent() == 5U);
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(get_request()).error() == errc::connection_closed);
    BOOST_TEST(sent() == 6U);
    // A create is sent over only if nothing of it was sent.
    BOOST_TEST(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed, false)};
    BOOST_TEST(call(create_request()).has_value());
    BOOST_TEST(head.attempts == 1);
    BOOST_TEST(sent() == 9U);
}

BOOST_FIXTURE_TEST_CASE(retry_after_beyond_the_deadline_ends_the_call_at_once, Fixture) {
    ScriptedExchange limited = answer(429);
    limited.retry_after = "30";
    script->exchanges = {limited};
    Error const error = call(get_request(), {.timeout = 2s}).error();
    BOOST_TEST(error == condition::rate_limited);
    BOOST_TEST(error.stop_reason() == StopReason::deadline);
    BOOST_TEST(took == 0ms);
    BOOST_TEST((error.retry_after() == std::optional{30'000ms}));
}

BOOST_FIXTURE_TEST_CASE(retry_after_beyond_the_option_ends_the_call_at_once, Fixture) {
    ScriptedExchange limited = answer(429);
    limited.retry_after = "3600";
    script->exchanges = {limited};
    Error const error = call(get_request(), {.timeout = std::chrono::milliseconds::max()}).error();
    BOOST_TEST(error.stop_reason() == StopReason::retry_after_too_long);
    BOOST_TEST(to_string(error).find("Retry-After 3600 s") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(one_deadline_covers_everything, Fixture) {
    ScriptedExchange hanging{};
    hanging.never = 1h;
    script->has_timeout = false;  // so that the connect ends with its call
    for (auto const& prepare :
         {std::function<void()>{[&] { script->connect_takes = 1h; }}, std::function<void()>{[&] {
              script->connect_takes = 0ms;
              script->exchanges = {hanging};
          }},
          std::function<void()>{[&] { script->exchanges = {failure(errc::connection_closed), hanging}; }}}) {
        prepare();
        Error const error = call(get_request(), {.timeout = 60ms}).error();
        BOOST_TEST(error == errc::deadline_exceeded);
        BOOST_TEST(error == condition::timeout);
        BOOST_TEST(took >= 60ms);
        BOOST_TEST(took <= 62ms);  // when the connection checks next
        PoolGauges const gauges = core->pool().gauges();
        BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
    }
}

BOOST_FIXTURE_TEST_CASE(an_attempt_has_a_limit_of_its_own, Fixture) {
    ScriptedExchange hanging{};
    hanging.never = 1h;
    script->exchanges = {hanging};
    BOOST_TEST(call(get_request(), {.timeout = 5s, .attempt_timeout = 40ms}).has_value());
    BOOST_TEST(sent() == 2U);
    script->exchanges = {hanging, hanging, hanging};
    Error const error = call(get_request(), {.timeout = 5s, .attempt_timeout = 20ms}).error();
    BOOST_TEST(error == errc::attempt_timeout);
    BOOST_TEST(error == condition::timeout);
    BOOST_TEST(error.attempts() == 3);
    BOOST_TEST(error.stop_reason() == StopReason::attempts_exhausted);
    // What may have been created is not created again.
    script->exchanges = {hanging};
    Error const in_doubt = call(create_request(), {.timeout = 5s, .attempt_timeout = 20ms}).error();
    BOOST_TEST(in_doubt == errc::attempt_timeout);
    BOOST_TEST(in_doubt.stop_reason() == StopReason::not_idempotent);
    BOOST_TEST(in_doubt.may_have_taken_effect());
}

BOOST_FIXTURE_TEST_CASE(a_connect_that_failed_was_an_attempt, Fixture) {
    script->connects = {errc::connect_timeout, errc::connect_timeout};
    options.retry.max_attempts = 2;
    Error const error = call(get_request()).error();
    BOOST_TEST(error == errc::connect_timeout);
    BOOST_TEST(error.attempts() == 2);
}

BOOST_FIXTURE_TEST_CASE(the_time_of_an_attempt_begins_when_it_has_its_connection, Fixture) {
    script->connect_takes = 60ms;
    BOOST_TEST(call(get_request(), {.timeout = 5s, .attempt_timeout = 30ms}).has_value());
    BOOST_TEST(sent() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_call_without_time_ends_at_once, Fixture) {
    for (auto const none : {0ms, -5ms, std::chrono::milliseconds::min()}) {
        for (CallOptions const& limits : {CallOptions{.timeout = none}, CallOptions{.attempt_timeout = none}}) {
            Error const error = call(get_request(), limits).error();
            BOOST_TEST(error == errc::deadline_exceeded);
            BOOST_TEST(error.stop_reason() == StopReason::deadline);
            BOOST_TEST(error.attempts() == 0);
            BOOST_TEST(!error.may_have_taken_effect());
        }
    }
    BOOST_TEST(sent() == 0U);
    BOOST_TEST(script->opened == 0);
    BOOST_TEST(call(get_request(), {.timeout = 1h, .attempt_timeout = std::chrono::milliseconds::max()}).has_value());
}

// Six connections that were cut without a notice: each exchange on them hangs.
BOOST_FIXTURE_TEST_CASE(a_connection_that_is_cut_silently_costs_one_attempt_of_one_call, Fixture) {
    PoolOptions limits{};
    limits.max_connections = 6;
    make(limits);
    for (int i = 0; i < 6; ++i) {
        asio::co_spawn(io, core->pool().add_connection(6, transport::no_deadline), [](auto, auto) {});
    }
    time.run(io);
    BOOST_TEST(core->pool().gauges().idle == 6U);
    time.pass(io, 1ms);  // proven before the call began
    script->silent = 6;
    for (int const attempts : {2, 1, 1, 1, 1, 1}) {
        BOOST_TEST(call(get_request(), {.timeout = 5s, .attempt_timeout = 30ms}).has_value());
        BOOST_TEST(head.attempts == attempts);
    }
    BOOST_TEST(script->opened == 7);
    BOOST_TEST(script->open == 1);
}

BOOST_FIXTURE_TEST_CASE(short_attempts_are_tried_again_within_a_short_deadline, Fixture) {
    ScriptedExchange hanging{};
    hanging.never = 1h;
    options.retry = RetryOptions{};
    for (int i = 0; i < 10; ++i) {
        script->exchanges = {hanging};
        BOOST_TEST(call(get_request(), {.timeout = 300ms, .attempt_timeout = 100ms}).has_value());
    }
}

BOOST_FIXTURE_TEST_CASE(an_endpoint_that_answered_429_gets_no_request_until_retry_after, Fixture) {
    ScriptedExchange limited = answer(429);
    limited.retry_after = "1";
    script->exchanges = {limited};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(took >= 1s);
    BOOST_TEST(sent() == 2U);

    // Another call could not be sent before its deadline: it is refused at once, and nothing is sent.
    options.retry.max_attempts = 1;
    make();
    script->exchanges = {limited};
    BOOST_TEST((call(get_request()).error().status() == 429));
    BOOST_TEST(sent() == 3U);
    Error const held = call(get_request(), {.timeout = 200ms}).error();
    BOOST_TEST(held == errc::rate_limited);
    BOOST_TEST(held == condition::rate_limited);
    BOOST_TEST(held.attempts() == 0);
    BOOST_TEST(held.stop_reason() == StopReason::deadline);
    BOOST_TEST(sent() == 3U);
    // Other endpoints are not blocked.
    BOOST_TEST(call(create_request(), {.timeout = 200ms}).has_value());
    BOOST_TEST(core->limiter().gauges().waiting == 0U);

    rate_limit.park = false;
    make();
    script->exchanges = {limited};
    BOOST_TEST((call(get_request()).error().status() == 429));
    BOOST_TEST(call(get_request(), {.timeout = 200ms}).has_value());
    // The call itself waits all the same.
    options.retry.max_attempts = 2;
    make();
    script->exchanges = {limited};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(took >= 1s);
}

BOOST_FIXTURE_TEST_CASE(the_limiter_holds_calls_back, Fixture) {
    rate_limit.mode = RateLimiting::on;
    rate_limit.requests = 2;
    rate_limit.window = 200ms;
    auto const begin = base::Clock::now();
    for (int i = 0; i < 4; ++i) BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST((base::Clock::now() - begin >= 200ms));
    BOOST_TEST((base::Clock::now() - begin < 3s));
    RateLimiterGauges const gauges = core->limiter().gauges();
    BOOST_TEST(gauges.limit == 2U);
    BOOST_TEST(gauges.admitted == 4U);
    BOOST_TEST(gauges.waiting == 0U);
}

http::Request write_request(std::string_view operation, std::string organization_id) {
    http::Request request = http::make_request(http::Method::patch, operation, "/organizations/any");
    request.rate_limit = http::own_limit(organization_id, 10, {}, "writes_of_organization");
    request.content = http::text_content("application/json", "{}");
    return request;
}

BOOST_FIXTURE_TEST_CASE(the_limiter_holds_back_the_writes_of_one_organization, Fixture) {
    rate_limit.mode = RateLimiting::on;
    rate_limit.writes_per_organization = 1;
    rate_limit.window = 1h;
    CallOptions const soon{.timeout = 200ms};
    auto const update = [&](std::string organization_id) {
        return call(write_request("update_organization", std::move(organization_id)), soon);
    };
    BOOST_TEST(update("org_1").has_value());
    BOOST_TEST(update("org_1").error() == errc::rate_limited);
    BOOST_TEST(update("org_12").has_value());
    // The operations share the limit, and what is not limited has none.
    auto const merge = [&](std::string organization_id) {
        return call(write_request("merge_organization_metadata", std::move(organization_id)), soon);
    };
    BOOST_TEST(merge("org_1").error() == errc::rate_limited);
    BOOST_TEST(merge("org_2").has_value());
    for (int i = 0; i < 3; ++i) BOOST_TEST(call(get_request(), soon).has_value());
    BOOST_TEST(sent() == 6U);
}

// One 429 blocks the endpoint for every call: no other request is sent to it.
BOOST_FIXTURE_TEST_CASE(waiters_of_a_parked_endpoint_follow_the_first, Fixture) {
    ScriptedExchange limited = answer(429);
    limited.retry_after = "1";
    options.retry.max_attempts = 1;
    PoolOptions limits{};
    limits.max_connections = 8;
    make(limits);
    script->exchanges = {limited};
    BOOST_TEST((call(get_request()).error().status() == 429));
    auto const begin = base::Clock::now();
    std::vector<base::Clock::duration> ends;
    auto const wait = [&]() -> asio::awaitable<void> {
        http::Request wanted = get_request();
        http::CappedText text{100};
        auto const performed = co_await core->perform(wanted, text, nullptr, {});
        BOOST_TEST(performed.has_value());
        ends.push_back(base::Clock::now() - begin);
    };
    for (int i = 0; i < 5; ++i) asio::co_spawn(io, wait(), [](std::exception_ptr thrown) { BOOST_TEST(!thrown); });
    time.pass(io, 500ms);
    BOOST_TEST(core->limiter().gauges().parked == 1U);
    BOOST_TEST(core->limiter().gauges().waiting == 5U);
    BOOST_TEST(sent() == 1U);
    time.run(io);
    BOOST_REQUIRE_EQUAL(ends.size(), 5U);
    BOOST_TEST(ends.front() > 900ms);
    BOOST_TEST(ends.back() < 5s);
    BOOST_TEST(sent() == 6U);
    BOOST_TEST(core->limiter().gauges().waiting == 0U);
    BOOST_TEST(core->limiter().gauges().parked == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_outage_is_not_multiplied_by_retries, Fixture) {
    options.retry.budget = 3;
    options.retry.successes_per_retry = 2;
    make();
    script->exchanges.assign(20, answer(503));
    Error const first = call(get_request()).error();
    BOOST_TEST(first.stop_reason() == StopReason::attempts_exhausted);
    Error const second = call(get_request()).error();
    BOOST_TEST(second.stop_reason() == StopReason::retry_budget);
    BOOST_TEST(second.attempts() == 2);
    BOOST_TEST(to_string(second).find("retry budget is empty") != std::string::npos);
    for (int i = 0; i < 5; ++i) BOOST_TEST(call(get_request()).error().attempts() == 1);
    BOOST_TEST(sent() == 10U);
    RetryBudgetGauges gauges = core->budget().gauges();
    BOOST_TEST(gauges.available == 0U);
    BOOST_TEST(gauges.spent == 3U);
    BOOST_TEST(gauges.refused == 6U);
    // Successes fill it again.
    script->exchanges.clear();
    for (int i = 0; i < 4; ++i) BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(core->budget().gauges().available == 2U);
}

http::Request delete_request() {
    return http::make_request(http::Method::delete_, "delete_organization", "/organizations/org_1");
}

BOOST_FIXTURE_TEST_CASE(a_delete_answered_404_after_a_retry_is_flagged, Fixture) {
    script->exchanges = {failure(errc::connection_closed), answer(404)};
    Error const retried = call(delete_request()).error();
    BOOST_TEST(retried == condition::not_found);
    BOOST_TEST(retried.attempts() == 2);
    BOOST_TEST(retried.may_have_taken_effect());
    BOOST_TEST(to_string(retried).find("it may have taken effect") != std::string::npos);
    script->exchanges = {answer(404)};
    BOOST_TEST(!call(delete_request()).error().may_have_taken_effect());
    // The silent replay on a connection that had been kept alive counts too.
    BOOST_TEST_REQUIRE(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed), answer(404)};
    Error const replayed = call(delete_request()).error();
    BOOST_TEST(replayed.attempts() == 1);
    BOOST_TEST(replayed.may_have_taken_effect());
    // An attempt that never reached the service changes nothing.
    script->alive = false;
    script->connects = {errc::connect_failed};
    script->exchanges = {answer(404)};
    BOOST_TEST(!call(delete_request()).error().may_have_taken_effect());
}

BOOST_FIXTURE_TEST_CASE(a_create_with_an_unknown_outcome_is_flagged, Fixture) {
    options.retry.max_attempts = 1;
    for (auto const& [end, doubtful] :
         {std::pair{failure(errc::connection_closed), true}, std::pair{failure(errc::connection_closed, false), false},
          std::pair{answer(500), true}, std::pair{answer(504), true}, std::pair{answer(422), false},
          std::pair{answer(429), false}}) {
        script->exchanges = {end};
        script->alive = false;
        BOOST_TEST(call(create_request()).error().may_have_taken_effect() == doubtful);
    }
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(!call(get_request()).error().may_have_taken_effect());
}

struct Recorder final : Observer {
    void on_call(CallRecord const& call) noexcept override {
        lines.push_back(to_string(call));
        attempts.assign(call.attempts.begin(), call.attempts.end());
        last = call;
        last.attempts = attempts;
    }
    std::vector<std::string> lines{};
    std::vector<AttemptRecord> attempts{};
    CallRecord last{};
};

BOOST_FIXTURE_TEST_CASE(an_observer_gets_every_call, Fixture) {
    auto const recorder = std::make_shared<Recorder>();
    options.observer = recorder;
    script->connect_takes = 3ms;
    ScriptedExchange slow = answer(503);
    slow.takes = 4ms;
    script->exchanges = {failure(errc::connection_closed), slow};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_REQUIRE_EQUAL(recorder->lines.size(), 1U);
    BOOST_TEST(recorder->last.operation == "get_organization");
    BOOST_TEST(!recorder->last.code);
    BOOST_TEST(recorder->last.status == 200);
    BOOST_TEST(recorder->last.elapsed >= 7ms);
    BOOST_REQUIRE_EQUAL(recorder->attempts.size(), 3U);
    BOOST_TEST(recorder->attempts[0].code == errc::connection_closed);
    BOOST_TEST(recorder->attempts[0].status == 0);
    BOOST_TEST(!recorder->attempts[0].reused);
    BOOST_TEST(recorder->attempts[1].status == 503);
    BOOST_TEST(!recorder->attempts[1].code);
    BOOST_TEST(recorder->attempts[2].status == 200);
    BOOST_TEST(recorder->attempts[2].reused);
    BOOST_TEST((recorder->attempts[2].decode.count() >= 0));

    options.retry.max_attempts = 1;
    make();
    script->exchanges = {answer(404)};
    BOOST_TEST(!call(get_request()).has_value());
    BOOST_TEST((recorder->last.code == boost::system::error_code{404, http_status_category()}));
    BOOST_TEST(recorder->last.stop_reason == StopReason::not_retryable);
    for (std::string const& line : recorder->lines) BOOST_TEST(line.find("secret") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_call_that_never_left_the_queue_made_no_attempt, Fixture) {
    ScriptedExchange hanging{};
    hanging.never = 150ms;
    script->exchanges = {hanging, hanging};
    make();
    auto const occupy = [&]() -> asio::awaitable<void> {
        http::Request wanted = get_request();
        http::CappedText text{100};
        static_cast<void>(co_await core->perform(wanted, text, nullptr, {}));
    };
    for (int i = 0; i < 2; ++i) asio::co_spawn(io, occupy(), [](std::exception_ptr) {});
    Error const error = call(get_request(), {.timeout = 30ms}).error();
    BOOST_TEST(error == errc::deadline_exceeded);
    BOOST_TEST(error.attempts() == 0);
    BOOST_TEST(took == 30ms);
    BOOST_TEST(sent() == 2U);
}

BOOST_FIXTURE_TEST_CASE(unexpected_answers_are_errors, Fixture) {
    for (int const status : {204, 205, 301, 304, 101, 600, 999}) {
        script->exchanges = {answer(status, "")};
        Error const error = call(get_request()).error();
        BOOST_TEST(error == errc::unexpected_status);
        BOOST_TEST(error == condition::decode);
        BOOST_TEST(error.status() == status);
    }
}

BOOST_FIXTURE_TEST_CASE(no_content_is_a_success_where_the_request_says_so, Fixture) {
    for (int const status : {204, 205}) {
        http::Request request = get_request();
        request.accepts_no_content = true;
        script->exchanges = {answer(status, "")};
        BOOST_TEST(call(std::move(request)).has_value() == (status == 204));
    }
}

BOOST_FIXTURE_TEST_CASE(the_key_is_in_no_message, Fixture) {
    script->exchanges = {answer(401, "sk_test_very_secret_key is wrong")};
    Error const error = call(get_request()).error();
    BOOST_TEST(to_string(error).find("very_secret") == std::string::npos);
    BOOST_TEST(script->requests.at(0).find("Authorization: Bearer sk_test_very_secret_key\r\n") != std::string::npos);
}

// A failing first attempt and a slow second one, cancelled after every number of handlers.
BOOST_FIXTURE_TEST_CASE(cancelling_at_any_step_ends_the_call, Fixture) {
    int finished = 0;
    for (int step = test::first_step(1); step < 30; ++step) {
        BOOST_TEST_CONTEXT("cancelled after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 1ms;
            ScriptedExchange slow = answer(200, "{}");
            slow.takes = 2ms;
            f.script->exchanges = {answer(503), slow};
            asio::cancellation_signal signal;
            f.start(get_request(), {}, signal.slot());
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            signal.emit(asio::cancellation_type::terminal);
            f.time.run(f.io);
            BOOST_REQUIRE(f.exception || f.result);
            if (!f.exception && *f.result)
                ++finished;
            else if (!f.exception)
                BOOST_TEST(f.result->error() == errc::cancelled);
            PoolGauges const gauges = f.core->pool().gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
            BOOST_TEST(static_cast<std::size_t>(f.script->open.load()) == gauges.idle);
        }
    }
    BOOST_TEST(finished > 0);  // after late cancellations the call has already ended
    BOOST_TEST(finished < 30);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
