#include "transport/pool_core.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <list>
#include <map>
#include <ostream>
#include <random>
#include <set>
#include <vector>

namespace clerk::transport {

std::ostream& operator<<(std::ostream& out, Grant::Kind kind) { return out << static_cast<int>(kind); }

BOOST_AUTO_TEST_SUITE(pool_core)

namespace {

using namespace std::chrono_literals;
using Kind = Grant::Kind;
using Slots = std::vector<SlotId>;

constexpr TimePoint start{std::chrono::hours{1}};

PoolOptions options(std::size_t connections, std::size_t waiters = 100) {
    PoolOptions result{};
    result.max_connections = connections;
    result.max_waiters = waiters;
    return result;
}

LeaseRequest request(TimePoint now = start, TimePoint deadline = no_deadline) {
    return {.now = now, .deadline = deadline};
}

using Ended = PoolCore::Ended;
// The waiters that left, in order.
using Told = std::vector<Waiter*>;
Told listed(PoolCore::Left& left) {
    Told waiters;
    while (!left.empty()) {
        waiters.push_back(static_cast<Waiter*>(&left.front()));
        left.pop_front();
    }
    return waiters;
}

struct Released {
    bool close{};
    errc expired{};
    Waiter* served{};
};

struct Fixture {
    explicit Fixture(PoolOptions const& options) : core{options} {}

    Waiter* connected(SlotId slot, TimePoint now, bool resumed = false) {
        PoolCore::Left left;
        BOOST_TEST(core.connected(slot, now, resumed, left));
        Told const told = listed(left);
        return told.empty() ? nullptr : told.back();
    }
    Released release(SlotId slot, TimePoint now, Fate fate, Ended ended = Ended::otherwise) {
        PoolCore::Left left;
        auto const released = core.release(slot, now, fate, ended, left);
        Told const told = listed(left);
        return {released.close, released.expired, told.empty() ? nullptr : told.back()};
    }

    Slots retired() {
        Slots out;
        while (auto const slot = core.next_retired()) out.push_back(*slot);
        return out;
    }
    Kind enqueue(Waiter& waiter, TimePoint now = start, TimePoint deadline = no_deadline) {
        return core.enqueue(waiter, request(now, deadline));
    }
    Slots next_connects(TimePoint now = start) {
        Slots out;
        while (auto const next = core.next_connect(now)) out.push_back(next->slot);
        return out;
    }
    // A connection that carries a call.
    SlotId open(TimePoint now = start, TimePoint deadline = no_deadline) {
        Waiter waiter;
        BOOST_REQUIRE_EQUAL(enqueue(waiter, now, deadline), Kind::wait);
        auto const next = core.next_connect(now);
        BOOST_REQUIRE(next.has_value());
        BOOST_TEST(connected(next->slot, now) == &waiter);
        BOOST_REQUIRE_EQUAL(waiter.grant.kind, Kind::connection);
        BOOST_TEST(!waiter.grant.reused);
        return waiter.grant.slot;
    }
    SlotId open_idle(TimePoint now) {
        SlotId const slot = open(now);
        (void)release(slot, now, Fate::reusable);
        return slot;
    }
    Told fail(SlotId slot, TimePoint now) {
        PoolCore::Left left;
        core.connect_failed(slot, now, left);
        return listed(left);
    }
    Told lose(SlotId slot, TimePoint now) {
        PoolCore::Left left;
        core.connect_lost(slot, now, left);
        return listed(left);
    }
    Told expire(TimePoint now, Slots* aborted = nullptr) {
        PoolCore::Left left;
        core.expire(now, [&](SlotId slot) {
            if (aborted != nullptr) aborted->push_back(slot);
        });
        core.expel(now, left);
        return listed(left);
    }

    PoolCore core;
};

BOOST_AUTO_TEST_CASE(the_most_recently_used_connection_is_reused_first) {
    Fixture pool{options(3)};
    SlotId const a = pool.open();
    SlotId const b = pool.open();
    (void)pool.release(a, start + 1s, Fate::reusable);
    (void)pool.release(b, start + 2s, Fate::reusable);
    auto const grant = pool.core.take_idle(request(start + 3s));
    BOOST_REQUIRE(grant.has_value());
    BOOST_TEST(grant->slot == b);
    BOOST_TEST(grant->reused);
    BOOST_TEST(pool.core.take_idle(request(start + 3s))->slot == a);
    BOOST_TEST(!pool.core.take_idle(request(start + 3s)).has_value());
}

BOOST_AUTO_TEST_CASE(a_call_that_follows_at_once_knows_that_the_connection_was_just_used) {
    Fixture pool{options(1)};
    SlotId const slot = pool.open();
    for (auto const& [idle, just_used] : std::map<std::chrono::nanoseconds, bool>{
             {-1us, true}, {0us, true}, {just_now - 1ns, true}, {just_now, false}}) {
        (void)pool.release(slot, start, Fate::reusable);
        BOOST_TEST(pool.core.take_idle(request(start + idle))->just_used == just_used, idle.count());
    }
}

BOOST_AUTO_TEST_CASE(waiters_are_served_in_order_and_may_leave) {
    Fixture pool{options(1, 3)};
    SlotId const slot = pool.open();
    Waiter first, second, third, fourth;
    for (Waiter* waiter : {&first, &second, &third}) BOOST_TEST(pool.enqueue(*waiter) == Kind::wait);
    BOOST_TEST(pool.enqueue(fourth) == Kind::full);
    BOOST_TEST(pool.next_connects().empty());  // the pool is full
    BOOST_TEST(pool.core.leave(first));
    BOOST_TEST(!pool.core.leave(first));

    auto const handed = pool.release(slot, start, Fate::reusable);
    BOOST_TEST(handed.served == &second);
    BOOST_TEST(!handed.close);
    BOOST_TEST(second.grant.kind == Kind::connection);
    BOOST_TEST(second.grant.reused);

    // A broken connection is replaced by another one.
    auto const broken = pool.release(slot, start, Fate::failed);
    BOOST_TEST(broken.served == nullptr);
    BOOST_TEST(broken.close);
    BOOST_TEST(pool.next_connects() == Slots{slot});
    BOOST_TEST(pool.core.gauges().connecting == 1U);
    BOOST_TEST(pool.fail(slot, start) == Told{&third});
    BOOST_TEST(!pool.core.active());
}

BOOST_AUTO_TEST_CASE(no_call_waits_when_the_queue_is_full) {
    Fixture pool{options(1, 0)};
    Waiter first, second;
    BOOST_TEST(pool.enqueue(first) == Kind::wait);  // for its own connection
    BOOST_TEST(pool.enqueue(second) == Kind::full);
    BOOST_TEST(pool.next_connects().size() == 1U);
    BOOST_TEST(pool.enqueue(second) == Kind::full);
    (void)pool.core.leave(first);
}

BOOST_AUTO_TEST_CASE(a_waiter_that_was_at_the_front_returns_to_it) {
    Fixture pool{options(1, 1)};
    SlotId const slot = pool.open();
    Waiter first, second;
    BOOST_TEST(pool.enqueue(second) == Kind::wait);
    BOOST_TEST(pool.core.enqueue(first, request(), true) == Kind::wait);
    BOOST_TEST(pool.release(slot, start, Fate::reusable).served == &first);
    (void)pool.core.leave(second);
}

BOOST_AUTO_TEST_CASE(idle_and_age_limits) {
    PoolOptions limits = options(4);
    limits.idle_timeout = 10s;
    limits.max_age = 60s;
    Fixture pool{limits};
    SlotId const a = pool.open();
    SlotId const b = pool.open(start + 5s);
    (void)pool.release(a, start, Fate::reusable);
    (void)pool.release(b, start + 5s, Fate::reusable);
    // a is idle for exactly the limit, b is not.
    BOOST_TEST(pool.core.take_idle(request(start + 10s))->slot == b);
    BOOST_TEST(pool.retired() == Slots{a});
    // b is too old when its call ends.
    BOOST_TEST(pool.release(b, start + 65s, Fate::reusable).close);
    BOOST_TEST(pool.core.gauges().idle == 0U);
    // One that became too old while idle is closed too, wherever it is in the list.
    SlotId const c = pool.open(start + 100s);
    SlotId const d = pool.open(start + 155s);
    (void)pool.release(d, start + 158s, Fate::reusable);
    (void)pool.release(c, start + 159s, Fate::reusable);
    BOOST_TEST(pool.core.take_idle(request(start + 160s))->slot == d);
    BOOST_TEST(pool.retired() == Slots{c});
}

BOOST_AUTO_TEST_CASE(zero_age_means_no_limit) {
    PoolOptions limits = options(1);
    limits.max_age = 0s;
    Fixture pool{limits};
    SlotId const slot = pool.open();
    BOOST_TEST(!pool.release(slot, start + std::chrono::hours{1000}, Fate::reusable).close);
}

BOOST_AUTO_TEST_CASE(deadlines_expire_calls_and_waiters) {
    Fixture pool{options(2)};
    SlotId const a = pool.open(start, start + 5s);
    pool.open(start, start + 9s);
    Waiter waiter;
    BOOST_TEST(pool.enqueue(waiter, start, start + 5s) == Kind::wait);
    BOOST_TEST((pool.core.next_event(start) == start + 5s));

    Slots aborting;
    BOOST_TEST(pool.expire(start + 4s, &aborting).empty());
    BOOST_TEST(aborting.empty());
    BOOST_TEST(pool.expire(start + 5s, &aborting) == Told{&waiter});
    BOOST_TEST(aborting == Slots{a});
    BOOST_TEST(waiter.grant.kind == Kind::expired);
    BOOST_TEST((pool.core.next_event(start) == start + 9s));
    // An aborted connection is not reused, even if its exchange seems to have ended cleanly.
    auto const released = pool.release(a, start + 5s, Fate::reusable);
    BOOST_TEST(released.expired == errc::deadline_exceeded);
    BOOST_TEST(released.close);
}

BOOST_AUTO_TEST_CASE(an_attempt_has_its_time_from_when_it_has_its_connection) {
    Fixture pool{options(1)};
    SlotId const slot = pool.open();
    Waiter patient, hasty;
    LeaseRequest wanted = request(start, start + 60s);
    wanted.attempt_timeout = 5s;
    BOOST_TEST(pool.core.enqueue(patient, wanted) == Kind::wait);
    wanted.deadline = start + 12s;
    BOOST_TEST(pool.core.enqueue(hasty, wanted) == Kind::wait);
    BOOST_TEST((pool.core.next_event(start) == start + 12s));  // waiting is not part of the attempt

    (void)pool.release(slot, start + 10s, Fate::reusable);
    BOOST_TEST((patient.grant.deadline == start + 15s));
    (void)pool.release(slot, start + 11s, Fate::reusable);
    BOOST_TEST((hasty.grant.deadline == start + 12s));  // the deadline of the call is earlier
    (void)pool.expire(start + 12s);
    BOOST_TEST(pool.release(slot, start + 12s, Fate::failed).expired == errc::deadline_exceeded);

    SlotId const other = pool.open(start + 20s);
    (void)pool.release(other, start + 20s, Fate::reusable);
    wanted = request(start + 20s, start + 60s);
    wanted.attempt_timeout = 5s;
    BOOST_TEST((pool.core.take_idle(wanted)->deadline == start + 25s));
    (void)pool.expire(start + 25s);
    BOOST_TEST(pool.release(other, start + 25s, Fate::failed).expired == errc::attempt_timeout);

    // Both end at the same time: another attempt would have none.
    SlotId const last = pool.open_idle(start + 30s);
    wanted = request(start + 30s, start + 35s);
    wanted.attempt_timeout = 5s;
    BOOST_TEST(pool.core.take_idle(wanted)->slot == last);
    (void)pool.expire(start + 35s);
    BOOST_TEST(pool.release(last, start + 35s, Fate::failed).expired == errc::deadline_exceeded);
}

BOOST_AUTO_TEST_CASE(answers_and_calls_that_ran_out_of_time_are_measured) {
    struct Row {
        std::chrono::seconds ends;  // 5 s are allowed
        Fate fate;
        Ended ended;
        bool measured;
    };
    for (Row const& row :
         {Row{1s, Fate::reusable, Ended::answered, true}, Row{1s, Fate::reusable, Ended::otherwise, false},
          Row{1s, Fate::unused, Ended::otherwise, false}, Row{1s, Fate::failed, Ended::otherwise, false},
          Row{5s, Fate::failed, Ended::otherwise, true}}) {
        Fixture pool{options(1)};
        SlotId const slot = pool.open_idle(start);
        ExchangeTime time;
        LeaseRequest wanted = request(start, start + 5s);
        wanted.time = &time;
        BOOST_TEST(pool.core.take_idle(wanted).has_value());
        (void)pool.expire(start + row.ends);
        (void)pool.release(slot, start + row.ends, row.fate, row.ended);
        BOOST_TEST((time.needed(start + row.ends) > 0s) == row.measured);
    }
}

BOOST_AUTO_TEST_CASE(closing_refuses_every_request) {
    Fixture pool{options(3)};
    SlotId const a = pool.open();
    SlotId const b = pool.open();
    (void)pool.release(a, start, Fate::reusable);
    LeaseRequest proven = request();
    proven.proven_since = start + 1s;
    Waiter waiter, late;
    BOOST_TEST(pool.core.enqueue(waiter, proven) == Kind::wait);
    Slots const connecting = pool.next_connects();
    BOOST_REQUIRE_EQUAL(connecting.size(), 1U);
    Slots in_use;
    PoolCore::Left left;
    pool.core.close(left);
    Told const refused = listed(left);
    pool.core.abort_busy([&](SlotId slot) { in_use.push_back(slot); });
    BOOST_TEST(pool.retired() == Slots{a});
    BOOST_TEST(in_use == Slots{b});
    BOOST_TEST(refused == Told{&waiter});
    BOOST_TEST(waiter.grant.kind == Kind::closed);
    BOOST_TEST(pool.enqueue(late) == Kind::closed);
    BOOST_TEST(pool.next_connects().empty());
    BOOST_TEST(!pool.core.connected(connecting[0], start, false, left));
    BOOST_TEST(pool.core.connecting() == 0U);
    BOOST_TEST(pool.release(b, start, Fate::reusable).close);
}

BOOST_AUTO_TEST_CASE(connections_are_added_up_to_a_number) {
    Fixture pool{options(3)};
    SlotId const busy = pool.open();
    auto const second = pool.core.add_connection(2, start);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(!pool.core.add_connection(2, start).has_value());  // one is busy, one connects
    BOOST_TEST(pool.connected(*second, start, true) == nullptr);
    BOOST_TEST(pool.core.gauges().idle == 1U);
    BOOST_TEST(pool.core.gauges().resumed == 1U);
    BOOST_TEST(pool.core.add_connection(9, start).has_value());
    BOOST_TEST(!pool.core.add_connection(9, start).has_value());  // no more than the pool holds
    (void)pool.release(busy, start, Fate::reusable);
}

// ---- The effect of a failure on other connections

BOOST_AUTO_TEST_CASE(connections_idle_since_before_a_failed_exchange_are_not_used) {
    struct Row {
        Fate fate;
        std::chrono::seconds used_at;  // the other connection, after the exchange began at 10 s
        bool trusted;
    };
    for (Row const& row : {Row{Fate::failed, 9s, false}, Row{Fate::failed, 10s, true}, Row{Fate::failed, 15s, true},
                           Row{Fate::spent, 9s, true}, Row{Fate::reusable, 9s, true}}) {
        BOOST_TEST_CONTEXT("fate " << static_cast<int>(row.fate) << ", used at " << row.used_at.count() << " s") {
            Fixture pool{options(3)};
            SlotId const failing = pool.open(start + 10s);
            SlotId const other = pool.open(start);
            (void)pool.release(other, start + row.used_at, Fate::reusable);
            (void)pool.release(failing, start + 20s, row.fate);
            auto grant = pool.core.take_idle(request(start + 21s));
            if (row.fate == Fate::reusable) grant = pool.core.take_idle(request(start + 21s));
            BOOST_TEST(grant.has_value() == row.trusted);
            BOOST_TEST(pool.retired() == (row.trusted ? Slots{} : Slots{other}));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_may_ask_for_a_connection_proven_since_its_failure) {
    Fixture pool{options(3)};
    SlotId const old = pool.open_idle(start + 1s);
    LeaseRequest wanted = request(start + 3s);
    wanted.proven_since = start + 2s;
    BOOST_TEST(!pool.core.take_idle(wanted).has_value());
    BOOST_TEST(pool.retired().empty());  // other calls may use it
    Waiter waiter;
    BOOST_TEST(pool.core.enqueue(waiter, wanted) == Kind::wait);
    BOOST_TEST(pool.next_connects(start + 3s).size() == 1U);
    // A connection that has carried a call meanwhile is not suspect.
    BOOST_TEST(pool.core.take_idle(request(start + 3s))->slot == old);
    BOOST_TEST(pool.release(old, start + 4s, Fate::reusable).served == &waiter);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_is_not_good_enough_makes_room_for_a_new_one) {
    Fixture pool{options(1)};
    SlotId const old = pool.open_idle(start + 1s);
    LeaseRequest wanted = request(start + 3s);
    wanted.proven_since = start + 2s;
    Waiter waiter;
    BOOST_TEST(pool.core.enqueue(waiter, wanted) == Kind::wait);
    BOOST_TEST(pool.next_connects(start + 3s) == Slots{old});
    BOOST_TEST(pool.retired() == Slots{old});
    (void)pool.core.leave(waiter);
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_not_used_has_proven_nothing) {
    Fixture pool{options(2)};
    SlotId const slot = pool.open(start);
    Waiter waiter;
    BOOST_TEST(pool.enqueue(waiter, start + 1s) == Kind::wait);
    (void)pool.release(slot, start + 1s, Fate::reusable);
    SlotId const later = pool.open_idle(start + 4s);
    BOOST_TEST(pool.release(slot, start + 5s, Fate::unused).served == nullptr);
    BOOST_TEST(pool.core.take_idle(request(start + 6s))->slot == later);
    LeaseRequest wanted = request(start + 6s);
    wanted.proven_since = start + 2s;
    BOOST_TEST(!pool.core.take_idle(wanted).has_value());
}

// ---- Connects

BOOST_AUTO_TEST_CASE(there_are_as_many_connects_as_waiting_calls) {
    Fixture pool{options(4)};
    Waiter first, second, third;
    (void)pool.enqueue(first);
    (void)pool.enqueue(second);
    Slots const connects = pool.next_connects();
    BOOST_TEST(connects.size() == 2U);
    // Connects of calls that gave up serve later calls.
    (void)pool.core.leave(first);
    (void)pool.core.leave(second);
    (void)pool.enqueue(third, start + 100ms);
    BOOST_TEST(pool.next_connects(start + 100ms).empty());
    BOOST_TEST(pool.connected(connects[1], start + 200ms) == &third);
    BOOST_TEST(pool.connected(connects[0], start + 200ms) == nullptr);
    BOOST_TEST(pool.core.gauges().idle == 1U);
}

BOOST_AUTO_TEST_CASE(a_connect_that_takes_long_does_not_keep_others_from_beginning) {
    Fixture pool{options(3)};
    Waiter first, second, third;
    (void)pool.enqueue(first);
    Slots const stalled = pool.next_connects();
    (void)pool.core.leave(first);
    (void)pool.enqueue(second, start + slow_connect - 1ms);
    BOOST_TEST(pool.next_connects(start + slow_connect - 1ms).empty());
    BOOST_TEST(pool.next_connects(start + slow_connect).size() == 1U);
    (void)pool.enqueue(third, start + slow_connect);
    BOOST_TEST(pool.next_connects(start + slow_connect).size() == 1U);
    BOOST_TEST(pool.core.oldest_connect().value() == stalled[0]);
    (void)pool.core.leave(second);
    (void)pool.core.leave(third);
}

BOOST_AUTO_TEST_CASE(a_connect_without_a_waiting_call_continues_for_a_limited_time) {
    PoolOptions limits = options(4);
    limits.min_idle = 2;
    Fixture pool{limits};
    Waiter waiter;
    (void)pool.enqueue(waiter);
    Slots const connects = pool.next_connects();  // for the waiter, and for the minimum
    BOOST_TEST(connects.size() == 2U);
    TimePoint const late = start + longest_lonely_connect;
    BOOST_TEST(!pool.core.abandon(late).has_value());  // a call waits
    (void)pool.core.leave(waiter);
    BOOST_TEST(pool.core.active());
    BOOST_TEST((pool.core.next_event(start) == late));
    BOOST_TEST(!pool.core.abandon(late - 1ms).has_value());
    BOOST_TEST(pool.core.abandon(late).value() == connects[0]);
    BOOST_TEST(!pool.core.abandon(late).has_value());
    BOOST_TEST(!pool.core.active());
    BOOST_TEST((pool.core.next_event(start) == no_deadline));
    // A call that comes before the connect ends does not get its failure.
    (void)pool.enqueue(waiter, late);
    pool.core.connect_stopped(connects[0]);
    BOOST_TEST(pool.core.leave(waiter));
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_a_connect_takes_a_connection_that_becomes_free) {
    Fixture pool{options(2)};
    SlotId const busy = pool.open();
    Waiter waiter;
    (void)pool.enqueue(waiter);
    Slots const connects = pool.next_connects();
    BOOST_TEST(connects.size() == 1U);
    BOOST_TEST(pool.release(busy, start + 1s, Fate::reusable).served == &waiter);
    BOOST_TEST(pool.connected(connects[0], start + 2s) == nullptr);
    BOOST_TEST(pool.core.gauges().idle == 1U);
}

BOOST_AUTO_TEST_CASE(a_connect_without_a_timeout_has_the_deadline_of_its_call) {
    Fixture pool{options(2)};
    Waiter waiter;
    (void)pool.enqueue(waiter, start, start + 7s);
    BOOST_TEST((pool.core.next_connect(start)->deadline == start + 7s));
    (void)pool.core.leave(waiter);
}

// The service is down: no call waits for more than the connects that were in progress when it came.
BOOST_AUTO_TEST_CASE(when_no_connect_can_succeed_all_waiters_fail) {
    Fixture pool{options(2)};
    std::list<Waiter> waiters(6);
    auto next = waiters.begin();
    Told all;
    for (int i = 0; i < 5; ++i, ++next) {
        all.push_back(&*next);
        (void)pool.enqueue(*next);
    }
    Slots const connects = pool.next_connects(start);
    BOOST_TEST(connects.size() == 2U);
    (void)pool.enqueue(*next, start + 1ms);  // after they had begun
    // The first failure is reported to one waiter, because the other connect may succeed.
    BOOST_TEST(pool.fail(connects[0], start + 1s) == Told{all[0]});
    BOOST_TEST(pool.next_connects(start + 1s) == Slots{connects[0]});
    // The second one is reported to all the others, although a later connect is in progress.
    BOOST_TEST(pool.fail(connects[1], start + 1s) == (Told{all[1], all[2], all[3], all[4]}));
    BOOST_TEST(pool.core.gauges().waiting == 1U);
    BOOST_TEST(pool.connected(connects[0], start + 2s) == &*next);
}

// There is no memory for another connect, so later waiters must not rely on one either.
BOOST_AUTO_TEST_CASE(a_lost_connect_is_reported_to_all_unless_another_is_in_progress) {
    Fixture pool{options(2)};
    Waiter first, second, third;
    (void)pool.enqueue(first);
    (void)pool.enqueue(second);
    Slots const connects = pool.next_connects(start);
    BOOST_TEST(connects.size() == 2U);
    (void)pool.enqueue(third, start + 1ms);
    BOOST_TEST(pool.lose(connects[0], start + 2ms) == Told{&first});
    BOOST_TEST(pool.lose(connects[1], start + 2ms) == (Told{&second, &third}));
    BOOST_TEST(pool.core.gauges().connecting == 0U);
}

BOOST_AUTO_TEST_CASE(with_open_connections_a_failed_connect_is_reported_to_one_and_followed_by_a_pause) {
    Fixture pool{options(3)};
    SlotId const busy = pool.open();
    Waiter first, second;
    (void)pool.enqueue(first);
    Slots connects = pool.next_connects(start);
    (void)pool.enqueue(second);
    BOOST_TEST(connects.size() == 1U);
    BOOST_TEST(pool.fail(connects[0], start) == Told{&first});
    BOOST_TEST(pool.next_connects(start).empty());
    BOOST_TEST((pool.core.next_event(start) == start + shortest_pause));
    connects = pool.next_connects(start + shortest_pause);
    BOOST_TEST(connects.size() == 1U);
    BOOST_TEST(pool.release(busy, start + 1s, Fate::reusable).served == &second);
    BOOST_TEST(pool.fail(connects[0], start + 1s).empty());
}

BOOST_AUTO_TEST_CASE(a_minimum_of_connections_is_kept) {
    PoolOptions limits = options(4);
    limits.min_idle = 2;
    limits.idle_timeout = 10s;
    Fixture pool{limits};
    Slots const both = pool.next_connects(start);
    BOOST_TEST(both.size() == 2U);
    for (SlotId const slot : both) BOOST_TEST(pool.connected(slot, start) == nullptr);
    BOOST_TEST(pool.next_connects(start).empty());
    BOOST_TEST((pool.core.next_event(start) == no_deadline));  // no event is expected
    // Whether in use or not.
    BOOST_TEST(pool.core.take_idle(request(start + 1s)).has_value());
    BOOST_TEST(pool.next_connects(start + 1s).empty());
    // Those that are idle for too long are replaced.
    BOOST_TEST(!pool.core.take_idle(request(start + 10s)).has_value());
    BOOST_TEST(pool.retired().size() == 1U);
    BOOST_TEST(pool.next_connects(start + 10s).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_minimum_is_not_insisted_on_while_the_service_is_down) {
    PoolOptions limits = options(4);
    limits.min_idle = 1;
    Fixture pool{limits};
    TimePoint now = start;
    for (auto const pause : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
        Slots const connect = pool.next_connects(now);
        BOOST_REQUIRE_EQUAL(connect.size(), 1U);
        (void)pool.fail(connect[0], now);
        BOOST_TEST(pool.next_connects(now + pause - 1ms).empty());
        now += pause;
    }
    // A waiting call is not affected by a pause, and its success ends the pauses.
    Slots connect = pool.next_connects(now);
    (void)pool.fail(connect.at(0), now);
    Waiter waiter;
    (void)pool.enqueue(waiter, now);
    connect = pool.next_connects(now);
    BOOST_REQUIRE_EQUAL(connect.size(), 1U);
    BOOST_TEST(pool.connected(connect[0], now) == &waiter);
    (void)pool.release(waiter.grant.slot, now, Fate::spent);
    connect = pool.next_connects(now);
    BOOST_REQUIRE_EQUAL(connect.size(), 1U);
    // The next pause is as short as the first one.
    (void)pool.fail(connect[0], now);
    BOOST_TEST(pool.next_connects(now + shortest_pause).size() == 1U);
}

// Random sequences, checked against the rules that must hold in every state.
class Model {
public:
    explicit Model(unsigned seed) : random_{seed}, limits_{make_limits()}, core_{limits_} {}
    ~Model() {
        for (Waiter* const waiter : queue_) core_.leave(*waiter);
    }
    Model(Model const&) = delete;
    Model& operator=(Model const&) = delete;

    void step() {
        now_ += std::chrono::milliseconds{pick(700)};
        switch (pick(7)) {
            case 0:
            case 1:
                call();
                break;
            case 2:
                end_a_connect();
                break;
            case 3:
            case 4:
                end_a_call();
                break;
            case 5:
                give_up();
                break;
            default:
                expire();
        }
        begin_connects();
        check();
    }

private:
    std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_); }
    SlotId take(std::set<SlotId>& from) {
        auto const it = std::next(from.begin(), static_cast<std::ptrdiff_t>(pick(from.size())));
        SlotId const slot = *it;
        from.erase(it);
        return slot;
    }
    PoolOptions make_limits() {
        PoolOptions limits = options(1 + pick(5), pick(6));
        limits.idle_timeout = 5s;
        limits.max_age = pick(2) == 0 ? 0s : 20s;
        limits.min_idle = pick(3) == 0 ? pick(7) : 0;
        return limits;
    }
    void take_retired() {
        while (auto const slot = core_.next_retired()) BOOST_TEST(idle_.erase(*slot) == 1U);
    }
    void left_queue(Waiter const& waiter) {
        BOOST_TEST(std::erase(queue_, &waiter) == 1U);
        if (waiter.grant.kind != Kind::connection) return;
        BOOST_TEST((waiter.grant.deadline <= waiter.request.deadline));
        BOOST_TEST(busy_.insert(waiter.grant.slot).second);
    }

    void call() {
        LeaseRequest wanted = request(now_, pick(2) == 0 ? no_deadline : now_ + std::chrono::milliseconds{pick(9000)});
        if (pick(4) == 0) wanted.proven_since = now_;
        if (auto const grant = core_.take_idle(wanted)) {
            BOOST_TEST(idle_.erase(grant->slot) == 1U);
            busy_.insert(grant->slot);
        } else {
            waiters_.emplace_back();
            if (core_.enqueue(waiters_.back(), wanted) == Kind::wait) {
                queue_.push_back(&waiters_.back());
            } else {
                BOOST_TEST(queue_.size() >= limits_.max_connections - busy_.size());
            }
        }
        take_retired();
    }
    void end_a_connect() {
        if (connecting_.empty()) return;
        SlotId const slot = take(connecting_);
        PoolCore::Left left;
        if (pick(3) == 0) {
            bool const waited_for = !queue_.empty();
            core_.connect_failed(slot, now_, left);
            BOOST_TEST(left.empty() != waited_for);
            for (Waiter* const waiter : listed(left)) left_queue(*waiter);
            return;
        }
        BOOST_TEST(core_.connected(slot, now_, false, left));
        serve(slot, left);
    }
    // The first waiter that can still succeed is served; those before it leave.
    void serve(SlotId slot, PoolCore::Left& left) {
        bool served = false;
        for (Waiter* const waiter : listed(left)) {
            BOOST_TEST(waiter == queue_.front());
            BOOST_TEST((waiter->grant.kind == Kind::expired) == (waiter->deadline <= now_));
            served = served || waiter->grant.kind == Kind::connection;
            left_queue(*waiter);
        }
        if (served) return;
        BOOST_TEST(queue_.empty());
        idle_.insert(slot);
    }
    void end_a_call() {
        if (busy_.empty()) return;
        SlotId const slot = take(busy_);
        constexpr Fate fates[]{Fate::reusable, Fate::reusable, Fate::reusable, Fate::unused, Fate::spent, Fate::failed};
        PoolCore::Left left;
        auto const released = core_.release(slot, now_, fates[pick(std::size(fates))],
                                            pick(2) == 0 ? Ended::answered : Ended::otherwise, left);
        if (released.close) return;
        serve(slot, left);
    }
    void give_up() {
        if (queue_.empty()) return;
        std::size_t const index = pick(queue_.size());
        BOOST_TEST(core_.leave(*queue_[index]));
        queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    void expire() {
        core_.expire(now_, [&](SlotId slot) { BOOST_TEST(busy_.count(slot) == 1U); });
        PoolCore::Left left;
        core_.expel(now_, left);
        for (Waiter* const waiter : listed(left)) {
            BOOST_TEST((waiter->deadline <= now_));
            left_queue(*waiter);
        }
    }
    void begin_connects() {
        while (auto const next = core_.next_connect(now_)) {
            take_retired();
            BOOST_TEST(busy_.count(next->slot) + idle_.count(next->slot) == 0U);
            BOOST_TEST(connecting_.insert(next->slot).second);
        }
    }
    void check() {
        PoolGauges const gauges = core_.gauges();
        BOOST_TEST(gauges.idle == idle_.size());
        BOOST_TEST(gauges.busy == busy_.size());
        BOOST_TEST(gauges.connecting == connecting_.size());
        BOOST_TEST(gauges.waiting == queue_.size());
        BOOST_TEST(gauges.idle + gauges.busy + gauges.connecting <= limits_.max_connections);
        // Every waiter has something to wait for.
        bool const hope = gauges.connecting + gauges.busy != 0 || core_.next_event(now_) != no_deadline;
        BOOST_TEST((queue_.empty() || hope));
    }

    std::mt19937 random_;
    PoolOptions limits_;
    PoolCore core_;
    TimePoint now_{start};
    std::set<SlotId> connecting_{}, busy_{}, idle_{};
    std::list<Waiter> waiters_{};
    std::vector<Waiter*> queue_{};  // the waiters, in order
};

BOOST_AUTO_TEST_CASE(invariants_hold_under_random_use) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Model model{seed};
            for (int step = 0; step < 400; ++step) model.step();
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
