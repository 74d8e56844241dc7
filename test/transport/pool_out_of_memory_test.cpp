// Every allocation of the limiter, of the pool's bookkeeping and of stopping connects fails in turn: no call is left
// waiting, and no connection or place stays in use.
#include "support/sanitized.hpp"

#ifndef CLERK_TEST_SANITIZED

#include "client/rate_limit/rate_limiter.hpp"
#include "support/failing_allocations.hpp"
#include "support/scripted_connector.hpp"
#include "transport/connect/address_resolver.hpp"
#include "transport/pool.hpp"
#include "transport/stop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(out_of_memory)

namespace {

using namespace std::chrono_literals;
using namespace test;
using base::TimePoint;
using client::RateLimiter;
using Verdict = RateLimiter::Verdict;

constexpr TimePoint start{std::chrono::hours{1}};

BOOST_AUTO_TEST_CASE(the_limiter_loses_no_call_and_no_place) {
    int const failures = fail_each([](long nth) {
        bool failed = false;
        std::deque<RateLimiter::Waiter> waiters(40);
        RateLimiter limiter{{.requests = 20, .writes_per_organization = 2, .window = 1s, .park = true}};
        RateLimiter::Left left;
        std::vector<RateLimiter::Ticket> tickets;
        tickets.reserve(100);
        std::vector<std::string> scopes;
        for (int i = 0; i < 40; ++i) scopes.push_back("organization " + std::to_string(i % 5));

        allowed = nth;
        for (std::size_t i = 0; i < waiters.size(); ++i) {
            client::Endpoint const endpoint{"update", scopes[i], i % 2 == 0 ? 2U : 0U, 1s};
            failed |= !survives([&] {
                RateLimiter::Ticket ticket{};
                Verdict const verdict = limiter.admit(endpoint, start, {start + 20s}, ticket);
                if (verdict == Verdict::admitted) tickets.push_back(ticket);
                waiters[i].deadline = start + 20s;
                if (verdict == Verdict::wait) limiter.enqueue(waiters[i], endpoint, start);
            });
        }
        failed |= !survives([&] { limiter.park({"another"}, 1s, start, left); });
        // From here on the test does not allocate.
        long const before = allowed;
        TimePoint now = start;
        auto const told = [&] {
            while (!left.empty()) {
                auto& waiter = static_cast<RateLimiter::Waiter&>(left.front());
                left.pop_front();
                BOOST_TEST((waiter.verdict != Verdict::wait));
                if (waiter.verdict == Verdict::admitted) tickets.push_back(waiter.ticket);
            }
        };
        told();
        for (int round = 0; round < 30 && limiter.waiting() != 0; ++round, now += 500ms) {
            for (auto const& ticket : tickets) limiter.finish(ticket, now);
            tickets.clear();
            limiter.release(now, left);
            told();
        }
        for (auto const& ticket : tickets) limiter.finish(ticket, now);
        limiter.close(left);
        told();
        BOOST_TEST(allowed == before);
        allowed = -1;
        BOOST_TEST(limiter.waiting() == 0U);
        BOOST_TEST(limiter.gauges(now + 1s).used == 0U);
        return failed;
    });
    BOOST_TEST(failures > 10);
}

// PoolCore allocates only in its constructor, so it cannot fail; its driver sets a timer and starts connects.
// One call has the only connection, three wait for it, one of them with a short deadline.
struct FullPool {
    FullPool() {
        PoolOptions limits{};
        limits.max_connections = 1;
        pool =
            std::make_shared<transport::Pool>(io.get_executor(), limits, std::make_unique<ScriptedConnector>(script));
        lease(transport::no_deadline, true);
        while (!held) io.run_one();
        lease(std::chrono::steady_clock::now() + 10ms, false);
        lease(std::chrono::steady_clock::now() + 50ms, false);
        lease(transport::no_deadline, false);
        io.restart();
        io.poll();
    }
    void lease(transport::TimePoint deadline, bool keep) {
        boost::asio::co_spawn(io, pool->lease({.now = std::chrono::steady_clock::now(), .deadline = deadline}),
                              [this, keep](std::exception_ptr, transport::LeaseResult result) {
                                  ++ended;
                                  if (keep) {
                                      held = std::move(result.lease);
                                  } else {
                                      result.lease.give_back(transport::Fate::reusable);
                                  }
                              });
    }
    void run() {
        io.restart();
        io.run_for(5s);
    }

    boost::asio::io_context io{};
    std::shared_ptr<Script> script{std::make_shared<Script>()};
    std::shared_ptr<transport::Pool> pool{};
    transport::Lease held{};
    int ended{};
};

// Runs `act` with each of its allocations failing in turn; afterwards all calls end.
void check_pool(std::function<void(FullPool&)> const& act) {
    fail_each([&act](long nth) {
        FullPool f;
        allowed = nth;
        act(f);
        bool const failed = allowed < 0;
        allowed = -1;
        f.held.give_back(transport::Fate::reusable);
        f.run();
        BOOST_TEST(f.ended == 4);
        BOOST_TEST(f.pool->gauges().waiting == 0U);
        return failed;
    });
}

BOOST_AUTO_TEST_CASE(a_connection_is_given_back) {
    for (transport::Fate const fate :
         {transport::Fate::reusable, transport::Fate::unused, transport::Fate::spent, transport::Fate::failed}) {
        check_pool([fate](FullPool& f) { f.held.give_back(fate); });
    }
}

BOOST_AUTO_TEST_CASE(the_timer_of_the_pool_goes_off) {
    check_pool([](FullPool& f) { f.io.run_one_for(1s); });
}

BOOST_AUTO_TEST_CASE(the_pool_is_closed) {
    check_pool([](FullPool& f) { f.pool->close(); });
}

// One more call, which has to wait, finds an idle connection, or finds a closed one and needs a new one.
BOOST_AUTO_TEST_CASE(a_call_asks_for_a_connection) {
    struct Row {
        bool busy;
        bool alive;
    };
    for (Row const row : {Row{true, true}, Row{false, true}, Row{false, false}}) {
        int const failures = fail_each([row](long nth) {
            FullPool f;
            if (!row.busy) f.held.give_back(transport::Fate::reusable);
            if (!row.busy) f.run();
            f.script->alive = row.alive;
            allowed = nth;
            static_cast<void>(survives([&] {
                f.lease(transport::no_deadline, false);
                f.io.restart();
                f.io.poll();
            }));
            bool const failed = allowed < 0;
            allowed = -1;
            f.held.give_back(transport::Fate::reusable);
            f.run();
            // Asio destroys a coroutine when there is no memory for its next operation.
            BOOST_TEST(f.ended >= (failed ? 4 : 5));
            PoolGauges const gauges = f.pool->gauges();
            BOOST_TEST(gauges.busy + gauges.connecting + gauges.waiting == 0U);
            return failed;
        });
        BOOST_TEST(failures > 0);
    }
}

BOOST_AUTO_TEST_CASE(every_connect_ends_with_the_client) {
    int const failures = fail_each([](long nth) {
        boost::asio::io_context io;
        auto const registry = std::make_shared<transport::StopRegistry>();
        transport::ConnectStep step{};
        std::vector<std::shared_ptr<transport::Stop>> stops;
        std::vector<std::unique_ptr<transport::StopGuard>> guards;
        for (int i = 0; i < 5; ++i) {
            stops.push_back(std::make_shared<transport::Stop>(boost::asio::make_strand(io), i == 0 ? &step : nullptr));
            guards.push_back(std::make_unique<transport::StopGuard>(registry, stops.back()));
        }
        allowed = nth;
        registry->stop(step);
        registry->close();
        bool const failed = allowed < 0;
        allowed = -1;
        io.run_for(1s);
        for (auto const& stop : stops) {
            BOOST_TEST((stop->reason == (stop == stops.front() ? errc::cancelled : errc::client_closed)));
        }
        return failed;
    });
    BOOST_TEST(failures == 0);
}

BOOST_AUTO_TEST_CASE(addresses_reach_all_who_wait_for_them) {
    int const failures = fail_each([](long nth) {
        boost::asio::io_context io;
        transport::LookupHandler answer;
        auto const resolver = std::make_shared<transport::AddressResolver>(
            [&answer](transport::LookupHandler handler) { answer = std::move(handler); }, 1h);
        int ended = 0;
        auto const resolve = [&]() -> boost::asio::awaitable<void> {
            transport::StopGuard guard{std::make_shared<transport::StopRegistry>(),
                                       std::make_shared<transport::Stop>(io.get_executor())};
            transport::Resolved const resolved = co_await resolver->resolve(guard);
            BOOST_TEST((resolved.addresses != nullptr || resolved.code.failed()));
            ++ended;
        };
        for (int i = 0; i < 3; ++i) boost::asio::co_spawn(io, resolve(), boost::asio::detached);
        io.poll();
        transport::Addresses addresses{{boost::asio::ip::make_address("192.0.2.1"), 443}};
        allowed = nth;
        answer({}, std::move(addresses));
        bool const failed = allowed < 0;
        allowed = -1;
        io.run_for(1s);
        BOOST_TEST(ended == 3);
        return failed;
    });
    BOOST_TEST(failures > 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk

#endif
