// Every allocation of the limiter and of the pool's bookkeeping fails in turn: nobody is left waiting for ever, and
// nothing stays taken.
#include "support/sanitized.hpp"

#ifndef CLERK_TEST_SANITIZED

#include "net/pool.hpp"
#include "policy/rate_limiter.hpp"
#include "support/scripted_connector.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

// Allocations of this thread until one fails; negative: none does.
thread_local long allowed = -1;

bool must_fail() noexcept {
    if (allowed < 0) return false;
    return allowed-- == 0;
}

}  // namespace

// Not inlined: g++ would warn that new and free() do not match.
[[gnu::noinline]] void* operator new(std::size_t size) {
    void* const memory = must_fail() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace clerk {
namespace {

using namespace std::chrono_literals;
using policy::RateLimiter;
using policy::TimePoint;
using Verdict = RateLimiter::Verdict;

constexpr TimePoint start{std::chrono::hours{1}};

// Runs a step of which one allocation may fail. False when it did.
template <class Step>
bool survives(Step step) {
    try {
        step();
        return true;
    } catch (std::bad_alloc const&) {
        return false;
    }
}

// Calls the script with the first, the second, … allocation failing, until none fails. Returns how many did.
template <class Script>
int fail_each(Script script) {
    int failures = 0;
    for (long nth = 0; nth < 1000; ++nth) {
        BOOST_TEST_CONTEXT("allocation " << nth) {
            bool const failed = script(nth);
            allowed = -1;
            if (!failed) return failures;
            ++failures;
        }
    }
    BOOST_ERROR("no end");
    return failures;
}

BOOST_AUTO_TEST_SUITE(out_of_memory)

BOOST_AUTO_TEST_CASE(the_limiter_loses_nobody_and_no_place) {
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
            policy::Endpoint const endpoint{"update", scopes[i], i % 2 == 0 ? 2U : 0U, 1s};
            failed |= !survives([&] {
                RateLimiter::Ticket ticket{};
                Verdict const verdict = limiter.admit(endpoint, start, {start + 20s}, ticket);
                if (verdict == Verdict::admitted) tickets.push_back(ticket);
                waiters[i].deadline = start + 20s;
                if (verdict == Verdict::wait) limiter.enqueue(waiters[i], endpoint, start);
            });
        }
        failed |= !survives([&] { limiter.park({"another"}, 1s, start, left); });
        // From here on nothing allocates.
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

// The pool's state allocates in its constructor only, so nothing of it can fail; its driver sets a timer and begins
// connects.
// One call has the only connection, three wait for it, one of them not for long.
struct FullPool {
    explicit FullPool(std::size_t connections) {
        PoolOptions limits{};
        limits.max_connections = connections;
        pool =
            std::make_shared<net::Pool>(io.get_executor(), limits, std::make_unique<test::ScriptedConnector>(script));
        lease(net::no_deadline, true);
        io.run_for(20ms);
        BOOST_REQUIRE(held);
        lease(std::chrono::steady_clock::now() + 10ms, false);
        lease(std::chrono::steady_clock::now() + 50ms, false);
        lease(net::no_deadline, false);
        io.restart();
        io.poll();
        BOOST_REQUIRE_EQUAL(ended, 1);
    }
    void lease(net::TimePoint deadline, bool keep) {
        boost::asio::co_spawn(io, pool->lease({.now = std::chrono::steady_clock::now(), .deadline = deadline}),
                              [this, keep](std::exception_ptr, net::LeaseResult result) {
                                  ++ended;
                                  if (keep) {
                                      held = std::move(result.lease);
                                  } else {
                                      result.lease.give_back(net::Fate::reusable);
                                  }
                              });
    }

    boost::asio::io_context io{};
    std::shared_ptr<test::Script> script{std::make_shared<test::Script>()};
    std::shared_ptr<net::Pool> pool{};
    net::Lease held{};
    int ended{};
};

// `act` with each of its allocations made to fail in turn; afterwards all calls end.
void check_pool(std::function<void(FullPool&)> const& act) {
    fail_each([&act](long nth) {
        FullPool f{1};
        allowed = nth;
        act(f);
        bool const failed = allowed < 0;
        allowed = -1;
        f.held.give_back(net::Fate::reusable);
        f.io.restart();
        f.io.run_for(5s);
        BOOST_TEST(f.ended == 4);
        BOOST_TEST(f.pool->gauges().waiting == 0U);
        return failed;
    });
}

BOOST_AUTO_TEST_CASE(a_connection_is_given_back) {
    for (net::Fate const fate : {net::Fate::reusable, net::Fate::unused, net::Fate::spent, net::Fate::failed}) {
        check_pool([fate](FullPool& f) { f.held.give_back(fate); });
    }
}

BOOST_AUTO_TEST_CASE(the_timer_of_the_pool_goes_off) {
    check_pool([](FullPool& f) { f.io.run_one_for(1s); });
}

BOOST_AUTO_TEST_CASE(the_pool_is_closed) {
    check_pool([](FullPool& f) { f.pool->close(); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk

#endif
