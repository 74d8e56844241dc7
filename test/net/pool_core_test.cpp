#include "net/pool_core.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <list>
#include <map>
#include <random>
#include <set>

namespace clerk::net {

std::ostream& operator<<(std::ostream& out, Grant::Kind kind) { return out << static_cast<int>(kind); }

namespace {

using namespace std::chrono_literals;
using Kind = Grant::Kind;

constexpr TimePoint start{std::chrono::hours{1}};

using Ended = PoolCore::Ended;
// Who left, in order.
using Waiters = std::vector<Waiter*>;
Waiters listed(PoolCore::Left& left) {
    Waiters waiters;
    while (!left.empty()) {
        waiters.push_back(static_cast<Waiter*>(&left.front()));
        left.pop_front();
    }
    return waiters;
}

struct Released {
    bool close{};
    bool expired{};
    Waiters left{};
};

struct Fixture {
    explicit Fixture(PoolOptions const& options) : core{options} {}
    // Waiters that are still in the queue are declared before the fixture.
    ~Fixture() {
        PoolCore::Left left;
        core.close(left);
        (void)listed(left);
    }

    Grant acquire(TimePoint now = start, bool fresh = false, TimePoint deadline = no_deadline,
                  ExchangeTime* time = nullptr) {
        closing.clear();
        return core.acquire(now, deadline, time, fresh, closing);
    }
    void enqueue(Waiter& waiter, TimePoint now = start) { core.enqueue(waiter, now); }
    Released release(SlotId slot, TimePoint now, bool reusable, Ended ended = Ended::otherwise) {
        PoolCore::Left left;
        auto const released = core.release(slot, now, reusable, ended, left);
        return {released.close, released.expired, listed(left)};
    }
    // Which slots are aborted, and who leaves the queue.
    std::pair<std::vector<SlotId>, Waiters> expire(TimePoint now) {
        std::pair<std::vector<SlotId>, Waiters> result;
        PoolCore::Left left;
        core.expire(now, [&result](SlotId slot) { result.first.push_back(slot); });
        core.expel(now, left);
        result.second = listed(left);
        return result;
    }
    SlotId open(TimePoint now = start, TimePoint deadline = no_deadline) {
        Grant const grant = acquire(now, true, deadline);
        BOOST_REQUIRE_EQUAL(grant.kind, Kind::open);
        core.opened(grant.slot, now, deadline, nullptr);
        return grant.slot;
    }

    PoolCore core;
    std::vector<SlotId> closing{};
};

PoolOptions options(std::size_t connections, std::size_t waiters = 100) {
    PoolOptions result{};
    result.max_connections = connections;
    result.max_waiters = waiters;
    return result;
}

BOOST_AUTO_TEST_SUITE(pool_core)

BOOST_AUTO_TEST_CASE(the_most_recently_used_connection_is_reused_first) {
    Fixture pool{options(3)};
    SlotId const a = pool.open();
    SlotId const b = pool.open();
    (void)pool.release(a, start + 1s, true);
    (void)pool.release(b, start + 2s, true);
    Grant const grant = pool.acquire(start + 3s);
    BOOST_TEST(grant.kind == Kind::reuse);
    BOOST_TEST(grant.slot == b);
    BOOST_TEST(pool.acquire(start + 3s).slot == a);
}

BOOST_AUTO_TEST_CASE(who_comes_at_once_is_told_that_the_connection_was_just_used) {
    Fixture pool{options(1)};
    SlotId const slot = pool.open();
    for (auto const& [idle, just_used] : std::map<std::chrono::nanoseconds, bool>{
             {-1us, true}, {0us, true}, {just_now - 1ns, true}, {just_now, false}}) {
        (void)pool.release(slot, start, true);
        BOOST_TEST(pool.acquire(start + idle).just_used == just_used, idle.count());
    }
}

BOOST_AUTO_TEST_CASE(a_fresh_connection_is_never_an_idle_one) {
    Fixture pool{options(2)};
    SlotId const a = pool.open();
    (void)pool.release(a, start, true);
    BOOST_TEST(pool.acquire(start, true).kind == Kind::open);
    BOOST_TEST(pool.closing.empty());
    // At the cap the oldest idle connection makes room.
    Grant const grant = pool.acquire(start, true);
    BOOST_TEST(grant.kind == Kind::open);
    BOOST_TEST(pool.closing == std::vector<SlotId>{a});
}

BOOST_AUTO_TEST_CASE(waiters_are_served_in_order_and_may_leave) {
    Waiter first, second, third;
    Fixture pool{options(1, 3)};
    SlotId const slot = pool.open();
    for (Waiter* waiter : {&first, &second, &third}) {
        BOOST_TEST(pool.acquire().kind == Kind::wait);
        pool.enqueue(*waiter);
    }
    BOOST_TEST(pool.acquire().kind == Kind::full);
    BOOST_TEST(pool.core.leave(first));
    BOOST_TEST(!pool.core.leave(first));

    auto const handed = pool.release(slot, start, true);
    BOOST_TEST(handed.left == Waiters{&second});
    BOOST_TEST(!handed.close);
    BOOST_TEST(second.grant.kind == Kind::reuse);
    BOOST_TEST(second.grant.slot == slot);

    // A broken connection turns into the right to open one.
    auto const broken = pool.release(slot, start, false);
    BOOST_TEST(broken.left == Waiters{&third});
    BOOST_TEST(broken.close);
    BOOST_TEST(third.grant.kind == Kind::open);
    BOOST_TEST(pool.core.gauges().connecting == 1U);

    // So does a connect that failed: here nobody waits any more.
    auto const failed = pool.release(third.grant.slot, start, false);
    BOOST_TEST(!failed.close);
    BOOST_TEST(failed.left.empty());
    BOOST_TEST(!pool.core.active());
}

BOOST_AUTO_TEST_CASE(nobody_waits_when_the_queue_has_no_room) {
    Fixture pool{options(1, 0)};
    pool.open();
    BOOST_TEST(pool.acquire().kind == Kind::full);
}

BOOST_AUTO_TEST_CASE(idle_and_age_limits) {
    PoolOptions limits = options(4);
    limits.idle_timeout = 10s;
    limits.max_age = 60s;
    Fixture pool{limits};
    SlotId const a = pool.open();
    SlotId const b = pool.open(start + 5s);
    (void)pool.release(a, start, true);
    (void)pool.release(b, start + 5s, true);
    // a is idle for exactly the limit, b is not.
    Grant const grant = pool.acquire(start + 10s);
    BOOST_TEST(grant.slot == b);
    BOOST_TEST(pool.closing == std::vector<SlotId>{a});
    // b is too old when its call ends.
    auto const released = pool.release(b, start + 65s, true);
    BOOST_TEST(released.close);
    BOOST_TEST(pool.core.gauges().idle == 0U);
    // One that became too old while idle goes too, wherever it is in the list.
    SlotId const c = pool.open(start + 100s);
    SlotId const d = pool.open(start + 155s);
    (void)pool.release(d, start + 158s, true);
    (void)pool.release(c, start + 159s, true);
    BOOST_TEST(pool.acquire(start + 160s).slot == d);
    BOOST_TEST(pool.closing == std::vector<SlotId>{c});
}

BOOST_AUTO_TEST_CASE(zero_age_means_no_limit) {
    PoolOptions limits = options(1);
    limits.max_age = 0s;
    Fixture pool{limits};
    SlotId const slot = pool.open();
    BOOST_TEST(!pool.release(slot, start + std::chrono::hours{1000}, true).close);
}

BOOST_AUTO_TEST_CASE(deadlines_expire_calls_and_waiters) {
    Fixture pool{options(2)};
    SlotId const a = pool.open(start, start + 5s);
    pool.open(start, start + 9s);
    Waiter waiter;
    waiter.deadline = start + 5s;
    pool.enqueue(waiter);
    BOOST_TEST((pool.core.next_deadline() == start + 5s));

    BOOST_TEST(pool.expire(start + 4s).first.empty());
    auto const [aborted, expired] = pool.expire(start + 5s);
    BOOST_TEST(aborted == std::vector<SlotId>{a});
    BOOST_TEST(expired == Waiters{&waiter});
    BOOST_TEST(waiter.grant.kind == Kind::expired);
    BOOST_TEST((pool.core.next_deadline() == start + 9s));
    // An aborted connection is not reused, however cleanly its exchange seems to have ended.
    auto const released = pool.release(a, start + 5s, true);
    BOOST_TEST(released.expired);
    BOOST_TEST(released.close);
}

BOOST_AUTO_TEST_CASE(closing_refuses_everybody) {
    Fixture pool{options(2)};
    SlotId const a = pool.open();
    SlotId const b = pool.open();
    (void)pool.release(a, start, true);
    Waiter waiter;
    pool.enqueue(waiter);
    PoolCore::Left left;
    pool.core.close(left);
    BOOST_TEST(listed(left) == Waiters{&waiter});
    std::vector<SlotId> in_use;
    pool.core.abort_busy([&in_use](SlotId slot) { in_use.push_back(slot); });
    BOOST_TEST(in_use == std::vector<SlotId>{b});
    BOOST_TEST((pool.core.evict_idle() == a));
    BOOST_TEST(!pool.core.evict_idle().has_value());
    BOOST_TEST(waiter.grant.kind == Kind::closed);
    BOOST_TEST(pool.acquire().kind == Kind::closed);
    BOOST_TEST(pool.release(b, start, true).close);
}

BOOST_AUTO_TEST_CASE(connections_are_added_up_to_a_number) {
    Fixture pool{options(3)};
    SlotId const busy = pool.open();
    auto const second = pool.core.add_connection(2);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->kind == Kind::open);
    BOOST_TEST(!pool.core.add_connection(2).has_value());  // one is busy, one connects
    pool.core.opened(second->slot, start, no_deadline, nullptr, true);
    (void)pool.release(second->slot, start, true);
    BOOST_TEST(pool.core.gauges().idle == 1U);
    BOOST_TEST(pool.core.gauges().resumed == 1U);
    BOOST_TEST(pool.core.add_connection(9).has_value());
    BOOST_TEST(!pool.core.add_connection(9).has_value());  // no more than the pool holds
    (void)pool.release(busy, start, true);
}

BOOST_AUTO_TEST_CASE(a_dead_connection_is_opened_again_in_its_slot) {
    Fixture pool{options(1)};
    SlotId const slot = pool.open(start, start + 5s);
    pool.core.reopen(slot);
    BOOST_TEST(pool.core.gauges().connecting == 1U);
    BOOST_TEST(pool.core.gauges().busy == 0U);
    BOOST_TEST((pool.core.next_deadline() == no_deadline));  // the connect has its own timer
    pool.core.opened(slot, start + 1s, start + 5s, nullptr);
    BOOST_TEST(pool.core.gauges().busy == 1U);
    BOOST_TEST(pool.core.gauges().opened == 2U);
}

// Random sequences against the rules that must hold in every state.
BOOST_AUTO_TEST_CASE(invariants_hold_under_random_use) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random{seed};
            auto const pick = [&random](std::size_t n) {
                return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
            };
            PoolOptions limits = options(1 + pick(5), pick(6));
            limits.idle_timeout = 5s;
            limits.max_age = pick(2) == 0 ? 0s : 20s;
            PoolCore core{limits};
            TimePoint now = start;
            std::set<SlotId> connecting, busy, idle;
            std::list<Waiter> waiters;
            std::vector<Waiter*> queue;  // the model: who waits, in order

            auto const granted = [&](Grant const& grant) {
                if (grant.kind == Kind::reuse) {
                    BOOST_TEST((idle.erase(grant.slot) + connecting.count(grant.slot)) == 1U);
                    BOOST_TEST(busy.insert(grant.slot).second);
                } else if (grant.kind == Kind::open) {
                    BOOST_TEST(busy.count(grant.slot) + idle.count(grant.slot) == 0U);
                    BOOST_TEST(connecting.insert(grant.slot).second);
                }
            };
            // The first who can still succeed is served; those before leave. True when somebody got the connection.
            auto const serve = [&](PoolCore::Left& left) {
                bool handed_on = false;
                for (Waiter* const waiter : listed(left)) {
                    BOOST_REQUIRE(!queue.empty());
                    BOOST_TEST(waiter == queue.front());
                    queue.erase(queue.begin());
                    Grant const& grant = waiter->grant;
                    BOOST_TEST((grant.kind == Kind::expired) == (waiter->deadline <= now));
                    handed_on = handed_on || grant.kind == Kind::reuse;
                    if (grant.kind == Kind::reuse) busy.insert(grant.slot);
                    if (grant.kind == Kind::open) granted(grant);
                }
                return handed_on;
            };
            for (int step = 0; step < 400; ++step) {
                now += std::chrono::milliseconds{pick(700)};
                std::vector<SlotId> closing;
                PoolCore::Left left;
                switch (pick(6)) {
                    case 0:
                    case 1: {
                        Grant const grant = core.acquire(now, no_deadline, nullptr, pick(4) == 0, closing);
                        for (SlotId const slot : closing) BOOST_TEST(idle.erase(slot) == 1U);
                        granted(grant);
                        if (grant.kind == Kind::wait) {
                            waiters.emplace_back();
                            waiters.back().deadline = now + std::chrono::milliseconds{pick(9000)};
                            core.enqueue(waiters.back(), now);
                            queue.push_back(&waiters.back());
                        }
                        if (grant.kind == Kind::wait || grant.kind == Kind::full) {
                            BOOST_TEST(busy.size() + connecting.size() == limits.max_connections);
                        }
                        BOOST_TEST((grant.kind != Kind::full || queue.size() == limits.max_waiters));
                        break;
                    }
                    case 2:
                        if (connecting.empty()) break;
                        {
                            SlotId const slot = *connecting.begin();
                            connecting.erase(connecting.begin());
                            if (pick(3) == 0) {
                                (void)core.release(slot, now, false, Ended::otherwise, left);
                                (void)serve(left);
                            } else {
                                core.opened(slot, now, no_deadline, nullptr);
                                busy.insert(slot);
                            }
                        }
                        break;
                    case 3:
                        if (busy.empty()) break;
                        {
                            SlotId const slot =
                                *std::next(busy.begin(), static_cast<std::ptrdiff_t>(pick(busy.size())));
                            busy.erase(slot);
                            auto const released = core.release(slot, now, pick(4) != 0, Ended::otherwise, left);
                            if (!serve(left) && !released.close) idle.insert(slot);
                        }
                        break;
                    case 4:
                        if (queue.empty()) break;
                        {
                            std::size_t const index = pick(queue.size());
                            BOOST_TEST(core.leave(*queue[index]));
                            queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(index));
                        }
                        break;
                    default: {
                        core.expel(now, left);
                        for (Waiter* const waiter : listed(left)) {
                            BOOST_TEST(std::erase(queue, waiter) == 1U);
                            BOOST_TEST((waiter->deadline <= now));
                        }
                        break;
                    }
                }
                PoolGauges const gauges = core.gauges();
                BOOST_TEST(gauges.idle == idle.size());
                BOOST_TEST(gauges.busy == busy.size());
                BOOST_TEST(gauges.connecting == connecting.size());
                BOOST_TEST(gauges.waiting == queue.size());
                BOOST_TEST(gauges.idle + gauges.busy + gauges.connecting <= limits.max_connections);
                BOOST_TEST((queue.empty() || idle.empty()));  // nobody waits while a connection is free
            }
            for (Waiter* const waiter : queue) core.leave(*waiter);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace clerk::net
