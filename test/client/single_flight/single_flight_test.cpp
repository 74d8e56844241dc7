// Calls that share a request: cancelled, too late, closed, and with their io_context destroyed, at every step.
#include "client/single_flight/single_flight.hpp"
#include "client/single_flight/shared_call.hpp"
#include "support/manual_time.hpp"

#include "support/first_step.hpp"
#include "support/printing.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(single_flight)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;
using Outcome = SingleFlight::Outcome;

asio::awaitable<Outcome> read_body(std::shared_ptr<ClientCore> core, http::Request request) {
    http::CappedText body{1000};
    CallOptions const defaults{};
    Result<void> const done = co_await core->perform(request, body, nullptr, defaults);
    if (!done) co_return done.error();
    co_return std::make_shared<std::string const>(body.text());
}

http::Request request_for(std::string id) {
    http::Request request = get_request();
    request.target = "/organizations/" + std::move(id);
    return request;
}

ScriptedExchange slow(std::chrono::milliseconds takes) {
    ScriptedExchange result = answer(200);
    result.takes = takes;
    return result;
}
ScriptedExchange hanging() {
    ScriptedExchange result{};
    result.never = 1h;
    return result;
}

struct Call {
    asio::cancellation_signal signal{};
    std::optional<Outcome> outcome{};
    std::exception_ptr thrown{};

    [[nodiscard]] bool ended_with(errc code) const { return outcome && !*outcome && outcome->error() == code; }
    [[nodiscard]] bool succeeded() const { return outcome && outcome->has_value(); }
    void cancel() { signal.emit(asio::cancellation_type::terminal); }
};

ScriptedOptions sharing() {
    ScriptedOptions options{};
    options.core.single_flight = true;
    options.pool.max_connections = 4;
    return options;
}

struct Fixture {
    Call& start(std::string id = "org_1", CallOptions limits = {}, MakeRequest shared = read_body) {
        if (!core) core = make_core(io.get_executor(), script, options);
        Call& call = calls.emplace_back();
        asio::co_spawn(io, share(core, request_for(std::move(id)), limits, shared),
                       asio::bind_cancellation_slot(call.signal.slot(), [&call](std::exception_ptr e, Outcome outcome) {
                           call.thrown = e;
                           call.outcome = std::move(outcome);
                       }));
        return call;
    }
    void run() { BOOST_TEST(time.run(io) < 5s); }  // returns: nothing stays armed
    void run_for(std::chrono::milliseconds duration) { time.pass(io, duration); }
    void check_at_rest() const {
        BOOST_TEST(core->single_flight()->gauges().flights == 0U);
        BOOST_TEST(core->single_flight()->gauges().waiting == 0U);
        BOOST_TEST(in_use(*core) == 0U);
    }
    [[nodiscard]] std::size_t requests() const { return script->requests.size(); }

    ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    ScriptedOptions options{sharing()};
    std::shared_ptr<ClientCore> core{};
    std::deque<Call> calls{};
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(all_get_the_result_of_one_request, Fixture) {
    for (int i = 0; i < 100; ++i) start();
    run_for(0ms);
    run();
    BOOST_TEST(requests() == 1U);
    for (Call const& call : calls) {
        BOOST_REQUIRE(call.succeeded());
        BOOST_TEST(call.outcome->value() == calls.front().outcome->value());
        BOOST_TEST(*static_cast<std::string const*>(call.outcome->value().get()) == R"({"id":"org_1"})");
    }
    BOOST_TEST(core->single_flight()->gauges().joined == 99U);
    check_at_rest();
    start();
    run();
    BOOST_TEST(requests() == 2U);
}

BOOST_FIXTURE_TEST_CASE(other_targets_have_requests_of_their_own, Fixture) {
    for (int i = 0; i < 10; ++i) start("org_1"), start("org_2"), start("org_2?include_members_count=true");
    run();
    BOOST_TEST(requests() == 3U);
    for (Call const& call : calls) BOOST_TEST(call.succeeded());
}

BOOST_FIXTURE_TEST_CASE(errors_are_shared_too, Fixture) {
    options.core.retry.max_attempts = 2;
    script->exchanges = {answer(503), answer(503), answer(404)};
    for (int i = 0; i < 3; ++i) start();
    run();
    BOOST_TEST(requests() == 2U);
    for (Call const& call : calls) {
        BOOST_REQUIRE((call.outcome && !*call.outcome));
        BOOST_TEST(call.outcome->error().status() == 503);
        BOOST_TEST(call.outcome->error().attempts() == 2);
    }
    Call const& later = start();
    run();
    BOOST_TEST(later.outcome->error().status() == 404);
    check_at_rest();
}

BOOST_FIXTURE_TEST_CASE(what_the_request_throws_reaches_all, Fixture) {
    MakeRequest const broken = [](std::shared_ptr<ClientCore>, http::Request) -> asio::awaitable<Outcome> {
        if (true) throw std::bad_alloc{};
        co_return Outcome{};
    };
    for (int i = 0; i < 3; ++i) start("org_1", {}, broken);
    run();
    for (Call const& call : calls) {
        BOOST_REQUIRE(call.thrown);
        BOOST_CHECK_THROW(std::rethrow_exception(call.thrown), std::bad_alloc);
    }
    check_at_rest();
}

BOOST_FIXTURE_TEST_CASE(cancelling_one_leaves_the_others, Fixture) {
    for (std::size_t which = 0; which < 3; ++which) {
        BOOST_TEST_CONTEXT("call " << which) {
            Fixture f;
            f.script->exchanges = {slow(400ms)};
            for (int i = 0; i < 3; ++i) f.start();
            f.run_for(10ms);
            f.calls[which].cancel();
            f.run_for(5ms);
            BOOST_TEST(f.calls[which].ended_with(errc::cancelled));
            BOOST_TEST(f.calls[which].outcome->error().stop_reason() == StopReason::cancelled);
            BOOST_TEST(f.calls[which].outcome->error().operation() == "get_organization");
            BOOST_TEST(f.core->single_flight()->gauges().waiting == 2U);
            f.run();
            BOOST_TEST(f.requests() == 1U);
            for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(f.calls[i].succeeded() == (i != which));
            f.check_at_rest();
        }
    }
}

BOOST_FIXTURE_TEST_CASE(the_request_ends_when_no_call_waits, Fixture) {
    script->exchanges = {hanging()};
    for (int i = 0; i < 3; ++i) start();
    run_for(10ms);
    BOOST_TEST(in_use(*core) == 1U);
    for (Call& call : calls) call.cancel();
    while (core->single_flight()->gauges().waiting != 0) BOOST_REQUIRE(time.run_one(io, 1s));
    BOOST_TEST(in_use(*core) == 1U);
    // A call that comes while the request is being cancelled does not get its result.
    Call const& next = start();
    run();
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(calls[i].ended_with(errc::cancelled));
    BOOST_TEST(next.succeeded());
    BOOST_TEST(requests() == 2U);
    check_at_rest();
}

BOOST_FIXTURE_TEST_CASE(each_keeps_its_own_deadline, Fixture) {
    script->exchanges = {slow(400ms)};
    Call const& hasty = start("org_1", {.timeout = 10ms});
    Call const& patient = start();
    Call const& in_between = start("org_1", {.timeout = 30ms});
    run();
    BOOST_TEST(hasty.ended_with(errc::deadline_exceeded));
    BOOST_TEST(in_between.ended_with(errc::deadline_exceeded));
    BOOST_TEST(hasty.outcome->error() == condition::timeout);
    BOOST_TEST(hasty.outcome->error().stop_reason() == StopReason::deadline);
    BOOST_TEST(patient.succeeded());
    BOOST_TEST(requests() == 1U);
    check_at_rest();
}

BOOST_FIXTURE_TEST_CASE(the_requests_deadline_does_not_apply_to_a_call_that_joined_late, Fixture) {
    options.core.timeout.total = 400ms;
    script->exchanges = {hanging()};
    Call const& first = start();
    run_for(200ms);
    Call const& second = start();
    Call const& third = start();
    run();
    BOOST_TEST(first.ended_with(errc::deadline_exceeded));
    BOOST_TEST(second.succeeded());
    BOOST_TEST(third.succeeded());
    BOOST_TEST(requests() == 2U);
    check_at_rest();
}

BOOST_FIXTURE_TEST_CASE(a_call_with_a_longer_timeout_makes_its_own_request, Fixture) {
    struct Row {
        std::chrono::milliseconds total;
        CallOptions limits;
        bool shares;
    };
    for (Row const& row : std::initializer_list<Row>{
             {60s, {}, true},
             {60s, {.timeout = 1s}, true},
             {60s, {.timeout = 60s}, true},
             {60s, {.timeout = 61s}, false},
             {60s, {.timeout = std::chrono::milliseconds::max()}, false},
             {60s, {.timeout = 0s}, false},  // nothing is sent
             {0s, {}, true},
             {0s, {.timeout = 61s}, true},
             {0s, {.timeout = std::chrono::milliseconds::max()}, true},
             {60s, {.attempt_timeout = 1s}, false},
             {60s, {.attempt_timeout = std::chrono::milliseconds::max()}, false},
         }) {
        BOOST_TEST_CONTEXT(row.total.count() << ", " << row.limits.timeout.value_or(-1ms).count() << ", "
                                             << row.limits.attempt_timeout.value_or(-1ms).count()) {
            ScriptedOptions with{};
            with.core.timeout.total = row.total;
            BOOST_TEST(!may_share(*make_core(io.get_executor(), script, with), get_request(), row.limits));
            with.core.single_flight = true;
            BOOST_TEST(may_share(*make_core(io.get_executor(), script, with), get_request(), row.limits) == row.shares);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_read_after_a_write_is_not_older_than_it, Fixture) {
    for (int const status : {200, 503}) {
        BOOST_TEST_CONTEXT("the write is answered " << status) {
            Fixture f;
            f.script->exchanges = {slow(40ms), answer(status)};
            f.options.core.retry.max_attempts = 1;
            f.start();
            f.run_for(5ms);
            f.start();
            asio::co_spawn(f.io, perform(f.core, delete_request()), asio::detached);
            f.run_for(10ms);
            BOOST_TEST(f.requests() == 2U);
            f.start();
            f.start();
            f.run();
            BOOST_TEST(f.requests() == 3U);
            BOOST_TEST(f.calls[0].outcome->value() == f.calls[1].outcome->value());
            BOOST_TEST(f.calls[2].outcome->value() == f.calls[3].outcome->value());
            BOOST_TEST(f.calls[0].outcome->value() != f.calls[2].outcome->value());
            f.check_at_rest();
        }
    }
}

BOOST_FIXTURE_TEST_CASE(cancelling_any_call_at_any_step_leaves_the_others, Fixture) {
    int cancelled = 0;
    int succeeded = 0;
    for (int step = test::first_step(3); step < 80; ++step) {
        BOOST_TEST_CONTEXT("cancelled after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 1ms;
            f.script->exchanges = {answer(503), slow(2ms)};
            for (int i = 0; i < 3; ++i) f.start();
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            f.calls[static_cast<std::size_t>(step % 3)].cancel();
            f.run();
            for (std::size_t i = 0; i < 3; ++i) {
                BOOST_TEST(!f.calls[i].thrown);
                if (f.calls[i].succeeded()) {
                    ++succeeded;
                } else {
                    BOOST_TEST(i == static_cast<std::size_t>(step % 3));
                    BOOST_TEST(f.calls[i].ended_with(errc::cancelled));
                    ++cancelled;
                }
            }
            f.check_at_rest();
        }
    }
    BOOST_TEST(cancelled > 5);
    BOOST_TEST(succeeded > 160);
}

BOOST_FIXTURE_TEST_CASE(closing_at_any_step_ends_all, Fixture) {
    int closed = 0;
    int succeeded = 0;
    for (int step = 0; step < 100; step += 2) {
        BOOST_TEST_CONTEXT("closed after " << step << " handlers") {
            Fixture f;
            f.script->connect_takes = 1ms;
            f.script->exchanges = {answer(503), slow(2ms)};
            for (int i = 0; i < 3; ++i) f.start();
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
            std::optional<std::size_t> left;
            asio::co_spawn(f.io, ClientCore::close(f.core, 0ms), [&](std::exception_ptr) {
                left = in_use(*f.core) + f.core->single_flight()->gauges().waiting +
                       f.core->single_flight()->gauges().flights;
                for (Call const& call : f.calls) *left += call.thrown || call.outcome ? 0U : 1U;
            });
            f.run();
            BOOST_REQUIRE(left.has_value());
            BOOST_TEST(*left == 0U);
            BOOST_TEST(!may_share(*f.core, get_request(), {}));
            for (Call const& call : f.calls) {
                BOOST_TEST(!call.thrown);
                BOOST_TEST((call.succeeded() || call.ended_with(errc::client_closed)));
                ++(call.succeeded() ? succeeded : closed);
            }
            f.check_at_rest();
        }
    }
    BOOST_TEST(closed > 0);
    BOOST_TEST(succeeded > 0);
}

BOOST_FIXTURE_TEST_CASE(the_context_may_be_destroyed_at_any_step, Fixture) {
    for (bool const cancels : {false, true}) {
        for (int step = cancels ? first_step(3) : 0; step < 40; ++step) {
            BOOST_TEST_CONTEXT("gone after " << step << " handlers") {
                auto const last = std::make_shared<Script>();
                std::weak_ptr<ClientCore> weak;
                std::weak_ptr<SingleFlight> flights;
                {
                    Fixture f;
                    f.script = last;
                    last->connect_takes = 1ms;
                    last->exchanges = {answer(503), slow(2ms)};
                    for (int i = 0; i < 3; ++i) f.start();
                    weak = f.core;
                    flights = f.core->single_flight();
                    for (int i = 0; i < step; ++i) f.time.run_one(f.io, 20ms);
                    // The cancellation may still be pending when the context is destroyed.
                    for (Call& call : f.calls) {
                        if (cancels) call.cancel();
                    }
                    if (cancels) f.io.poll_one();
                    f.core.reset();
                }
                BOOST_TEST(weak.expired());
                BOOST_TEST(flights.expired());
                BOOST_TEST(last->open == 0);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(calls_cancellations_writes_and_close_on_several_threads) {
    ScriptedOptions options = sharing();
    unsigned const seed = std::random_device{}();
    std::mt19937 random{seed};
    BOOST_TEST_CONTEXT("seed " << seed) {
        for (int round = 0; round < 10; ++round) {
            asio::thread_pool threads{3};
            auto const busy = std::make_shared<Script>();
            for (int i = 0; i < 300; ++i) {
                busy->exchanges.push_back(random() % 8 == 0 ? hanging()
                                                            : slow(std::chrono::milliseconds{random() % 3}));
            }
            options.core.timeout.attempt = 5ms;
            options.core.retry.max_attempts = 2;
            auto const shared_core = make_core(threads.get_executor(), busy, options);
            std::deque<asio::cancellation_signal> signals;
            std::vector<std::future<Outcome>> ends;
            std::vector<std::future<Result<void>>> writes;
            for (int i = 0; i < 200; ++i) {
                auto const strand = asio::make_strand(threads);
                auto& signal = signals.emplace_back();
                CallOptions const limits{.timeout = std::chrono::milliseconds{random() % 4 == 0 ? 3 : 2000}};
                // Its own coroutine, since share() may not begin in one that has been cancelled.
                auto const call = [](auto core_, std::string id, CallOptions with) -> asio::awaitable<Outcome> {
                    co_await asio::this_coro::throw_if_cancelled(false);
                    co_return co_await share(core_, request_for(std::move(id)), with, read_body);
                };
                ends.push_back(asio::co_spawn(strand, call(shared_core, "org_" + std::to_string(random() % 3), limits),
                                              asio::bind_cancellation_slot(signal.slot(), asio::use_future)));
                if (random() % 3 == 0) {
                    auto const timer =
                        std::make_shared<asio::steady_timer>(strand, std::chrono::microseconds{random() % 4000});
                    asio::dispatch(strand, [timer, &signal] {
                        timer->async_wait([timer, &signal](boost::system::error_code) {
                            signal.emit(asio::cancellation_type::terminal);
                        });
                    });
                }
                if (random() % 20 == 0) {
                    writes.push_back(asio::co_spawn(strand, perform(shared_core, delete_request()), asio::use_future));
                }
                if (random() % 10 == 0) std::this_thread::sleep_for(1ms);
            }
            if (round % 2 == 0) {
                asio::co_spawn(threads, ClientCore::close(shared_core, 2ms), asio::use_future).get();
                BOOST_TEST(in_use(*shared_core) == 0U);
            }
            for (auto& end : ends) {
                BOOST_REQUIRE((end.wait_for(10s) == std::future_status::ready));
                Outcome const outcome = end.get();
                if (outcome) continue;
                Error const error = outcome.error();
                BOOST_TEST_CONTEXT(to_string(error))
                BOOST_TEST((error == errc::cancelled || error == errc::client_closed || error == condition::timeout));
            }
            for (auto& write : writes) BOOST_REQUIRE((write.wait_for(10s) == std::future_status::ready));
            threads.join();
            BOOST_TEST(shared_core->single_flight()->gauges().flights == 0U);
            BOOST_TEST(shared_core->single_flight()->gauges().waiting == 0U);
            BOOST_TEST(in_use(*shared_core) == 0U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
