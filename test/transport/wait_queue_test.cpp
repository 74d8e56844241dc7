#include "transport/wait_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(wait_queue)

namespace {

using namespace std::chrono_literals;
using Waiter = WaitQueue::Waiter;
using Waiters = std::vector<Waiter*>;

constexpr base::TimePoint start{std::chrono::hours{1}};

Waiters listed(WaitQueue::Left& left) {
    Waiters waiters;
    while (!left.empty()) {
        waiters.push_back(&left.front());
        left.pop_front();
    }
    return waiters;
}

struct Fixture {
    ~Fixture() {
        while (!queue.empty()) queue.erase(queue.front());
    }

    void push(Waiter& waiter, base::TimePoint deadline = base::TimePoint::max(), ExchangeTime* time = nullptr) {
        waiter.deadline = deadline;
        waiter.time = time;
        queue.push_back(waiter, start);
    }
    Waiters expel(base::TimePoint begin, base::TimePoint now) {
        WaitQueue::Left left;
        queue.expel(begin, now, left);
        return listed(left);
    }
    // The waiter that is served, and those that leave before it.
    Waiter* serve(base::TimePoint now, Waiters& gone) {
        WaitQueue::Left left;
        Waiter* const first = queue.first(now, left);
        gone = listed(left);
        if (first != nullptr) queue.erase(*first);
        return first;
    }

    WaitQueue queue{};
};

void learn(ExchangeTime& time, std::chrono::nanoseconds takes) {
    for (int i = 0; i < 100; ++i) time.answered(takes, start);
}

BOOST_AUTO_TEST_CASE(first_come_first_served) {
    std::array<Waiter, 3> waiters;
    Fixture f;
    f.push(waiters[0]);
    f.push(waiters[1], start + 1s);
    f.push(waiters[2], start + 10ms);
    Waiters gone;
    for (Waiter& waiter : waiters) BOOST_TEST(f.serve(start, gone) == &waiter);
    BOOST_TEST(f.serve(start, gone) == nullptr);
    BOOST_TEST(gone.empty());
}

BOOST_AUTO_TEST_CASE(a_waiter_without_time_left_leaves_the_queue) {
    std::array<Waiter, 4> waiters;
    ExchangeTime time;
    learn(time, 100ms);
    Fixture f;
    f.push(waiters[0], start + 1s, &time);
    f.push(waiters[1], start + 2s, &time);
    f.push(waiters[2], start + 1s, &time);
    f.push(waiters[3]);
    BOOST_TEST(f.queue.size() == 4U);
    BOOST_TEST((f.queue.next_too_late() == start + 1s - time.needed(start)));
    BOOST_TEST(f.expel(start + 899ms, start).empty());
    Waiters gone;
    BOOST_TEST(f.serve(start + 900ms, gone) == &waiters[1]);
    BOOST_TEST(gone == Waiters{&waiters[0]});
    BOOST_TEST(f.expel(start + 900ms, start + 900ms) == Waiters{&waiters[2]});
    BOOST_TEST((f.queue.next_too_late() == base::TimePoint::max()));
    BOOST_TEST(f.expel(start + 10000h, start).empty());
    BOOST_TEST(f.serve(start + 10000h, gone) == &waiters[3]);
}

BOOST_AUTO_TEST_CASE(a_service_that_became_slow_is_noticed_at_the_turn) {
    std::array<Waiter, 2> waiters;
    ExchangeTime time;
    Fixture f;
    f.push(waiters[0], start + 1s, &time);
    f.push(waiters[1], start + 3s, &time);
    learn(time, 1s);
    Waiters gone;
    BOOST_TEST(f.serve(start + 100ms, gone) == &waiters[1]);
    BOOST_TEST(gone == Waiters{&waiters[0]});
}

BOOST_AUTO_TEST_CASE(a_service_that_became_fast_lets_them_stay) {
    Waiter waiter;
    ExchangeTime time;
    learn(time, 900ms);
    Fixture f;
    f.push(waiter, start + 1s, &time);
    learn(time, 50ms);
    BOOST_TEST(f.expel(start + 500ms, start + 500ms).empty());
    BOOST_TEST((f.queue.next_too_late() > start + 940ms));
    BOOST_TEST(f.expel(start + 960ms, start + 960ms) == Waiters{&waiter});
}

BOOST_AUTO_TEST_CASE(a_deadline_is_the_end_when_nothing_is_known) {
    BOOST_TEST((too_late(start, nullptr, start) == start));
    BOOST_TEST((too_late(base::TimePoint::max(), nullptr, start) == base::TimePoint::max()));
    ExchangeTime time;
    BOOST_TEST((too_late(start, &time, start) == start));
    learn(time, 1s);
    BOOST_TEST((too_late(base::TimePoint::max(), &time, start) == base::TimePoint::max()));
    BOOST_TEST((too_late(base::TimePoint::min(), &time, start) == base::TimePoint::min()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
