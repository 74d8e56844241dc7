#include "transport/pool.hpp"

#include "base/clock.hpp"
#include "http/capped_text.hpp"
#include "support/first_step.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"
#include "support/scripted_connector.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(pool)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Clock;

PoolOptions options(std::size_t connections, std::size_t waiters = 100) {
    PoolOptions result{};
    result.max_connections = connections;
    result.max_waiters = waiters;
    return result;
}

struct Fixture {
    explicit Fixture(PoolOptions const& limits)
        : pool{std::make_shared<Pool>(io.get_executor(), limits, std::make_unique<test::ScriptedConnector>(script))} {}

    // Starts a lease; the result arrives while the context runs.
    std::shared_ptr<std::optional<LeaseResult>> lease(LeaseRequest request, asio::cancellation_slot slot = {}) {
        auto result = std::make_shared<std::optional<LeaseResult>>();
        auto const run = [](std::shared_ptr<Pool> from, LeaseRequest wanted,
                            std::shared_ptr<std::optional<LeaseResult>> out) -> asio::awaitable<void> {
            co_await asio::this_coro::throw_if_cancelled(false);
            LeaseResult leased = co_await from->lease(wanted);
            out->emplace(std::move(leased));
        };
        asio::co_spawn(io, run(pool, request, result), asio::bind_cancellation_slot(slot, asio::detached));
        return result;
    }
    LeaseRequest request(TimePoint deadline = no_deadline) const { return {.now = Clock::now(), .deadline = deadline}; }
    void run(std::chrono::milliseconds duration = 50ms) { time.pass(io, duration); }

    test::ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<test::Script> script{std::make_shared<test::Script>()};
    std::shared_ptr<Pool> pool;
};

BOOST_AUTO_TEST_CASE(connections_are_kept_and_reused) {
    Fixture f{options(2)};
    BOOST_TEST(!f.pool->try_lease(f.request()));
    auto first = f.lease(f.request());
    f.run();
    BOOST_REQUIRE(first->has_value());
    BOOST_REQUIRE((*first)->lease);
    BOOST_TEST(!(*first)->lease.reused());
    BOOST_TEST(((*first)->lease.give_back(Fate::reusable) == errc{}));
    BOOST_TEST(f.pool->gauges().idle == 1U);
    Lease again = f.pool->try_lease(f.request());
    BOOST_TEST(static_cast<bool>(again));
    BOOST_TEST(again.reused());
    again.give_back(Fate::spent);
    BOOST_TEST(f.script->open == 0);
    BOOST_TEST(f.script->opened == 1);
}

BOOST_AUTO_TEST_CASE(a_dead_idle_connection_is_replaced) {
    Fixture f{options(2)};
    auto first = f.lease(f.request());
    f.run();
    (*first)->lease.give_back(Fate::reusable);
    f.script->alive = false;
    BOOST_TEST(!f.pool->try_lease(f.request()));
    BOOST_TEST(f.script->open == 0);
    auto second = f.lease(f.request());
    f.run();
    BOOST_TEST(!(*second)->lease.reused());
}

// Only a request that may be sent again skips the check.
BOOST_AUTO_TEST_CASE(a_connection_that_was_just_used_is_not_checked) {
    for (auto const& [idle, harmless, looks] :
         {std::tuple{0ms, true, false}, std::tuple{0ms, false, true}, std::tuple{1ms, true, true}}) {
        Fixture f{options(1)};
        auto first = f.lease(f.request());
        f.run();
        auto const before = Clock::now();
        (*first)->lease.give_back(Fate::reusable);
        f.script->alive = false;
        auto const now = idle == 0ms ? before : Clock::now() + idle;
        Lease const second = f.pool->try_lease({.now = now, .harmless = harmless});
        BOOST_TEST(static_cast<bool>(second) == !looks);
    }
}

BOOST_AUTO_TEST_CASE(a_dead_connection_that_was_handed_over_is_replaced_in_its_place) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    f.run();
    auto second = f.lease(f.request());
    auto third = f.lease(f.request());
    f.run(5ms);
    f.script->alive = false;
    (*first)->lease.give_back(Fate::reusable);
    f.run();
    BOOST_REQUIRE(second->has_value());
    BOOST_TEST(static_cast<bool>((*second)->lease));
    BOOST_TEST(!(*second)->lease.reused());
    BOOST_TEST(!third->has_value());
    BOOST_TEST(f.script->open == 1);
    BOOST_TEST(f.script->opened == 2);
}

// A connection that is retired sends a close_notify; a broken one cannot.
BOOST_AUTO_TEST_CASE(a_connection_that_may_not_be_kept_is_closed_properly) {
    PoolOptions limits = options(1);
    limits.max_age = 1ms;
    Fixture f{limits};
    for (bool const reusable : {true, false}) {
        auto lease = f.lease(f.request());
        f.run();
        BOOST_REQUIRE(lease->has_value());
        f.run(2ms);
        (*lease)->lease.give_back(reusable ? Fate::reusable : Fate::spent);
        BOOST_TEST(f.script->open == 0);
        BOOST_TEST(f.script->closed == 1);
    }
    Fixture kept{options(1)};
    auto lease = kept.lease(kept.request());
    kept.run();
    (*lease)->lease.give_back(Fate::reusable);
    BOOST_TEST(kept.script->closed == 0);
    kept.pool.reset();
    BOOST_TEST(kept.script->closed == 1);
}

BOOST_AUTO_TEST_CASE(a_failed_connect_is_reported_and_the_next_waiter_gets_another) {
    Fixture f{options(1)};
    f.script->connects = {errc::connect_failed, errc{}};
    f.script->connect_takes = 10ms;
    auto first = f.lease(f.request());
    f.run(5ms);
    auto second = f.lease(f.request());
    f.run();
    BOOST_TEST((*first)->code == errc::connect_failed);
    BOOST_TEST((*first)->tried);
    BOOST_TEST(static_cast<bool>((*second)->lease));
}

BOOST_AUTO_TEST_CASE(a_connect_outlives_the_call_that_began_it) {
    for (bool const cancelled : {false, true}) {
        Fixture f{options(4)};
        f.script->connect_takes = 500ms;
        asio::cancellation_signal signal;
        auto first = f.lease(f.request(Clock::now() + (cancelled ? 1h : 10ms)), signal.slot());
        f.run(20ms);
        if (cancelled) signal.emit(asio::cancellation_type::terminal);
        f.run(5ms);
        BOOST_REQUIRE(first->has_value());
        BOOST_TEST(((*first)->code == (cancelled ? errc::cancelled : errc::deadline_exceeded)));
        BOOST_TEST((*first)->tried);
        BOOST_TEST(((*first)->waited == (cancelled ? 20ms : 10ms)));
        // One more call joins the connect; the context runs until that has ended.
        auto second = f.lease(f.request());
        f.time.run(f.io);
        BOOST_TEST(static_cast<bool>((*second)->lease));
        BOOST_TEST((*second)->waited == 475ms);
        BOOST_TEST(f.script->opened == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_connection_without_a_waiting_call_is_kept) {
    Fixture f{options(4)};
    f.script->connect_takes = 300ms;
    auto first = f.lease(f.request(Clock::now() + 10ms));
    BOOST_TEST(f.time.run(f.io) == 300ms);
    BOOST_TEST((*first)->code == errc::deadline_exceeded);
    BOOST_TEST(f.pool->gauges().idle == 1U);
    BOOST_TEST(static_cast<bool>(f.pool->try_lease(f.request())));
}

BOOST_AUTO_TEST_CASE(a_stalled_connect_without_a_waiting_call_is_ended) {
    Fixture f{options(4)};
    f.script->connect_takes = 1h;
    auto first = f.lease(f.request(Clock::now() + 10ms));
    auto const took = f.time.run(f.io);
    BOOST_TEST((*first)->code == errc::deadline_exceeded);
    BOOST_TEST((took >= longest_lonely_connect));
    BOOST_TEST((took <= longest_lonely_connect + 2ms));  // when the connector checks next
    BOOST_TEST(f.pool->gauges().connecting == 0U);
}

BOOST_AUTO_TEST_CASE(a_stalled_connect_does_not_keep_a_call_from_what_becomes_free) {
    Fixture f{options(2)};
    auto first = f.lease(f.request());
    f.run();
    f.script->connect_takes = 1h;
    auto second = f.lease(f.request());
    f.run(10ms);
    BOOST_TEST(!second->has_value());
    BOOST_TEST(f.pool->gauges().connecting == 1U);
    (*first)->lease.give_back(Fate::reusable);
    f.run(10ms);
    BOOST_REQUIRE(second->has_value());
    BOOST_TEST(static_cast<bool>((*second)->lease));
    BOOST_TEST((*second)->lease.reused());
}

BOOST_AUTO_TEST_CASE(an_exception_of_a_connect_reaches_its_waiters) {
    struct Thrower final : Connector {
        asio::awaitable<ConnectResult> connect(TimePoint, ConnectStep&) override {
            co_await asio::post(asio::deferred);
            throw std::bad_alloc{};
        }
        [[nodiscard]] bool has_timeout() const noexcept override { return true; }
        void stop(ConnectStep const&) noexcept override {}
        void close() noexcept override {}
    };
    asio::io_context io;
    auto const pool = std::make_shared<Pool>(io.get_executor(), options(1), std::make_unique<Thrower>());
    int thrown = 0;
    for (int i = 0; i < 3; ++i) {
        asio::co_spawn(io, pool->lease({.now = Clock::now()}), [&](std::exception_ptr e, LeaseResult) {
            BOOST_CHECK_THROW(std::rethrow_exception(e), std::bad_alloc);
            ++thrown;
        });
    }
    io.run();
    BOOST_TEST(thrown == 3);
    BOOST_TEST(pool->gauges().connecting == 0U);
}

BOOST_AUTO_TEST_CASE(a_minimum_is_opened_in_the_background_and_keeps_no_context_running) {
    PoolOptions limits = options(4);
    limits.min_idle = 3;
    Fixture f{limits};
    f.script->connect_takes = 5ms;
    auto first = f.lease(f.request());
    f.time.run(f.io);
    BOOST_TEST(f.pool->gauges().busy == 1U);
    BOOST_TEST(f.pool->gauges().idle == 2U);
    (*first)->lease.give_back(Fate::failed);
    f.time.run(f.io);
    // Connections that were idle before the failure are replaced when the next call looks for one.
    BOOST_TEST(f.script->opened == 4);
    f.script->connects = {errc::connect_failed, errc::connect_failed, errc::connect_failed};
    f.time.run(f.io);
    BOOST_TEST(f.pool->gauges().connecting == 0U);
}

BOOST_AUTO_TEST_CASE(a_waiter_gives_up_at_its_deadline) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    f.run();
    auto second = f.lease(f.request(Clock::now() + 30ms));
    f.run(200ms);
    BOOST_REQUIRE(second->has_value());
    BOOST_TEST((*second)->code == errc::deadline_exceeded);
    BOOST_TEST((*second)->waited == 30ms);
    BOOST_TEST(f.pool->gauges().waiting == 0U);
}

BOOST_AUTO_TEST_CASE(one_timer_serves_every_deadline) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    f.run();
    std::vector<std::pair<std::chrono::milliseconds, std::shared_ptr<std::optional<LeaseResult>>>> waiters;
    for (auto const wait : {40ms, 20ms, 80ms, 60ms}) {
        waiters.emplace_back(wait, f.lease(f.request(Clock::now() + wait)));
    }
    BOOST_TEST(f.time.run(f.io) == 80ms);
    for (auto const& [wait, waiter] : waiters) {
        BOOST_REQUIRE(waiter->has_value());
        BOOST_TEST((*waiter)->code == errc::deadline_exceeded);
        BOOST_TEST(((*waiter)->waited == wait));
    }
}

BOOST_AUTO_TEST_CASE(an_exchange_is_aborted_at_its_deadline) {
    Fixture f{options(1)};
    test::ScriptedExchange hanging{};
    hanging.never = 10s;
    f.script->exchanges = {hanging};
    auto first = f.lease(f.request(Clock::now() + 40ms));
    f.run(20ms);
    BOOST_REQUIRE(first->has_value());
    errc expired{};
    auto const run = [&]() -> asio::awaitable<void> {
        http::CappedText body{100};
        Exchange const exchange{.wire = "x", .success = body, .failure = body};
        ExchangeResult result;
        co_await (*first)->lease.connection().exchange(exchange, result);
        BOOST_TEST(result.code == errc::connection_closed);
        expired = (*first)->lease.give_back(Fate::reusable);
    };
    asio::co_spawn(f.io, run(), asio::detached);
    f.run(500ms);
    BOOST_TEST(expired == errc::deadline_exceeded);
    BOOST_TEST(f.script->open == 0);
}

BOOST_AUTO_TEST_CASE(the_timer_does_not_keep_an_unused_context_running) {
    Fixture f{options(1)};
    auto first = f.lease(f.request(Clock::now() + 1h));
    f.run(20ms);
    (*first)->lease.give_back(Fate::reusable);
    BOOST_TEST(f.time.run(f.io) == 0ms);
}

// The timer keeps running between short calls: it must neither be late for a deadline nor keep the context running.
BOOST_AUTO_TEST_CASE(short_calls_leave_the_timer_running_for_a_moment) {
    Fixture f{options(1)};
    test::ScriptedExchange hanging{};
    hanging.never = 10s;
    f.script->exchanges = {hanging};
    auto first = f.lease(f.request(Clock::now() + 1h));
    f.run(20ms);
    (*first)->lease.give_back(Fate::reusable);
    for (int i = 0; i < 100; ++i) {
        Lease again = f.pool->try_lease(f.request(Clock::now() + 1h));
        BOOST_TEST(static_cast<bool>(again));
        again.give_back(Fate::reusable);
    }
    errc expired{};
    auto const run = [&]() -> asio::awaitable<void> {
        Lease lease = f.pool->try_lease(f.request(Clock::now() + 1ms));
        http::CappedText body{100};
        Exchange const exchange{.wire = "x", .success = body, .failure = body};
        ExchangeResult result;
        co_await lease.connection().exchange(exchange, result);
        expired = lease.give_back(Fate::reusable);
    };
    asio::co_spawn(f.io, run(), asio::detached);
    BOOST_TEST(f.time.run(f.io) < 10ms);
    BOOST_TEST(expired == errc::deadline_exceeded);
}

BOOST_AUTO_TEST_CASE(closing_wakes_waiters) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    auto second = f.lease(f.request());
    f.run();
    f.pool->close();
    f.run();
    BOOST_TEST((*second)->code == errc::client_closed);
    (*first)->lease.give_back(Fate::reusable);
    BOOST_TEST(f.script->open == 0);
    auto third = f.lease(f.request());
    f.run();
    BOOST_TEST((*third)->code == errc::client_closed);
}

// The end of a connect and close() may happen at the same time.
BOOST_AUTO_TEST_CASE(a_connection_that_comes_after_the_end_is_closed) {
    struct Late final : Connector {
        Late(std::shared_ptr<test::Script> script, bool const& may_end) : inner{std::move(script)}, ready{may_end} {}
        asio::awaitable<ConnectResult> connect(TimePoint deadline, ConnectStep& step) override {
            while (!ready) co_await asio::post(asio::deferred);
            co_return co_await inner.connect(deadline, step);
        }
        [[nodiscard]] bool has_timeout() const noexcept override { return true; }
        void stop(ConnectStep const&) noexcept override {}
        void close() noexcept override {}

        test::ScriptedConnector inner;
        bool const& ready;
    };
    asio::io_context io;
    bool ready = false;
    auto const script = std::make_shared<test::Script>();
    auto const pool = std::make_shared<Pool>(io.get_executor(), options(2), std::make_unique<Late>(script, ready));
    std::optional<LeaseResult> leased;
    std::optional<LeaseResult> added;
    asio::co_spawn(io, pool->lease({.now = Clock::now()}), [&](auto, LeaseResult r) { leased = std::move(r); });
    asio::co_spawn(io, pool->add_connection(2, no_deadline), [&](auto, LeaseResult r) { added = std::move(r); });
    for (int i = 0; i < 20; ++i) io.run_one();
    BOOST_TEST(pool->gauges().connecting == 2U);
    pool->close();
    ready = true;
    io.run();
    for (auto const* const result : {&leased, &added}) {
        BOOST_REQUIRE(result->has_value());
        BOOST_TEST((*result)->code == errc::client_closed);
        BOOST_TEST(!(*result)->lease);
    }
    BOOST_TEST(script->opened == 2);
    BOOST_TEST(script->open == 0);
    BOOST_TEST(script->closed == 2);
    PoolGauges const gauges = pool->gauges();
    BOOST_TEST(gauges.idle + gauges.busy + gauges.connecting + gauges.waiting == 0U);
}

BOOST_AUTO_TEST_CASE(cancelling_at_any_step_leaves_the_pool_empty) {
    // Step n: cancel after n handlers have run.
    for (int step = test::first_step(2); step < 12; ++step) {
        BOOST_TEST_CONTEXT("cancelled after " << step << " handlers") {
            Fixture f{options(1)};
            f.script->connect_takes = 1ms;
            asio::cancellation_signal first_signal, second_signal;
            auto first = f.lease(f.request(), first_signal.slot());
            auto second = f.lease(f.request(), second_signal.slot());
            for (int i = 0; i < step; ++i) f.time.run_one(f.io, 5ms);
            first_signal.emit(asio::cancellation_type::terminal);
            second_signal.emit(asio::cancellation_type::terminal);
            f.run();
            for (auto const& result : {first, second}) {
                BOOST_REQUIRE(result->has_value());
                bool const held = static_cast<bool>((*result)->lease);
                BOOST_TEST((held || (*result)->code == errc::cancelled));
                (*result)->lease.give_back(Fate::reusable);
                f.run(5ms);
            }
            PoolGauges const gauges = f.pool->gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
            auto after = f.lease(f.request());
            f.run();
            BOOST_TEST(static_cast<bool>((*after)->lease));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connection_handed_to_a_cancelled_waiter_is_kept) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    f.run();
    asio::cancellation_signal signal;
    auto second = f.lease(f.request(), signal.slot());
    f.run();
    BOOST_TEST(f.pool->gauges().waiting == 1U);
    asio::post(f.io, [&] {
        (*first)->lease.give_back(Fate::reusable);  // assigned to the second, which has not resumed yet
        signal.emit(asio::cancellation_type::terminal);
    });
    f.run();
    BOOST_REQUIRE(second->has_value());
    BOOST_TEST((*second)->code == errc::cancelled);
    BOOST_TEST(f.pool->gauges().idle == 1U);
    BOOST_TEST(f.script->open == 1);
}

// A call on a context of its own, which goes when the call has a connection but has not resumed yet.
BOOST_AUTO_TEST_CASE(a_connection_handed_to_a_destroyed_waiter_is_kept) {
    Fixture f{options(1)};
    auto first = f.lease(f.request());
    f.run();
    {
        asio::io_context own;
        asio::co_spawn(own, f.pool->lease(f.request()), [](std::exception_ptr, LeaseResult const&) {});
        own.poll();
        BOOST_TEST(f.pool->gauges().waiting == 1U);
        (*first)->lease.give_back(Fate::reusable);
        BOOST_TEST(f.pool->gauges().busy == 1U);
        f.run();
    }
    BOOST_TEST(f.pool->gauges().busy == 0U);
    BOOST_TEST(f.pool->gauges().idle == 1U);
}

// The first call begins the connect and gives up; the connection is the second one's.
BOOST_AUTO_TEST_CASE(a_call_has_waited_for_its_own_part_of_a_connect) {
    for (auto const& [later, waited, connect] : {std::tuple{0ms, 0ms, 3ms}, std::tuple{4ms, 2ms, 0ms}}) {
        Fixture f{options(1)};
        f.script->connect_takes = 6ms;
        f.script->timing = {.resolve = 1ms, .connect = 3ms, .tls = 2ms};
        auto first = f.lease(f.request(Clock::now() + 3ms));
        f.run(later);
        auto second = f.lease(f.request());
        f.run();
        BOOST_TEST(!(*first)->lease);
        BOOST_REQUIRE((*second)->lease);
        BOOST_TEST((*second)->waited == waited);
        BOOST_TEST((*second)->timing.connect == connect);
    }
}

BOOST_AUTO_TEST_CASE(destroying_the_context_with_calls_pending_is_safe) {
    auto const script = std::make_shared<test::Script>();
    script->connect_takes = 1h;
    std::weak_ptr<Pool> watched;
    {
        asio::io_context io;
        auto const pool =
            std::make_shared<Pool>(io.get_executor(), options(1), std::make_unique<test::ScriptedConnector>(script));
        watched = pool;
        for (int i = 0; i < 3; ++i) {
            asio::co_spawn(io, pool->lease({.now = Clock::now(), .deadline = Clock::now() + 1h}), [](auto, auto) {});
        }
        io.run_for(10ms);
        BOOST_TEST(pool->gauges().waiting == 3U);
    }
    BOOST_TEST(watched.expired());
}

// Many coroutines on several threads: no call is lost, the limit is kept, the gauges return to zero.
BOOST_AUTO_TEST_CASE(threads_share_a_pool) {
    auto const script = std::make_shared<test::Script>();
    asio::thread_pool threads{3};
    auto const pool = std::make_shared<Pool>(threads.get_executor(), options(4, 1000),
                                             std::make_unique<test::ScriptedConnector>(script));
    std::atomic<int> leased{0}, at_once{0}, most{0};
    auto const worker = [&](unsigned seed) -> asio::awaitable<void> {
        std::mt19937 random{seed};
        for (int i = 0; i < 200; ++i) {
            TimePoint const deadline = random() % 8 == 0 ? Clock::now() + 1ms : no_deadline;
            LeaseRequest request{.now = Clock::now(), .deadline = deadline};
            if (random() % 16 == 0) request.proven_since = request.now;
            Lease lease = pool->try_lease(request);
            if (!lease) {
                LeaseResult result = co_await pool->lease(request);
                lease = std::move(result.lease);
            }
            if (!lease) continue;
            int const now = ++at_once;
            int seen = most;
            while (seen < now && !most.compare_exchange_weak(seen, now)) {
            }
            ++leased;
            co_await asio::post(asio::deferred);
            --at_once;
            lease.give_back(random() % 10 != 0 ? Fate::reusable : Fate::failed);
        }
    };
    std::vector<std::future<void>> done;
    for (unsigned seed = 1; seed <= 24; ++seed) done.push_back(asio::co_spawn(threads, worker(seed), asio::use_future));
    for (auto& future : done) future.get();
    threads.join();
    BOOST_TEST(leased > 2000);
    BOOST_TEST(most <= 4);
    PoolGauges const gauges = pool->gauges();
    BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
    BOOST_TEST(static_cast<std::size_t>(script->open.load()) == gauges.idle);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
