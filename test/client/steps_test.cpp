// Every step of a call failing, and every step cancelled, including the limiter and the queue.
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(steps)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;

struct Call {
    asio::cancellation_signal signal{};
    std::optional<Result<void>> result{};
    std::exception_ptr thrown{};
};

struct Fixture {
    Call& start(http::Request request) {
        if (!core) core = make_core(io.get_executor(), script, options);
        Call& call = calls.emplace_back();
        asio::co_spawn(io, perform(core, std::move(request), {.timeout = std::chrono::milliseconds::max()}),
                       asio::bind_cancellation_slot(call.signal.slot(), [&call](std::exception_ptr e, Result<void> r) {
                           call.thrown = e;
                           call.result = std::move(r);
                       }));
        return call;
    }
    // Runs to the end: no timer, connection or call may remain.
    void finish() {
        BOOST_TEST(time.run(io) < 5s);
        BOOST_TEST(in_use(*core) == 0U);
        BOOST_TEST(core->limiter().gauges().waiting == 0U);
        BOOST_TEST(static_cast<std::size_t>(script->open.load()) == core->pool().gauges().idle);
        for (Call const& call : calls) BOOST_TEST((call.thrown || call.result));
    }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{};
    std::shared_ptr<ClientCore> core{};
    std::deque<Call> calls{};
};

ScriptedExchange last(ScriptedExchange exchange) {
    exchange.reusable = false;
    return exchange;
}

bool is_final(errc connect_failure) {
    return connect_failure == errc::certificate_rejected || connect_failure == errc::proxy_unauthorized;
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_call_may_be_cancelled_at_any_step) {
    int cancelled = 0;
    // From the first step of the call on, because the effect of an earlier cancellation depends on the version of Asio.
    for (std::size_t step = 1; step < 150; step += 2) {
        std::size_t const which = step / 2 % 3;
        BOOST_TEST_CONTEXT("call " << which << " cancelled after " << step << " handlers") {
            Fixture f;
            f.options.pool.max_connections = 1;
            f.options.rate_limit.mode = RateLimiting::on;
            f.options.rate_limit.requests = 2;
            f.options.rate_limit.window = 1ms;
            f.options.core.retry.max_attempts = 10;
            f.script->connect_takes = 1ms;
            f.script->connects = {errc::connect_failed};
            ScriptedExchange slow = answer(200);
            slow.takes = 2ms;
            f.script->exchanges = {answer(503), slow, failure(errc::connection_closed), answer(429), slow};
            for (int i = 0; i < 3; ++i) f.start(get_request());
            for (std::size_t i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            f.calls[which].signal.emit(asio::cancellation_type::terminal);
            f.finish();
            for (std::size_t i = 0; i < 3; ++i) {
                Call const& call = f.calls[i];
                BOOST_TEST(!call.thrown);
                BOOST_TEST_REQUIRE(call.result.has_value());
                if (call.result->has_value()) continue;
                ++cancelled;
                BOOST_TEST(i == which);
                BOOST_TEST(call.result->error() == errc::cancelled);
                BOOST_TEST(call.result->error().stop_reason() == StopReason::cancelled);
            }
        }
    }
    BOOST_TEST(cancelled > 10);
}

BOOST_AUTO_TEST_CASE(a_posted_cancellation_comes_after_the_first_step) {
    Fixture f;
    f.script->exchanges = {answer(200)};
    Call& call = f.start(get_request());
    asio::post(f.io, [&call] { call.signal.emit(asio::cancellation_type::terminal); });
    f.finish();
    BOOST_TEST(!call.thrown);
    BOOST_TEST_REQUIRE(call.result.has_value());
    BOOST_TEST(call.result->error() == errc::cancelled);
}

BOOST_AUTO_TEST_CASE(any_connect_may_fail_in_any_way) {
    for (errc const code : {errc::resolve_failed, errc::connect_failed, errc::connect_timeout, errc::tls_failed,
                            errc::proxy_failed, errc::certificate_rejected, errc::proxy_unauthorized}) {
        for (std::size_t at = 0; at < 3; ++at) {
            for (bool const creates : {false, true}) {
                BOOST_TEST_CONTEXT(make_error_code(code).message() << " at connect " << at << ", create " << creates) {
                    Fixture f;
                    f.options.core.retry.max_attempts = 4;
                    f.script->connects.assign(at, errc{});
                    f.script->connects.push_back(code);
                    ScriptedExchange const refusal = last(answer(creates ? 429 : 503));
                    f.script->exchanges = {refusal, refusal};
                    Call const& call = f.start(creates ? create_request() : get_request());
                    f.finish();
                    BOOST_REQUIRE(call.result.has_value());
                    if (!is_final(code)) {
                        BOOST_TEST(call.result->has_value());
                        BOOST_TEST(f.script->requests.size() == 3U);
                        BOOST_TEST(f.script->opened == 3);
                        continue;
                    }
                    Error const error = call.result->error();
                    BOOST_TEST((error == code));
                    BOOST_TEST(error.stop_reason() == StopReason::not_retryable);
                    BOOST_TEST(error.attempts() == static_cast<int>(at) + 1);
                    BOOST_TEST(!error.may_have_taken_effect());
                    BOOST_TEST(f.script->requests.size() == at);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(any_exchange_may_fail_in_any_way) {
    for (errc const code : {errc::connection_closed, errc::connection_failed, errc::malformed_response,
                            errc::response_headers_too_large}) {
        for (std::size_t at = 0; at < 3; ++at) {
            for (bool const creates : {false, true}) {
                for (bool const touched : {false, true}) {
                    BOOST_TEST_CONTEXT(make_error_code(code).message()
                                       << " at exchange " << at << ", create " << creates << ", touched " << touched) {
                        Fixture f;
                        f.options.core.retry.max_attempts = 4;
                        ScriptedExchange const refusal = last(answer(creates ? 429 : 503));
                        f.script->exchanges.assign(2, refusal);
                        f.script->exchanges.insert(f.script->exchanges.begin() + static_cast<std::ptrdiff_t>(at),
                                                   failure(code, touched));
                        Call const& call = f.start(creates ? create_request() : get_request());
                        f.finish();
                        BOOST_REQUIRE(call.result.has_value());
                        bool const final = code == errc::response_headers_too_large;
                        if (!final && !(creates && touched)) {
                            BOOST_TEST(call.result->has_value());
                            BOOST_TEST(f.script->requests.size() == 4U);
                            continue;
                        }
                        Error const error = call.result->error();
                        BOOST_TEST((error == code));
                        BOOST_TEST(
                            (error.stop_reason() == (final ? StopReason::not_retryable : StopReason::not_idempotent)));
                        BOOST_TEST(error.attempts() == static_cast<int>(at) + 1);
                        BOOST_TEST(error.may_have_taken_effect() == (creates && touched));
                        BOOST_TEST(f.script->requests.size() == at + 1);
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
