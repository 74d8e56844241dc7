#include "net/timed_event.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>

namespace clerk::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct Fixture {
    void sleep(TimedEvent::TimePoint until, asio::cancellation_slot slot = {}) {
        asio::co_spawn(io, event->wait_until(until),
                       asio::bind_cancellation_slot(slot, [this](std::exception_ptr) { ++awake; }));
    }
    void run_for(std::chrono::milliseconds time) {
        io.restart();
        io.run_for(time);
    }

    asio::io_context io{};
    std::unique_ptr<TimedEvent> event{std::make_unique<TimedEvent>()};
    int awake{};
};

BOOST_FIXTURE_TEST_SUITE(timed_event, Fixture)

BOOST_AUTO_TEST_CASE(a_sleep_ends_when_its_time_has_come) {
    auto const begun = steady_clock::now();
    sleep(begun + 20ms);
    run_for(5s);
    BOOST_TEST(awake == 1);
    BOOST_TEST((steady_clock::now() - begun >= 20ms));
    BOOST_TEST((steady_clock::now() - begun < 4s));
    sleep(begun);  // the past
    run_for(5s);
    BOOST_TEST(awake == 2);
}

BOOST_AUTO_TEST_CASE(everybody_is_woken_and_nothing_keeps_the_context_running) {
    for (int i = 0; i < 100; ++i) sleep(i % 2 == 0 ? TimedEvent::TimePoint::max() : steady_clock::now() + 1h);
    run_for(5ms);
    BOOST_TEST(awake == 0);
    event->set();
    io.restart();
    io.run();
    BOOST_TEST(awake == 100);
    BOOST_TEST(event->is_set());
}

BOOST_AUTO_TEST_CASE(a_sleep_after_the_wake_up_ends_at_once) {
    event->set();
    sleep(TimedEvent::TimePoint::max());
    run_for(1s);
    BOOST_TEST(awake == 1);
}

BOOST_AUTO_TEST_CASE(a_cancelled_sleep_ends_and_leaves_the_others) {
    asio::cancellation_signal signal;
    sleep(steady_clock::now() + 1h, signal.slot());
    sleep(steady_clock::now() + 1h);
    run_for(5ms);
    signal.emit(asio::cancellation_type::terminal);
    run_for(5ms);
    BOOST_TEST(awake == 1);
    event->set();
    run_for(1s);
    BOOST_TEST(awake == 2);
}

BOOST_AUTO_TEST_CASE(a_wait_whose_context_goes_leaves_nothing_behind) {
    {
        asio::io_context other;
        asio::co_spawn(other, event->wait_until(steady_clock::now() + 1h), asio::detached);
        other.run_for(5ms);
    }
    event->set();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(waits_are_ended_from_other_threads) {
    for (int round = 0; round < 20; ++round) {
        TimedEvent event;
        std::atomic<int> awake{0};
        asio::thread_pool pool{2};
        for (int i = 0; i < 50; ++i) {
            asio::co_spawn(pool, event.wait_until(steady_clock::now() + std::chrono::microseconds{i * 20}),
                           [&](std::exception_ptr) { ++awake; });
        }
        event.set();
        pool.join();
        BOOST_TEST(awake == 50);
    }
}

}  // namespace
}  // namespace clerk::net
