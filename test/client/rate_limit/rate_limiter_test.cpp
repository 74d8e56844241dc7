#include "client/rate_limit/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace clerk::client {

std::ostream& operator<<(std::ostream& out, RateLimiter::Verdict verdict) { return out << static_cast<int>(verdict); }

BOOST_AUTO_TEST_SUITE(rate_limiter)

namespace {

using namespace std::chrono_literals;
using Verdict = RateLimiter::Verdict;
using Ticket = RateLimiter::Ticket;
using Waiter = RateLimiter::Waiter;

constexpr base::TimePoint start{std::chrono::hours{1}};
constexpr base::TimePoint never = base::TimePoint::max();
constexpr Endpoint list{"list_organizations", {}};
constexpr Endpoint get{"get_organization", {}};
constexpr Endpoint update_a{"update_organization", "org_a"};
constexpr Endpoint update_b{"update_organization", "org_b"};
constexpr Endpoint merge_a{"merge_organization_metadata", "org_a"};

RateLimits limits(std::size_t requests, std::size_t writes, std::chrono::milliseconds window = 10s) {
    return {.requests = requests, .writes_per_organization = writes, .window = window, .park = true};
}

// A write has the limit of its organization.
Endpoint within(RateLimits const& limits, Endpoint endpoint) {
    if (endpoint.scope.empty()) return endpoint;
    endpoint.limit = limits.writes_per_organization;
    endpoint.window = limits.window;
    return endpoint;
}

bool same(base::TimePoint a, base::TimePoint b) { return a == b; }

// The waiters that left, in order.
using Waiters = std::vector<Waiter*>;
Waiters listed(RateLimiter::Left& left) {
    Waiters waiters;
    while (!left.empty()) {
        waiters.push_back(static_cast<Waiter*>(&left.front()));
        left.pop_front();
    }
    return waiters;
}

struct Fixture {
    explicit Fixture(RateLimits const& wanted) : limits{wanted}, limiter{wanted} {}

    Verdict admit(Endpoint const& endpoint, base::TimePoint now = start, base::TimePoint deadline = never,
                  transport::ExchangeTime* time = nullptr) {
        ticket = Ticket{};
        return limiter.admit(within(limits, endpoint), now, {deadline, time}, ticket);
    }
    // Admits a request that must not wait.
    Ticket take(Endpoint const& endpoint, base::TimePoint now = start) {
        BOOST_REQUIRE_EQUAL(admit(endpoint, now), Verdict::admitted);
        return ticket;
    }
    void take_and_finish(Endpoint const& endpoint, base::TimePoint now = start) {
        limiter.finish(take(endpoint, now), now);
    }
    // Queues a request that must wait.
    void wait(Waiter& waiter, Endpoint const& endpoint, base::TimePoint now = start) {
        BOOST_REQUIRE_EQUAL(admit(endpoint, now, waiter.deadline, waiter.time), Verdict::wait);
        limiter.enqueue(waiter, within(limits, endpoint), now);
    }
    Waiters release(base::TimePoint now) {
        RateLimiter::Left left;
        limiter.release(now, left);
        return listed(left);
    }
    Waiters park(Endpoint const& endpoint, std::chrono::milliseconds time, base::TimePoint now = start) {
        RateLimiter::Left left;
        limiter.park(within(limits, endpoint), time, now, left);
        return listed(left);
    }
    Waiters close() {
        RateLimiter::Left left;
        limiter.close(left);
        return listed(left);
    }
    // Waiters that are still in the queue are declared before the fixture.
    ~Fixture() { (void)close(); }

    RateLimits limits;
    RateLimiter limiter;
    Ticket ticket{};
};

// Limiter off, the request's own limit, that of the options; the window of the key's limit unless it has its own.
BOOST_AUTO_TEST_CASE(a_request_names_its_scope_limit_and_window) {
    struct Row {
        std::size_t key_limit{};
        std::size_t option{};
        http::RateLimit own{};
        std::size_t limit{};
        std::chrono::milliseconds window{};
    };
    Row const rows[] = {
        {0, 0, {"org_1", 10, 0s}, 0, 1ms},    {0, 5, {"org_1", 10, 2s}, 0, 1ms},
        {100, 0, {"org_1", 10, 0s}, 10, 10s}, {100, 5, {"org_1", 10, 0s}, 5, 10s},
        {100, 50, {"org_1", 10, 2s}, 50, 2s}, {100, 0, {"", 250, 1h}, 250, 1h},
        {100, 5, {"", 250, 1h}, 250, 1h},     {100, 5, {"", 0, 0s}, 0, 1ms},
        {100, 5, {"/path", 0, 0s}, 0, 1ms},   {100, 5, {"org_1", 10, 0s, "writes"}, 5, 10s},
    };
    for (Row const& row : rows) {
        http::Request request = http::make_request(http::Method::patch, "update_organization", "/organizations/any");
        request.rate_limit = std::make_unique<http::RateLimit>(row.own);
        Endpoint const endpoint = endpoint_of(request, limits(row.key_limit, row.option));
        BOOST_TEST_CONTEXT(row.key_limit << ' ' << row.option << ' ' << row.own.scope << ' ' << row.own.requests) {
            std::string_view const own_name = request.operation;
            BOOST_TEST(endpoint.operation == (row.own.name.empty() ? own_name : row.own.name));
            BOOST_TEST(endpoint.scope == row.own.scope);
            BOOST_TEST(endpoint.limit == row.limit);
            BOOST_TEST((endpoint.window == row.window));
        }
    }
}

BOOST_AUTO_TEST_CASE(without_limits_everything_passes) {
    Fixture f{limits(0, 0)};
    BOOST_TEST(f.limiter.quiet(start));
    for (int i = 0; i < 10'000; ++i) {
        BOOST_TEST(f.admit(i % 2 == 0 ? list : update_a) == Verdict::admitted);
        BOOST_TEST((f.ticket.queue == nullptr && f.ticket.recovery == 0));
    }
    BOOST_TEST(f.limiter.quiet(start));
    RateLimiterGauges const gauges = f.limiter.gauges(start);
    BOOST_TEST(gauges.used == 0U);
    BOOST_TEST(gauges.limit == 0U);
    BOOST_TEST(gauges.admitted == 10'000U);
}

BOOST_AUTO_TEST_CASE(the_whole_window_may_go_at_once) {
    Fixture f{limits(1000, 10)};
    for (int i = 0; i < 1000; ++i) f.take_and_finish(list);
    BOOST_TEST(f.admit(list) == Verdict::wait);
    BOOST_TEST(f.admit(get, start + 10s - 1ns) == Verdict::wait);
    BOOST_TEST(f.limiter.gauges(start + 10s - 1ns).used == 1000U);
    BOOST_TEST(f.limiter.gauges(start + 10s).used == 0U);
    for (int i = 0; i < 1000; ++i) f.take_and_finish(list, start + 10s);
    BOOST_TEST(f.admit(list, start + 10s) == Verdict::wait);
    BOOST_TEST(!f.limiter.quiet(start + 1000s));
}

BOOST_AUTO_TEST_CASE(a_slow_request_keeps_its_place) {
    Fixture f{limits(1, 10)};
    Ticket const slow = f.take(list);
    BOOST_TEST(f.admit(list, start + 15s) == Verdict::wait);
    f.limiter.finish(slow, start + 15s);
    BOOST_TEST(f.admit(list, start + 25s - 1ns) == Verdict::wait);
    BOOST_TEST(f.admit(list, start + 25s) == Verdict::admitted);
    f.limiter.withdraw(f.ticket, start + 25s);
    BOOST_TEST(f.admit(list, start + 25s) == Verdict::admitted);
}

BOOST_AUTO_TEST_CASE(writes_are_limited_per_operation_and_organization) {
    Fixture f{limits(100, 2)};
    f.take_and_finish(update_a);
    f.take_and_finish(update_a);
    BOOST_TEST(f.admit(update_a) == Verdict::wait);
    BOOST_TEST(f.admit(update_b) == Verdict::admitted);
    BOOST_TEST(f.admit(merge_a) == Verdict::admitted);
    BOOST_TEST(f.admit(list) == Verdict::admitted);
    BOOST_TEST(f.admit(update_a, start + 10s) == Verdict::admitted);
}

BOOST_AUTO_TEST_CASE(first_in_first_out_across_endpoints) {
    Fixture f{limits(2, 10)};
    f.take_and_finish(list, start);
    f.take_and_finish(list, start + 1s);
    Waiter a, b, c, d;
    f.wait(a, list, start + 1s);
    f.wait(b, get, start + 1s);
    f.wait(c, update_a, start + 1s);
    f.wait(d, list, start + 1s);
    BOOST_TEST(f.limiter.waiting() == 4U);
    BOOST_TEST(same(f.limiter.next_event(), start + 10s));
    BOOST_TEST(f.release(start + 10s - 1ns).empty());
    BOOST_TEST((f.release(start + 10s) == Waiters{&a}));
    BOOST_TEST(a.verdict == Verdict::admitted);
    BOOST_TEST(same(f.limiter.next_event(), start + 11s));
    // No request overtakes, not even when a place is free but not assigned yet.
    BOOST_TEST(f.admit(update_b, start + 11s) == Verdict::wait);
    BOOST_TEST((f.release(start + 11s) == Waiters{&b}));
    BOOST_TEST(same(f.limiter.next_event(), never));  // both places are used by requests in flight
    f.limiter.finish(b.ticket, start + 12s);
    BOOST_TEST(same(f.limiter.next_event(), start + 22s));
    f.limiter.withdraw(a.ticket, start + 13s);
    BOOST_TEST((f.release(start + 13s) == Waiters{&c}));
    BOOST_TEST((f.release(start + 22s) == Waiters{&d}));
    BOOST_TEST(f.limiter.waiting() == 0U);
    BOOST_TEST(same(f.limiter.next_event(), never));
}

BOOST_AUTO_TEST_CASE(an_endpoint_at_its_own_limit_does_not_delay_the_others) {
    Fixture f{limits(100, 1)};
    f.take_and_finish(update_a);
    Waiter first, second;
    f.wait(first, update_a);
    f.wait(second, update_a);
    BOOST_TEST(f.admit(list) == Verdict::admitted);
    BOOST_TEST(f.admit(update_b) == Verdict::admitted);
    BOOST_TEST(f.admit(update_a, start + 10s) == Verdict::wait);
    BOOST_TEST((f.release(start + 10s) == Waiters{&first}));
    BOOST_TEST(f.release(start + 30s).empty());
    f.limiter.finish(first.ticket, start + 30s);
    BOOST_TEST((f.release(start + 40s) == Waiters{&second}));
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_was_delayed_is_served_by_arrival) {
    Fixture f{limits(2, 1)};
    f.take_and_finish(update_a, start);
    f.take_and_finish(list, start + 5s);
    Waiter early, late;
    f.wait(early, update_a, start + 6s);  // both limits delay it until 10 s
    f.wait(late, list, start + 6s);
    BOOST_TEST((f.release(start + 10s) == Waiters{&early}));
    BOOST_TEST((f.release(start + 15s) == Waiters{&late}));
}

BOOST_AUTO_TEST_CASE(waiters_may_leave) {
    Fixture f{limits(1, 10)};
    f.take_and_finish(list);
    Waiter a, b, c;
    for (Waiter* const waiter : {&a, &b, &c}) f.wait(*waiter, list);
    BOOST_TEST(f.limiter.leave(b, start));
    BOOST_TEST(!f.limiter.leave(b, start));
    BOOST_TEST(f.limiter.leave(a, start));
    BOOST_TEST(a.verdict == Verdict::wait);
    BOOST_TEST((f.release(start + 10s) == Waiters{&c}));
    BOOST_TEST(!f.limiter.leave(c, start + 10s));
    BOOST_TEST(c.verdict == Verdict::admitted);
}

BOOST_AUTO_TEST_CASE(a_wait_that_would_pass_the_deadline_is_refused_at_once) {
    Waiter a, b, c;
    Fixture f{limits(2, 1)};
    f.take_and_finish(list, start);
    f.take_and_finish(list, start + 4s);
    base::TimePoint const now = start + 5s;
    BOOST_TEST(f.admit(list, now, start + 10s) == Verdict::refused);
    BOOST_TEST(f.admit(list, now, start + 10s + 1ns) == Verdict::wait);
    f.wait(a, list, now);
    BOOST_TEST(f.admit(get, now, start + 14s) == Verdict::refused);
    BOOST_TEST(f.admit(get, now, start + 14s + 1ns) == Verdict::wait);
    f.wait(b, get, now);
    // The third waits for a place that the first two use once more.
    BOOST_TEST(f.admit(list, now, start + 20s) == Verdict::refused);
    BOOST_TEST(f.admit(update_a, now, start + 20s) == Verdict::refused);
    BOOST_TEST(f.admit(list, now, start + 20s + 1ns) == Verdict::wait);
    f.wait(c, list, now);
}

BOOST_AUTO_TEST_CASE(the_organizations_limit_counts_towards_the_deadline) {
    Waiter a;
    Fixture f{limits(100, 1)};
    f.take_and_finish(update_a);
    f.wait(a, update_a);
    BOOST_TEST(f.admit(update_a, start, start + 20s) == Verdict::refused);
    BOOST_TEST(f.admit(update_a, start, start + 20s + 1ns) == Verdict::wait);
    // All waiters there may come after a new request of another endpoint, so nothing is certain.
    BOOST_TEST(f.admit(update_b, start, start + 1ns) == Verdict::admitted);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_passes_ends_the_wait) {
    Fixture f{limits(1, 10)};
    Ticket const slow = f.take(list);
    Waiter a, b;
    a.deadline = start + 12s;
    b.deadline = start + 11s;
    f.wait(a, list);  // might get the place at 10 s, if it came free now
    f.limiter.leave(a, start);
    f.wait(b, list);
    f.limiter.leave(b, start);
    b.deadline = start + 21s;
    f.wait(a, list);
    f.wait(b, list);
    BOOST_TEST(same(f.limiter.next_event(), start + 12s));
    BOOST_TEST((f.release(start + 12s) == Waiters{&a}));
    BOOST_TEST(a.verdict == Verdict::expired);
    BOOST_TEST(same(f.limiter.next_event(), start + 21s));
    f.limiter.finish(slow, start + 10s);
    BOOST_TEST((f.release(start + 20s) == Waiters{&b}));
    BOOST_TEST(b.verdict == Verdict::admitted);
    // At exactly the deadline it is too late.
    Waiter c;
    c.deadline = start + 40s;
    f.limiter.finish(b.ticket, start + 20s);
    f.wait(c, list, start + 21s);
    BOOST_TEST((f.release(start + 40s) == Waiters{&c}));
    BOOST_TEST(c.verdict == Verdict::expired);
}

BOOST_AUTO_TEST_CASE(closing_ends_every_wait) {
    Fixture f{limits(1, 1)};
    Ticket const running = f.take(update_a);
    Waiter a, b, c;
    a.deadline = start + 30s;
    f.wait(a, list);
    f.wait(b, update_a);
    f.wait(c, list);
    Waiters const left = f.close();
    BOOST_TEST((std::set<Waiter*>{left.begin(), left.end()} == std::set<Waiter*>{&a, &b, &c}));
    for (Waiter const* const waiter : left) BOOST_TEST(waiter->verdict == Verdict::closed);
    BOOST_TEST(f.limiter.waiting() == 0U);
    BOOST_TEST(same(f.limiter.next_event(), never));
    BOOST_TEST(f.admit(get, start + 100s) == Verdict::closed);
    f.limiter.finish(running, start + 100s);
    BOOST_TEST(f.park(list, 1s, start + 100s).empty());
    BOOST_TEST(f.limiter.gauges(start + 100s).parked == 0U);
    BOOST_TEST(f.close().empty());
}

BOOST_AUTO_TEST_CASE(a_closed_limiter_is_not_quiet) {
    Fixture f{limits(0, 0)};
    (void)f.close();
    BOOST_TEST(!f.limiter.quiet(start));
    BOOST_TEST(f.admit(list) == Verdict::closed);
}

// With and without limits: the same endpoint waits, others are not affected.
BOOST_AUTO_TEST_CASE(a_parked_endpoint_opens_with_success) {
    for (bool const limited : {false, true}) {
        BOOST_TEST_CONTEXT("limits " << limited) {
            std::vector<Waiter> waiters(200);
            Fixture f{limited ? limits(1000, 10) : limits(0, 0)};
            BOOST_TEST(f.park(list, 2s).empty());
            BOOST_TEST(!f.limiter.quiet(start));
            BOOST_TEST(f.limiter.gauges(start).parked == 1U);
            BOOST_TEST(f.admit(get) == Verdict::admitted);
            BOOST_TEST(f.admit(update_a) == Verdict::admitted);
            for (Waiter& waiter : waiters) f.wait(waiter, list, start + 1s);
            BOOST_TEST(f.admit(get, start + 1s) == Verdict::admitted);
            BOOST_TEST(same(f.limiter.next_event(), start + 2s));

            // One request is sent alone; then each one that has ended allows two more, until there are many: then it is
            // open.
            base::TimePoint now = start + 2s;
            for (std::size_t const expected : {1U, 2U, 4U, 8U, 16U, 32U, 137U}) {
                Waiters const released = f.release(now);
                BOOST_TEST(released.size() == expected);
                BOOST_TEST(f.release(now + 300ms).empty());
                BOOST_TEST(f.limiter.gauges(now).parked == (expected == 137U ? 0U : 1U));
                now += 300ms;
                for (Waiter* const waiter : released) f.limiter.finish(waiter->ticket, now);
            }
            BOOST_TEST(f.admit(list, now) == Verdict::admitted);
            BOOST_TEST(f.limiter.quiet(start + 10s) != limited);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refused_probe_parks_again) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    Waiter a, b;
    f.wait(a, list);
    f.wait(b, list);
    BOOST_TEST((f.release(start + 2s) == Waiters{&a}));
    (void)f.park(list, 3s, start + 2s + 100ms);
    f.limiter.finish(a.ticket, start + 2s + 100ms);
    BOOST_TEST(f.limiter.gauges(start + 3s).parked == 1U);
    BOOST_TEST(f.release(start + 5s).empty());
    BOOST_TEST((f.release(start + 5s + 100ms) == Waiters{&b}));
    f.limiter.finish(b.ticket, start + 6s);
    BOOST_TEST(f.limiter.quiet(start + 10s));
}

BOOST_AUTO_TEST_CASE(the_end_of_an_older_probe_does_not_end_the_wait_for_the_newer) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    Waiter a, b, c;
    for (Waiter* const waiter : {&a, &b, &c}) f.wait(*waiter, list);
    BOOST_TEST((f.release(start + 2s) == Waiters{&a}));
    (void)f.park(list, 2s, start + 2s);  // another request that was still in flight was refused
    BOOST_TEST((f.release(start + 4s) == Waiters{&b}));
    f.limiter.finish(a.ticket, start + 4s);
    BOOST_TEST(f.release(start + 4s).empty());
    f.limiter.finish(b.ticket, start + 4s + 10ms);
    BOOST_TEST((f.release(start + 4s + 10ms) == Waiters{&c}));
}

BOOST_AUTO_TEST_CASE(a_withdrawn_probe_has_no_effect) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    Waiter a, b, c;
    for (Waiter* const waiter : {&a, &b, &c}) f.wait(*waiter, list);
    BOOST_TEST((f.release(start + 2s) == Waiters{&a}));
    f.limiter.withdraw(a.ticket, start + 3s - 1ns);
    BOOST_TEST((f.release(start + 3s - 1ns) == Waiters{&b}));
    BOOST_TEST(f.release(start + 3s).empty());
    f.limiter.finish(b.ticket, start + 3s);
    BOOST_TEST((f.release(start + 3s) == Waiters{&c}));
}

BOOST_AUTO_TEST_CASE(an_unanswered_probe_does_not_delay_the_others_for_long) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    Waiter a, b, c;
    for (Waiter* const waiter : {&a, &b, &c}) f.wait(*waiter, list);
    BOOST_TEST((f.release(start + 2s) == Waiters{&a}));
    BOOST_TEST(same(f.limiter.next_event(), start + 3s));
    BOOST_TEST((f.release(start + 3s) == Waiters{&b}));
    BOOST_TEST(f.release(start + 4s - 1ns).empty());
    BOOST_TEST((f.release(start + 4s) == Waiters{&c}));
    f.limiter.finish(a.ticket, start + 60s);
    BOOST_TEST(f.limiter.quiet(start + 60s));
}

BOOST_AUTO_TEST_CASE(calls_that_come_back_together_after_parking_are_spread_too) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    Ticket const probe = f.take(list, start + 2s);
    BOOST_TEST(f.admit(list, start + 2s) == Verdict::wait);
    f.limiter.finish(probe, start + 2s + 5ms);
    // No request waited, so the endpoint is open again.
    f.take(list, start + 2s + 5ms);
    f.take(list, start + 2s + 5ms);
}

BOOST_AUTO_TEST_CASE(an_unused_endpoint_is_forgotten) {
    Fixture f{limits(0, 0)};
    (void)f.park(list, 2s);
    BOOST_TEST(!f.limiter.quiet(start + 3s - 1ns));
    BOOST_TEST(f.limiter.quiet(start + 3s));
    f.take(list, start + 3s);
    f.take(list, start + 3s);
}

BOOST_AUTO_TEST_CASE(parking_lasts_as_long_as_the_service_says_and_is_never_shortened) {
    RateLimits with = limits(0, 0);
    Fixture f{with};
    (void)f.park(list, 2h);
    BOOST_TEST(f.admit(list, start + 2h - 1ns) == Verdict::wait);
    (void)f.park(list, 1s, start + 1s);
    BOOST_TEST(f.admit(list, start + 2h - 1ns) == Verdict::wait);
    BOOST_TEST(f.admit(list, start, start + 2h) == Verdict::refused);
    (void)f.park(list, 0s, start);
    (void)f.park(get, 0s, start);
    (void)f.park(get, -1s, start);
    BOOST_TEST(f.limiter.gauges(start).parked == 1U);
    BOOST_TEST(f.admit(list, start + 2h) == Verdict::admitted);

    Fixture bounded{with};
    (void)bounded.park(list, std::chrono::milliseconds::max());
    BOOST_TEST(bounded.admit(list, start + 24h - 1ns) == Verdict::wait);
    BOOST_TEST(bounded.admit(list, start + 24h) == Verdict::admitted);

    with.park = false;
    Fixture off{with};
    (void)off.park(list, 2s);
    BOOST_TEST(off.limiter.quiet(start));
    BOOST_TEST(off.admit(list) == Verdict::admitted);
}

BOOST_AUTO_TEST_CASE(a_write_is_parked_for_its_organization_only) {
    for (std::size_t const writes : {0U, 10U}) {
        Fixture f{limits(0, writes)};
        (void)f.park(update_a, 2s);
        BOOST_TEST(f.admit(update_a) == Verdict::wait);
        BOOST_TEST(f.admit(update_b) == Verdict::admitted);
        BOOST_TEST(f.admit(merge_a) == Verdict::admitted);
    }
}

BOOST_AUTO_TEST_CASE(parking_refuses_waiters_with_short_deadlines) {
    std::array<Waiter, 3> waiters;
    Fixture f{limits(10, 10, 1s)};
    for (int i = 0; i < 10; ++i) f.take_and_finish(list);
    waiters[0].deadline = start + 2s;
    waiters[1].deadline = start + 2s + 1ns;
    for (Waiter& waiter : waiters) f.wait(waiter, list);
    BOOST_TEST((f.park(list, 2s) == Waiters{&waiters[0]}));
    BOOST_TEST(waiters[0].verdict == Verdict::refused);
    BOOST_TEST(f.admit(list, start, start + 2s) == Verdict::refused);
    BOOST_TEST(f.admit(list, start, start + 2s + 1ns) == Verdict::wait);
    BOOST_TEST(f.admit(get, start, start + 1s + 1ns) == Verdict::wait);
    BOOST_TEST(f.limiter.waiting() == 2U);
}

BOOST_AUTO_TEST_CASE(a_parked_endpoint_does_not_count_for_the_others) {
    std::array<Waiter, 3> parked;
    Waiter other;
    Fixture f{limits(1, 10, 1s)};
    f.take_and_finish(list);
    for (Waiter& waiter : parked) f.wait(waiter, list);
    BOOST_TEST(f.admit(get, start, start + 2s) == Verdict::refused);
    (void)f.park(list, 60s);
    BOOST_TEST(f.admit(get, start, start + 2s) == Verdict::wait);
    other.deadline = start + 2s;
    f.wait(other, get);
    BOOST_TEST((f.release(start + 1s) == Waiters{&other}));
}

// Millions of organizations, one after another: the number of remembered endpoints is bounded by one window.
BOOST_AUTO_TEST_CASE(organizations_are_forgotten) {
    Fixture f{limits(1000, 10)};
    base::TimePoint now = start;
    for (int i = 0; i < 20'000; ++i) {
        std::string const organization = "org_" + std::to_string(i);
        f.take_and_finish({"update_organization", organization}, now);
        now += 20ms;
    }
    BOOST_TEST(f.limiter.endpoints() <= 2 * 500U + 256U);
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_remembered_while_its_probe_is_in_flight) {
    Fixture f{limits(0, 10)};
    (void)f.park(list, 1s);
    Ticket const probe = f.take(list, start + 1s);
    auto const update_others = [&f](int from, int to, base::TimePoint now) {
        for (int i = from; i < to; ++i) {
            std::string const organization = "org_" + std::to_string(i);
            f.take_and_finish({"update_organization", organization}, now);
        }
    };
    update_others(0, 1000, start + 2s);
    update_others(1000, 1100, start + 100s);
    BOOST_REQUIRE(f.limiter.endpoints() == 101U);
    f.limiter.finish(probe, start + 101s);
    update_others(1100, 2000, start + 200s);
    BOOST_TEST(f.limiter.endpoints() < 1000U);
}

// A driver with its own clock. The service counts each request at a random time between start and end.
class Simulation {
public:
    Simulation(unsigned seed, RateLimits const& with) : random_{seed}, limits_{with}, limiter_{with} {}

    void run(int steps) {
        for (int step = 0; step < steps; ++step) act();
        // Then no new request comes, and time passes: all waiters leave.
        closing_ = true;
        for (int rounds = 0; limiter_.waiting() != 0 || !running_.empty(); ++rounds) {
            BOOST_REQUIRE(rounds < 100'000);
            base::TimePoint next = limiter_.next_event();
            for (Running const& request : running_) next = std::min(next, request.ends);
            BOOST_REQUIRE((next != never));  // otherwise a waiter would never be woken
            advance(std::max(now_, next));
        }
        check_windows();
        BOOST_TEST(waiting_.empty());
        advance(now_ + limits_.window + 61s);
        RateLimiterGauges const gauges = limiter_.gauges(now_);
        BOOST_TEST(gauges.waiting == 0U);
        BOOST_TEST(gauges.used == 0U);
        BOOST_TEST(gauges.parked == 0U);
        BOOST_TEST(gauges.admitted == admitted_);
        BOOST_TEST(entered_ == admitted_ + refused_ + expired_ + left_);
    }

    std::size_t admitted() const { return admitted_; }
    std::size_t waited() const { return waited_; }
    std::size_t expired() const { return expired_; }
    std::size_t refused() const { return refused_; }

private:
    struct Call : Waiter {
        Endpoint endpoint{};
        std::size_t number{};
    };
    struct Running {
        Endpoint endpoint{};
        Ticket ticket{};
        base::TimePoint begun{};
        base::TimePoint ends{};
        bool refused{};
    };

    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
    std::chrono::milliseconds part_of_window() {
        return std::chrono::milliseconds{below(static_cast<unsigned>(limits_.window.count()) + 1)};
    }
    Endpoint endpoint() {
        static std::array<Endpoint, 6> const all{list, get, update_a, update_b, merge_a, {"create_organization", {}}};
        return within(limits_, all[below(all.size())]);
    }

    void act() {
        switch (below(10)) {
            case 0:
                return advance(now_ + part_of_window() / 4);
            case 1:
                return give_up();
            case 2:
                if (below(20) == 0) park(endpoint(), part_of_window());
                return;
            default:
                return enter();
        }
    }

    void enter() {
        ++entered_;
        advance(now_);
        auto call = std::make_shared<Call>();
        call->endpoint = endpoint();
        call->number = entered_;
        if (below(2) == 0) call->deadline = now_ + part_of_window() * 2 + 1ms;
        Ticket ticket{};
        Verdict const verdict = limiter_.admit(call->endpoint, now_, {call->deadline}, ticket);
        if (verdict == Verdict::admitted) {
            // No request of the same endpoint is overtaken.
            for (auto const& other : waiting_) BOOST_REQUIRE(!same_lane(other->endpoint, call->endpoint));
            begin(call->endpoint, ticket);
        } else if (verdict == Verdict::wait) {
            limiter_.enqueue(*call, call->endpoint, now_);
            waiting_.push_back(call);
            ++waited_;
        } else {
            BOOST_REQUIRE_EQUAL(verdict, Verdict::refused);
            BOOST_REQUIRE((call->deadline != never));
            ++refused_;
        }
    }

    void give_up() {
        if (waiting_.empty()) return;
        auto const it = std::next(waiting_.begin(), below(static_cast<unsigned>(waiting_.size())));
        BOOST_REQUIRE(limiter_.leave(**it, now_));
        waiting_.erase(it);
        ++left_;
    }

    void park(Endpoint const& where, std::chrono::milliseconds time) {
        RateLimiter::Left left;
        limiter_.park(where, time, now_, left);
        take_leave(listed(left));
    }

    // Lets time pass; requests end and waiters leave meanwhile, exactly at the times that the limiter returns.
    void advance(base::TimePoint until) {
        for (;;) {
            base::TimePoint next = std::max(limiter_.next_event(), now_);
            auto const first = std::min_element(running_.begin(), running_.end(),
                                                [](Running const& a, Running const& b) { return a.ends < b.ends; });
            if (first != running_.end() && first->ends <= std::min(next, until)) {
                now_ = std::max(now_, first->ends);
                Running const over = *first;
                running_.erase(first);
                end(over);
            } else if (next <= until) {
                now_ = next;
            } else {
                break;
            }
            RateLimiter::Left left;
            limiter_.release(now_, left);
            take_leave(listed(left));
        }
        now_ = until;
    }

    void begin(Endpoint const& where, Ticket const& ticket) {
        ++admitted_;
        bool const refused = !closing_ && below(60) == 0;
        running_.push_back({where, ticket, now_, now_ + part_of_window() / (1 + below(10)), refused});
    }

    void end(Running const& request) {
        if (below(20) == 0) {
            limiter_.withdraw(request.ticket, now_);
            return;
        }
        if (request.refused) park(request.endpoint, part_of_window());
        limiter_.finish(request.ticket, now_);
        auto const span = static_cast<unsigned long>((request.ends - request.begun).count());
        base::TimePoint const counted = request.begun + std::chrono::nanoseconds{random_() % (span + 1)};
        by_key_.push_back(counted);
        if (!request.endpoint.scope.empty()) {
            by_lane_[{request.endpoint.operation, request.endpoint.scope}].push_back(counted);
        }
    }

    void take_leave(Waiters const& left) {
        for (Waiter* const waiter : left) {
            auto const it = std::find_if(waiting_.begin(), waiting_.end(),
                                         [waiter](auto const& call) { return call.get() == waiter; });
            BOOST_REQUIRE((it != waiting_.end()));  // no waiter leaves twice
            auto const call = *it;
            if (call->verdict == Verdict::admitted) {
                BOOST_REQUIRE((now_ < call->deadline));
                for (auto other = waiting_.begin(); other != it; ++other) {
                    BOOST_REQUIRE(!same_lane((*other)->endpoint, call->endpoint));
                }
                begin(call->endpoint, call->ticket);
            } else if (call->verdict == Verdict::expired) {
                BOOST_REQUIRE((now_ >= call->deadline));
                ++expired_;
            } else {
                BOOST_REQUIRE_EQUAL(call->verdict, Verdict::refused);
                ++refused_;
            }
            waiting_.erase(it);
        }
    }

    static bool same_lane(Endpoint const& a, Endpoint const& b) {
        return a.operation == b.operation && a.scope == b.scope;
    }

    void check_windows() {
        check_window(by_key_, limits_.requests);
        for (auto& [lane, counted] : by_lane_) check_window(counted, limits_.writes_per_organization);
    }
    void check_window(std::vector<base::TimePoint>& counted, std::size_t limit) {
        if (limit == 0) return;
        std::sort(counted.begin(), counted.end());
        for (std::size_t i = limit; i < counted.size(); ++i) {
            BOOST_REQUIRE((counted[i] - counted[i - limit] >= limits_.window));
        }
    }

    std::mt19937 random_;
    RateLimits limits_;
    RateLimiter limiter_;
    base::TimePoint now_{start};
    bool closing_{};
    std::list<std::shared_ptr<Call>> waiting_{};  // by arrival
    std::vector<Running> running_{};
    std::vector<base::TimePoint> by_key_{};
    std::map<std::pair<std::string_view, std::string_view>, std::vector<base::TimePoint>> by_lane_{};
    std::size_t entered_{}, admitted_{}, waited_{}, refused_{}, expired_{}, left_{};
};

// No window of the service ever holds more than the limits; first in, first out for each endpoint; no waiter is lost,
// wakes up late or leaves twice.
BOOST_AUTO_TEST_CASE(random_schedules) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        std::size_t admitted = 0, waited = 0, expired = 0, refused = 0;
        for (int round = 0; round < 300; ++round) {
            RateLimits with{};
            with.requests = random() % 4 == 0 ? 0 : 1 + random() % 20;
            with.writes_per_organization = random() % 4 == 0 ? 0 : 1 + random() % 5;
            with.window = std::chrono::milliseconds{1 + random() % 10'000};
            with.park = random() % 4 != 0;
            BOOST_TEST_CONTEXT("round " << round << ", limits " << with.requests << ' ' << with.writes_per_organization
                                        << ' ' << with.window.count() << " ms") {
                Simulation simulation{static_cast<unsigned>(random()), with};
                simulation.run(400);
                admitted += simulation.admitted();
                waited += simulation.waited();
                expired += simulation.expired();
                refused += simulation.refused();
            }
        }
        // The schedules cover the interesting cases.
        BOOST_TEST(admitted > 10'000U);
        BOOST_TEST(waited > 10'000U);
        BOOST_TEST(refused > 1'000U);
        BOOST_TEST(expired > 100U);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
