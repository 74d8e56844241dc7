// Every allocation of the limiter and of the pool's bookkeeping fails in turn: nobody is left waiting for ever, and
// nothing stays taken.
#include "support/sanitized.hpp"

#ifndef CLERK_TEST_SANITIZED

#include "net/pool_core.hpp"
#include "policy/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <deque>
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

BOOST_AUTO_TEST_CASE(the_pool_loses_nobody_and_no_connection) {
    int const failures = fail_each([](long nth) {
        bool failed = false;
        PoolOptions options{};
        options.max_connections = 4;
        options.idle_timeout = 10s;
        std::deque<net::Waiter> waiters(20);
        net::PoolCore pool{options};
        net::PoolCore::Left left;
        std::vector<net::SlotId> held;
        held.reserve(100);
        auto const told = [&] {
            while (!left.empty()) {
                auto& waiter = static_cast<net::Waiter&>(left.front());
                left.pop_front();
                BOOST_TEST((waiter.grant.kind != net::Grant::Kind::wait));
                if (waiter.grant.kind == net::Grant::Kind::open) pool.opened(waiter.grant.slot, start, start, nullptr);
                bool const granted =
                    waiter.grant.kind == net::Grant::Kind::open || waiter.grant.kind == net::Grant::Kind::reuse;
                if (granted) held.push_back(waiter.grant.slot);
            }
        };
        auto const acquire = [&](TimePoint now, bool fresh) {
            std::vector<net::SlotId> closing;
            net::Grant const grant = pool.acquire(now, net::no_deadline, nullptr, fresh, closing);
            if (grant.kind == net::Grant::Kind::open) pool.opened(grant.slot, now, net::no_deadline, nullptr);
            if (grant.kind == net::Grant::Kind::open || grant.kind == net::Grant::Kind::reuse) {
                held.push_back(grant.slot);
            }
            return grant.kind;
        };
        auto const release_all = [&](TimePoint now, bool reusable) {
            while (!held.empty()) {
                net::SlotId const slot = held.back();
                held.pop_back();
                (void)pool.release(slot, now, reusable, net::PoolCore::Ended::answered, left);
                told();
            }
        };
        allowed = nth;
        for (std::size_t i = 0; i < waiters.size(); ++i) {
            failed |= !survives([&] {
                if (acquire(start, false) == net::Grant::Kind::wait) pool.enqueue(waiters[i], start);
            });
        }
        release_all(start, true);
        // Idle ones are evicted: by a call that wants a fresh one, and by time.
        failed |= !survives([&] { (void)acquire(start + 1s, true); });
        release_all(start + 1s, true);
        failed |= !survives([&] { (void)acquire(start + 20s, false); });
        pool.expire(start + 20s, [](net::SlotId) {});
        pool.expel(start + 20s, left);
        release_all(start + 20s, false);
        pool.close(left);
        told();
        while (pool.evict_idle()) {
        }
        allowed = -1;
        BOOST_TEST(!pool.active());
        BOOST_TEST(pool.gauges().idle == 0U);
        return failed;
    });
    BOOST_TEST(failures > 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk

#endif
