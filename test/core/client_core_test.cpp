#include "core/client_core.hpp"

#include "http/capped_text.hpp"
#include "support/scripted_connector.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>

namespace clerk::core {
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::ScriptedExchange;

http::Request get_request() {
    http::Request request{};
    request.operation = "get_organization";
    request.target = "/organizations/org_1";
    return request;
}
http::Request create_request() {
    http::Request request{};
    request.method = http::Method::post;
    request.idempotency = http::Idempotency::not_idempotent;
    request.operation = "create_organization";
    request.target = "/organizations";
    request.content_type = "application/json";
    request.body = R"({"name":"Acme"})";
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
    result.request_touched = touched;
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
        auto const pool =
            std::make_shared<net::Pool>(io.get_executor(), limits, std::make_unique<test::ScriptedConnector>(script));
        auto const origin = http::parse_base_url("https://clerk.test/v1").value();
        http::RequestHead head{origin, "", "", Secret{"sk_test_very_secret_key"}};
        core = std::make_shared<ClientCore>(io.get_executor(), options, std::move(head), pool);
    }
    void start(http::Request wanted, CallOptions call = {}, asio::cancellation_slot slot = {}) {
        if (!core) make();
        request = std::move(wanted);
        result.reset();
        auto const run = [](Fixture& f, CallOptions o) -> asio::awaitable<Result<void>> {
            // The caller's own settings must come back as they were.
            Result<void> const performed = co_await f.core->perform(f.request, f.body, f.head, o);
            f.throws_again = co_await asio::this_coro::throw_if_cancelled();
            co_return performed;
        };
        asio::co_spawn(io, run(*this, call),
                       asio::bind_cancellation_slot(slot, [this](std::exception_ptr thrown, Result<void> r) {
                           exception = thrown;
                           result = std::move(r);
                       }));
    }
    Result<void> call(http::Request wanted, CallOptions options_of_call = {}) {
        start(std::move(wanted), options_of_call);
        io.restart();
        io.run();
        BOOST_REQUIRE(result.has_value());
        return *result;
    }
    [[nodiscard]] std::size_t sent() const { return script->requests.size(); }

    asio::io_context io{};
    std::shared_ptr<test::Script> script{std::make_shared<test::Script>()};
    CoreOptions options{};
    std::shared_ptr<ClientCore> core{};
    http::Request request{};
    http::CappedText body{1000};
    http::ResponseHead head{};
    std::optional<Result<void>> result{};
    std::exception_ptr exception{};
    bool throws_again{};
};

BOOST_FIXTURE_TEST_SUITE(client_core, Fixture)

BOOST_AUTO_TEST_CASE(a_success_arrives) {
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(head.status == 200);
    BOOST_TEST(body.text() == R"({"id":"org_1"})");
    BOOST_TEST(throws_again);
    BOOST_TEST(script->requests.at(0).starts_with("GET /v1/organizations/org_1 HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(an_error_status_carries_what_the_service_said) {
    script->exchanges = {answer(
        404,
        R"({"errors":[{"code":"resource_not_found","message":"not found","long_message":"Given organization not found."}],"clerk_trace_id":"trace"})")};
    auto const performed = call(get_request());
    BOOST_REQUIRE(!performed);
    Error const error = performed.error();
    BOOST_TEST((error == condition::not_found));
    BOOST_TEST(error.status() == 404);
    BOOST_TEST(error.trace_id() == "trace");
    BOOST_TEST(error.attempts() == 1);
    BOOST_TEST((error.stop_reason() == StopReason::not_retryable));
    BOOST_REQUIRE_EQUAL(error.errors().size(), 1U);
    BOOST_TEST(error.errors()[0].code == "resource_not_found");
    BOOST_TEST(
        to_string(error) ==
        "get_organization: HTTP 404 resource_not_found: Given organization not found. (trace id trace, 1 attempt)");
}

BOOST_DATA_TEST_CASE(an_idempotent_call_is_repeated, data::make({408, 429, 500, 502, 503, 504, 520, 527}), status) {
    script->exchanges = {answer(status), answer(status)};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(sent() == 3U);
}

BOOST_DATA_TEST_CASE(a_final_status_is_not_repeated, data::make({400, 401, 403, 404, 413, 422, 501}), status) {
    script->exchanges = {answer(status)};
    BOOST_TEST(call(get_request()).error().status() == status);
    BOOST_TEST(sent() == 1U);
}

BOOST_AUTO_TEST_CASE(attempts_run_out) {
    script->exchanges = {answer(503), answer(503), answer(503)};
    Error const error = call(get_request()).error();
    BOOST_TEST((error == condition::server_error));
    BOOST_TEST(error.attempts() == 3);
    BOOST_TEST((error.stop_reason() == StopReason::attempts_exhausted));
}

BOOST_DATA_TEST_CASE(a_create_in_doubt_is_never_repeated, data::make({500, 502, 503, 504, 408, 520}), status) {
    script->exchanges = {answer(status)};
    Error const error = call(create_request()).error();
    BOOST_TEST(error.status() == status);
    BOOST_TEST(sent() == 1U);
    BOOST_TEST((error.stop_reason() == StopReason::not_idempotent));
}

BOOST_AUTO_TEST_CASE(a_create_whose_connection_broke_is_never_repeated) {
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST((call(create_request()).error() == errc::connection_closed));
    BOOST_TEST(sent() == 1U);
    // The same on a connection that was kept alive.
    call(get_request());
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST((call(create_request()).error() == errc::connection_closed));
    BOOST_TEST(sent() == 3U);
}

BOOST_AUTO_TEST_CASE(a_create_that_had_no_effect_is_repeated) {
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
    BOOST_TEST((call(create_request()).error() == condition::conflict));
    BOOST_TEST(sent() == 6U);
}

BOOST_AUTO_TEST_CASE(a_reused_connection_that_died_is_replaced_silently_once) {
    options.retry.max_attempts = 1;
    BOOST_TEST(call(get_request()).has_value());
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST(call(get_request()).has_value());
    BOOST_TEST(sent() == 3U);
    BOOST_TEST(script->opened == 2);
    // The second death in a row is an error, and so is the death of a new connection.
    script->exchanges = {failure(errc::connection_closed), failure(errc::connection_closed)};
    BOOST_TEST((call(get_request()).error() == errc::connection_closed));
    BOOST_TEST(sent() == 5U);
    script->exchanges = {failure(errc::connection_closed)};
    BOOST_TEST((call(get_request()).error() == errc::connection_closed));
    BOOST_TEST(sent() == 6U);
}

BOOST_AUTO_TEST_CASE(retry_after_beyond_the_deadline_ends_the_call_at_once) {
    ScriptedExchange limited = answer(429);
    limited.retry_after = "30";
    script->exchanges = {limited};
    auto const begin = std::chrono::steady_clock::now();
    Error const error = call(get_request(), {.timeout = 2s}).error();
    BOOST_TEST((error == condition::rate_limited));
    BOOST_TEST((error.stop_reason() == StopReason::deadline));
    BOOST_TEST((std::chrono::steady_clock::now() - begin < 1s));
    limited.retry_after = "3600";
    script->exchanges = {limited};
    BOOST_TEST((call(get_request(), {.timeout = 0ms}).error().stop_reason() == StopReason::retry_after_too_long));
}

BOOST_AUTO_TEST_CASE(one_deadline_covers_everything) {
    ScriptedExchange hanging{};
    hanging.never = 1h;
    for (auto const& prepare : {std::function<void()>{[&] { script->connect_takes = 1h; }}, std::function<void()>{[&] {
                                    script->connect_takes = 0ms;
                                    script->exchanges = {hanging};
                                }},
                                std::function<void()>{[&] {
                                    script->exchanges = {failure(errc::connection_closed), hanging};
                                }}}) {
        prepare();
        auto const begin = std::chrono::steady_clock::now();
        Error const error = call(get_request(), {.timeout = 60ms}).error();
        BOOST_TEST((error == errc::deadline_exceeded));
        BOOST_TEST((error == condition::timeout));
        BOOST_TEST((std::chrono::steady_clock::now() - begin >= 60ms));
        BOOST_TEST((std::chrono::steady_clock::now() - begin < 1s));
        PoolGauges const gauges = core->pool().gauges();
        BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_never_left_the_queue_made_no_attempt) {
    ScriptedExchange hanging{};
    hanging.never = 150ms;
    script->exchanges = {hanging, hanging};
    make();
    auto const occupy = [&]() -> asio::awaitable<void> {
        http::Request wanted = get_request();
        http::CappedText text{100};
        http::ResponseHead ignored{};
        co_await core->perform(wanted, text, ignored, {});
    };
    for (int i = 0; i < 2; ++i) asio::co_spawn(io, occupy(), [](std::exception_ptr) {});
    Error const error = call(get_request(), {.timeout = 30ms}).error();
    BOOST_TEST((error == errc::deadline_exceeded));
    BOOST_TEST(error.attempts() == 0);
    BOOST_TEST(sent() == 2U);
}

BOOST_AUTO_TEST_CASE(unexpected_answers_are_errors) {
    for (int const status : {204, 205, 301, 304, 101}) {
        script->exchanges = {answer(status, "")};
        Error const error = call(get_request()).error();
        BOOST_TEST((error == errc::unexpected_status));
        BOOST_TEST((error == condition::decode));
        BOOST_TEST(error.status() == status);
    }
}

BOOST_AUTO_TEST_CASE(the_key_is_in_no_message) {
    script->exchanges = {answer(401, "sk_test_very_secret_key is wrong")};
    Error const error = call(get_request()).error();
    BOOST_TEST(to_string(error).find("very_secret") == std::string::npos);
    BOOST_TEST(script->requests.at(0).find("Authorization: Bearer sk_test_very_secret_key\r\n") != std::string::npos);
}

// A failing first attempt and a slow second one, cancelled after every number of handlers.
BOOST_AUTO_TEST_CASE(cancelling_at_any_step_ends_the_call) {
    int finished = 0;
    for (int step = 0; step < 30; ++step) {
        BOOST_TEST_CONTEXT("cancelled after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 1ms;
            ScriptedExchange slow = answer(200, "{}");
            slow.takes = 2ms;
            f.script->exchanges = {answer(503), slow};
            asio::cancellation_signal signal;
            f.start(get_request(), {}, signal.slot());
            for (int i = 0; i < step; ++i) f.io.run_one_for(20ms);
            signal.emit(asio::cancellation_type::terminal);
            f.io.restart();
            f.io.run_for(2s);
            BOOST_REQUIRE(f.exception || f.result);
            if (!f.exception && *f.result)
                ++finished;
            else if (!f.exception)
                BOOST_TEST((f.result->error() == errc::cancelled));
            PoolGauges const gauges = f.core->pool().gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
            BOOST_TEST(static_cast<std::size_t>(f.script->open.load()) == gauges.idle);
        }
    }
    BOOST_TEST(finished > 0);  // late cancellations find the call over
    BOOST_TEST(finished < 30);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk::core
