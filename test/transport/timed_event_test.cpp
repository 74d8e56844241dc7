#include "transport/timed_event.hpp"

#include "base/clock.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(timed_event)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Clock;

struct Fixture {
    void sleep(TimedEvent::TimePoint until, asio::cancellation_slot slot = {}) {
        asio::co_spawn(io, event->wait_until(until),
                       asio::bind_cancellation_slot(slot, [this](std::exception_ptr) { ++awake; }));
    }
    test::ManualTime time{};
    asio::io_context io{};
    std::unique_ptr<TimedEvent> event{std::make_unique<TimedEvent>()};
    int awake{};
};

BOOST_FIXTURE_TEST_CASE(a_sleep_ends_when_its_time_has_come, Fixture) {
    auto const begun = Clock::now();
    sleep(begun + 20ms);
    BOOST_TEST(time.run(io) == 20ms);
    BOOST_TEST(awake == 1);
    sleep(begun);  // a time in the past
    BOOST_TEST(time.run(io) == 0ms);
    BOOST_TEST(awake == 2);
}

BOOST_FIXTURE_TEST_CASE(all_waiters_are_woken_and_nothing_keeps_the_context_running, Fixture) {
    for (int i = 0; i < 100; ++i) sleep(i % 2 == 0 ? TimedEvent::TimePoint::max() : Clock::now() + 1h);
    time.pass(io, 5ms);
    BOOST_TEST(awake == 0);
    event->set();
    BOOST_TEST(time.run(io) == 0ms);
    BOOST_TEST(awake == 100);
    BOOST_TEST(event->is_set());
}

BOOST_FIXTURE_TEST_CASE(a_sleep_after_the_wake_up_ends_at_once, Fixture) {
    event->set();
    sleep(TimedEvent::TimePoint::max());
    time.run(io);
    BOOST_TEST(awake == 1);
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_sleep_ends_and_leaves_the_others, Fixture) {
    asio::cancellation_signal signal;
    sleep(Clock::now() + 1h, signal.slot());
    sleep(Clock::now() + 1h);
    time.pass(io, 5ms);
    signal.emit(asio::cancellation_type::terminal);
    time.pass(io, 5ms);
    BOOST_TEST(awake == 1);
    event->set();
    time.run(io);
    BOOST_TEST(awake == 2);
}

BOOST_FIXTURE_TEST_CASE(a_wait_whose_context_is_destroyed_leaves_nothing_behind, Fixture) {
    {
        asio::io_context other;
        asio::co_spawn(other, event->wait_until(Clock::now() + 1h), asio::detached);
        other.poll();
    }
    event->set();
}

BOOST_AUTO_TEST_CASE(waits_are_ended_from_other_threads) {
    for (int round = 0; round < 20; ++round) {
        TimedEvent event;
        std::atomic<int> awake{0};
        asio::thread_pool pool{2};
        for (int i = 0; i < 50; ++i) {
            asio::co_spawn(pool, event.wait_until(Clock::now() + std::chrono::microseconds{i * 20}),
                           [&](std::exception_ptr) { ++awake; });
        }
        event.set();
        pool.join();
        BOOST_TEST(awake == 50);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
