#include "client/rate_limit/async_rate_limiter.hpp"
#include "support/first_step.hpp"

#include "base/clock.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(async_rate_limiter)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Clock;
using base::TimePoint;
using boost::system::error_code;

client::RateLimits limits(std::size_t requests, std::size_t writes, std::chrono::milliseconds window) {
    return {.requests = requests, .writes_per_organization = writes, .window = window, .park = true};
}

struct Fixture {
    explicit Fixture(client::RateLimits const& with)
        : gate{std::make_shared<AsyncRateLimiter>(io.get_executor(), with)} {}

    // The result of one admission; `code` is empty while it waits.
    struct Call {
        std::optional<error_code> code{};
        Permit permit{};
        Clock::time_point at{};
    };
    using CallPtr = std::shared_ptr<Call>;

    static asio::awaitable<void> admit(std::shared_ptr<AsyncRateLimiter> from, Admission admission, CallPtr call) {
        co_await asio::this_coro::throw_if_cancelled(false);
        Permit permit;
        error_code code{};
        if (!from->try_admit(admission, Clock::now(), permit)) code = co_await from->admit(admission, permit);
        call->permit = std::move(permit);
        call->at = Clock::now();
        call->code = code;
    }
    CallPtr start(Admission admission, asio::cancellation_slot slot = {}) {
        auto call = std::make_shared<Call>();
        asio::co_spawn(io, admit(gate, admission, call), asio::bind_cancellation_slot(slot, asio::detached));
        return call;
    }
    bool at_once(Admission const& admission) {
        Permit permit;
        return gate->try_admit(admission, Clock::now(), permit);
    }
    // Runs everything that is ready without time passing.
    void poll() {
        io.restart();
        io.poll();
    }
    void run(std::chrono::milliseconds duration) { time.pass(io, duration); }
    base::Clock::duration run_to_the_end() { return time.run(io); }

    test::ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<AsyncRateLimiter> gate;
};

Admission reading(TimePoint deadline = TimePoint::max()) { return {{"list_organizations"}, {deadline}}; }
Admission getting(TimePoint deadline = TimePoint::max()) { return {{"get_organization"}, {deadline}}; }
Admission updating(std::string_view organization, client::RateLimits const& with) {
    return {{"update_organization", organization, with.writes_per_organization, with.window}};
}

BOOST_AUTO_TEST_CASE(without_limits_everything_passes) {
    Fixture f{limits(0, 0, 10s)};
    for (int i = 0; i < 1000; ++i) BOOST_TEST(f.at_once(reading()));
    RateLimiterGauges const gauges = f.gate->gauges();
    BOOST_TEST(gauges.admitted == 1000U);
    BOOST_TEST(gauges.used == 0U);
    BOOST_TEST(gauges.limit == 0U);
    BOOST_TEST(gauges.waiting == 0U);
}

BOOST_AUTO_TEST_CASE(waits_for_the_window_in_order) {
    Fixture f{limits(2, 0, 50ms)};
    std::vector<Fixture::CallPtr> calls;
    for (int i = 0; i < 6; ++i) calls.push_back(f.start(reading()));
    f.poll();
    BOOST_TEST((calls[0]->code == error_code{} && calls[1]->code == error_code{}));
    BOOST_TEST(!calls[2]->code);
    BOOST_TEST(f.gate->gauges().waiting == 4U);
    BOOST_TEST(f.gate->gauges().used == 2U);
    BOOST_TEST(f.gate->gauges().limit == 2U);
    f.run(100ms);
    BOOST_TEST(!calls[2]->code);  // the first two have not ended yet
    auto const ended = Clock::now();
    calls[0]->permit.end();
    calls[1]->permit.end();
    f.run(100ms);
    BOOST_REQUIRE(calls[2]->code);
    BOOST_TEST((calls[2]->at - ended == 50ms));
    BOOST_TEST((calls[2]->code == error_code{} && calls[3]->code == error_code{}));
    BOOST_TEST(!calls[4]->code);
    calls[2]->permit.withdraw();  // its place is free at once
    f.poll();
    BOOST_TEST((calls[4]->code == error_code{}));
    BOOST_TEST(!calls[5]->code);
    calls[3]->permit.end();
    f.run_to_the_end();
    BOOST_TEST((calls[5]->code == error_code{}));
    BOOST_TEST(f.gate->gauges().admitted == 6U);
    BOOST_TEST(f.gate->gauges().waiting == 0U);
}

BOOST_AUTO_TEST_CASE(a_permit_moves_and_ends_once) {
    Fixture f{limits(1, 0, 20ms)};
    Permit first;
    BOOST_TEST(f.gate->try_admit(reading(), Clock::now(), first));
    Permit second{std::move(first)};
    first.end();
    BOOST_TEST(!f.at_once(reading()));
    second.withdraw();
    second.end();
    BOOST_TEST(f.gate->gauges().used == 0U);
    BOOST_TEST(f.gate->try_admit(reading(), Clock::now(), first));
    second = std::move(first);
    // Reusing a permit ends its earlier admission.
    BOOST_TEST(!f.gate->try_admit(reading(), Clock::now(), second));
    f.run(20ms);
    BOOST_TEST(f.at_once(reading()));
}

BOOST_AUTO_TEST_CASE(the_context_ends_when_no_call_waits) {
    Fixture f{limits(1, 0, 10min)};
    BOOST_TEST(f.at_once(reading()));
    f.gate->park(getting(), 60s);
    auto const waiting = f.start(reading());
    auto const parked = f.start(getting());
    auto const with_deadline = f.start(reading(Clock::now() + 21min));
    f.poll();
    BOOST_TEST(f.gate->gauges().waiting == 3U);
    f.gate->close();
    BOOST_TEST(f.run_to_the_end() == 0ms);
    BOOST_TEST(waiting->code == errc::client_closed);
    BOOST_TEST(parked->code == errc::client_closed);
    BOOST_TEST(with_deadline->code == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(a_hopeless_wait_is_refused_at_once) {
    Fixture f{limits(1, 0, 10s)};
    BOOST_TEST(f.at_once(reading()));
    auto const hopeless = f.start(reading(Clock::now() + 5s));
    auto const late = f.start(reading(Clock::now() - 1s));
    BOOST_TEST(f.run_to_the_end() == 0ms);
    BOOST_TEST(hopeless->code == errc::rate_limited);
    BOOST_TEST(late->code == errc::deadline_exceeded);
}

BOOST_AUTO_TEST_CASE(the_deadline_ends_a_wait) {
    Fixture f{limits(1, 0, 20ms)};
    Permit slow;
    BOOST_TEST(f.gate->try_admit(reading(), Clock::now(), slow));
    auto const deadline = Clock::now() + 200ms;
    auto const call = f.start(reading(deadline));
    f.run_to_the_end();
    BOOST_TEST(call->code == errc::deadline_exceeded);
    BOOST_TEST((call->at == deadline));
    BOOST_TEST(f.gate->gauges().waiting == 0U);
}

BOOST_AUTO_TEST_CASE(parking_refuses_requests_that_cannot_wait) {
    Fixture f{limits(1, 0, 50ms)};
    Permit slow;
    BOOST_TEST(f.gate->try_admit(reading(), Clock::now(), slow));
    auto const call = f.start(reading(Clock::now() + 10s));
    f.poll();
    BOOST_TEST(!call->code);
    f.gate->park(reading(), 30s);
    BOOST_TEST(f.run_to_the_end() == 0ms);
    BOOST_TEST(call->code == errc::rate_limited);
}

BOOST_AUTO_TEST_CASE(a_parked_endpoint_is_probed_before_it_opens) {
    Fixture f{limits(0, 0, 10s)};
    f.gate->park(reading(), 30ms);
    BOOST_TEST(f.gate->gauges().parked == 1U);
    BOOST_TEST(f.at_once(updating("org_a", limits(0, 0, 10s))));
    auto const parked = Clock::now();
    std::vector<Fixture::CallPtr> calls;
    for (int i = 0; i < 4; ++i) calls.push_back(f.start(reading()));
    f.run(200ms);
    BOOST_REQUIRE((calls[0]->code == error_code{}));
    BOOST_TEST((calls[0]->at - parked == 30ms));
    BOOST_TEST(!calls[1]->code);
    calls[0]->permit.end();
    f.poll();
    BOOST_TEST((calls[1]->code == error_code{} && calls[2]->code == error_code{}));
    BOOST_TEST(!calls[3]->code);
    BOOST_TEST(f.gate->gauges().parked == 1U);
    calls[1]->permit.end();
    f.run_to_the_end();
    BOOST_TEST((calls[3]->code == error_code{}));
    calls[2]->permit.end();
    BOOST_TEST(f.gate->gauges().parked == 0U);
    BOOST_TEST(f.gate->gauges().admitted == 5U);
}

BOOST_AUTO_TEST_CASE(closing_refuses_new_requests) {
    for (std::size_t const requests : {0U, 1U}) {
        Fixture f{limits(requests, 0, 10s)};
        f.gate->close();
        f.gate->close();
        BOOST_TEST(!f.at_once(reading()));
        auto const call = f.start(reading());
        f.run_to_the_end();
        BOOST_TEST(call->code == errc::client_closed);
    }
}

// Three calls wait for a place that becomes free later; all are cancelled after n handlers.
BOOST_AUTO_TEST_CASE(cancelling_at_any_step_loses_nothing) {
    for (int step = test::first_step(3); step < 16; ++step) {
        for (bool const park : {false, true}) {
            BOOST_TEST_CONTEXT("cancelled after " << step << " handlers, parked " << park) {
                Fixture f{limits(1, 0, 2ms)};
                BOOST_TEST(f.at_once(reading()));
                if (park) f.gate->park(reading(), 2ms);
                std::deque<asio::cancellation_signal> signals(3);
                std::vector<Fixture::CallPtr> calls;
                for (auto& signal : signals) calls.push_back(f.start(reading(), signal.slot()));
                for (int i = 0; i < step; ++i) f.time.run_one(f.io, 10ms);
                for (auto& signal : signals) signal.emit(asio::cancellation_type::terminal);
                f.run_to_the_end();
                for (auto const& call : calls) {
                    BOOST_REQUIRE(call->code.has_value());
                    BOOST_TEST((call->code == error_code{} || call->code == errc::cancelled));
                    call->permit.end();
                }
                BOOST_TEST(f.gate->gauges().waiting == 0U);
                auto const after = f.start(reading());
                f.run_to_the_end();
                BOOST_TEST((after->code == error_code{}));
                after->permit.withdraw();
                f.run(2ms);
                BOOST_TEST(f.gate->gauges().used == 0U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_place_given_to_a_cancelled_call_goes_to_the_next) {
    Fixture f{limits(1, 0, 10min)};
    Permit first;
    BOOST_TEST(f.gate->try_admit(reading(), Clock::now(), first));
    asio::cancellation_signal signal;
    auto const second = f.start(reading(), signal.slot());
    auto const third = f.start(reading());
    f.poll();
    asio::post(f.io, [&] {
        first.withdraw();  // the second is admitted, but has not resumed yet
        BOOST_TEST(f.gate->gauges().waiting == 1U);
        signal.emit(asio::cancellation_type::terminal);
    });
    f.run_to_the_end();
    BOOST_TEST(second->code == errc::cancelled);
    BOOST_TEST((third->code == error_code{}));
}

BOOST_AUTO_TEST_CASE(destroying_the_context_with_calls_pending_is_safe) {
    std::weak_ptr<AsyncRateLimiter> watched;
    {
        asio::io_context io;
        auto gate = std::make_shared<AsyncRateLimiter>(io.get_executor(), limits(2, 1, 10s));
        watched = gate;
        auto const worker = [](std::shared_ptr<AsyncRateLimiter> from, Admission admission) -> asio::awaitable<void> {
            Permit permit;
            if (!from->try_admit(admission, Clock::now(), permit)) co_await from->admit(admission, permit);
            asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
            co_await timer.async_wait(asio::deferred);
        };
        for (int i = 0; i < 5; ++i) asio::co_spawn(io, worker(gate, reading()), asio::detached);
        for (int i = 0; i < 5; ++i)
            asio::co_spawn(io, worker(gate, updating("org_a", limits(2, 1, 10s))), asio::detached);
        io.poll();
        BOOST_TEST(gate->gauges().waiting == 8U);
        gate.reset();
    }
    BOOST_TEST(watched.expired());
}

// Cancellable calls on two threads, against a service that counts: the limits are kept, every call ends, and in the end
// no state is left.
BOOST_AUTO_TEST_CASE(threads_share_a_gate) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        constexpr std::size_t requests = 20;
        constexpr std::size_t writes = 3;
        constexpr auto window = 20ms;
        asio::io_context io;
        auto const gate = std::make_shared<AsyncRateLimiter>(io.get_executor(), limits(requests, writes, window));
        std::mutex mutex;
        std::vector<TimePoint> counted, written;
        std::atomic<int> admitted{}, failed{}, other{}, ended{};

        auto const worker = [&](unsigned own_seed,
                                std::shared_ptr<asio::cancellation_signal>) -> asio::awaitable<void> {
            co_await asio::this_coro::throw_if_cancelled(false);
            auto const cancellation = co_await asio::this_coro::cancellation_state;
            std::mt19937 random{own_seed};
            for (int i = 0; i < 40 && cancellation.cancelled() == asio::cancellation_type::none; ++i) {
                bool const writes_now = random() % 4 == 0;
                Admission admission = writes_now ? updating("org_a", limits(requests, writes, window)) : reading();
                if (random() % 3 == 0)
                    admission.terms.deadline = Clock::now() + std::chrono::milliseconds{random() % 60};
                Permit permit;
                if (!gate->try_admit(admission, Clock::now(), permit)) {
                    error_code const code = co_await gate->admit(admission, permit);
                    if (code) {
                        bool const known =
                            code == errc::rate_limited || code == errc::deadline_exceeded || code == errc::cancelled;
                        ++(known ? failed : other);
                        continue;
                    }
                }
                ++admitted;
                {
                    std::lock_guard const lock{mutex};
                    counted.push_back(Clock::now());
                    if (writes_now) written.push_back(counted.back());
                }
                co_await asio::post(asio::deferred);
                if (random() % 200 == 0) gate->park(admission, std::chrono::milliseconds{random() % 20});
            }
            ++ended;
        };
        constexpr int workers = 32;
        std::vector<std::shared_ptr<asio::cancellation_signal>> signals;
        std::vector<asio::strand<asio::io_context::executor_type>> strands;
        std::mt19937 random{seed};
        for (int i = 0; i < workers; ++i) {
            signals.push_back(std::make_shared<asio::cancellation_signal>());
            strands.push_back(asio::make_strand(io));
            asio::co_spawn(strands.back(), worker(static_cast<unsigned>(random()), signals.back()),
                           asio::bind_cancellation_slot(signals.back()->slot(), asio::detached));
        }
        // A quarter is cancelled while waiting. A signal is used on its coroutine's strand.
        std::deque<asio::steady_timer> timers;
        for (std::size_t i = 0; i < workers; i += 4) {
            timers.emplace_back(strands[i], std::chrono::milliseconds{random() % 200});
            timers.back().async_wait(
                [signal = signals[i]](error_code) { signal->emit(asio::cancellation_type::terminal); });
        }
        {
            std::jthread const second{[&io] { io.run(); }};
            io.run();
        }
        BOOST_TEST(ended == workers);
        BOOST_TEST(other == 0);
        BOOST_TEST(admitted > 200);
        BOOST_TEST(failed > 0);
        auto const check = [&](std::vector<TimePoint>& times, std::size_t limit) {
            std::sort(times.begin(), times.end());
            for (std::size_t i = limit; i < times.size(); ++i) BOOST_REQUIRE((times[i] - times[i - limit] >= window));
        };
        check(counted, requests);
        check(written, writes);
        std::this_thread::sleep_for(2 * window);
        RateLimiterGauges const gauges = gate->gauges();
        BOOST_TEST(gauges.waiting == 0U);
        BOOST_TEST(gauges.used == 0U);
        BOOST_TEST(gauges.parked == 0U);
    }
}

// The path without the mutex, concurrently with parking and closing, for ThreadSanitizer.
BOOST_AUTO_TEST_CASE(threads_pass_an_open_gate_while_it_is_parked_and_closed) {
    asio::io_context io;
    auto const gate = std::make_shared<AsyncRateLimiter>(io.get_executor(), limits(0, 0, 10s));
    std::atomic<std::size_t> passed{};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                Permit permit;
                while (gate->try_admit(getting(), Clock::now(), permit)) ++passed;
            });
        }
        for (int i = 0; i < 20; ++i) {
            gate->park(reading(), 1ms);
            std::this_thread::sleep_for(500us);
        }
        gate->close();
    }
    BOOST_TEST(passed > 0U);
    BOOST_TEST(gate->gauges().admitted == passed);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
