#include "transport/connect/connect_race.hpp"

#include "support/printing.hpp"
#include "support/quiet_peers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace clerk::transport {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Race = ConnectRace<asio::io_context::executor_type>;

struct Outcome {
    boost::system::error_code ec{};
    std::chrono::nanoseconds took{};
    std::optional<tcp::endpoint> peer{};
    bool ended{};
};

struct Fixture {
    asio::io_context io{};
    test::SilentListener listener{};

    std::shared_ptr<Race> race(Addresses addresses, std::chrono::milliseconds stagger) {
        auto const strand = asio::make_strand(io);
        return std::make_shared<Race>(strand, io.get_executor(), std::make_shared<Addresses>(std::move(addresses)),
                                      stagger);
    }
    // Runs until no work is left, so no timer may remain.
    Outcome run(std::shared_ptr<Race> const& one, std::chrono::milliseconds stop_after = 0ms) {
        Outcome out{};
        auto const begin = steady_clock::now();
        asio::co_spawn(io, follow(one, out), [](std::exception_ptr e) { BOOST_TEST((!e)); });
        if (stop_after > 0ms) {
            io.restart();
            io.run_for(stop_after);
            BOOST_TEST(!out.ended);
            one->stop();
        }
        io.restart();
        io.run_for(10s);
        out.took = steady_clock::now() - begin;
        BOOST_TEST(out.ended);
        return out;
    }
    static asio::awaitable<void> follow(std::shared_ptr<Race> one, Outcome& out) {
        out.ec = co_await one->run();
        out.ended = true;
    }
};

void skip() { BOOST_TEST_MESSAGE("skipped: this system leaves no connect unanswered"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(race_schedule)

TimePoint const t0{1h};

BOOST_AUTO_TEST_CASE(addresses_start_one_stagger_apart) {
    RaceSchedule schedule{3, 250ms};
    BOOST_TEST(schedule.start_due(t0).value() == 0U);
    BOOST_TEST(!schedule.start_due(t0).has_value());
    BOOST_TEST((schedule.next_at() == t0 + 250ms));
    BOOST_TEST(!schedule.start_due(t0 + 249ms).has_value());
    BOOST_TEST(schedule.start_due(t0 + 260ms).value() == 1U);
    BOOST_TEST((schedule.next_at() == t0 + 510ms));  // counted from the start, not from when it was due
    BOOST_TEST(!schedule.start_due(t0 + 509ms).has_value());
    BOOST_TEST(schedule.start_due(t0 + 510ms).value() == 2U);
    BOOST_TEST((schedule.next_at() == no_deadline));
    BOOST_TEST(!schedule.start_due(t0 + 1h).has_value());
    BOOST_TEST(!schedule.lost());
}

BOOST_AUTO_TEST_CASE(a_failure_starts_the_next_at_once) {
    RaceSchedule schedule{3, 250ms};
    BOOST_TEST(schedule.start_due(t0).has_value());
    schedule.failed();
    BOOST_TEST(schedule.start_due(t0 + 1ms).value() == 1U);
    BOOST_TEST(!schedule.start_due(t0 + 1ms).has_value());
    schedule.failed();
    BOOST_TEST(schedule.start_due(t0 + 1ms).value() == 2U);
    BOOST_TEST(!schedule.lost());
    schedule.failed();
    BOOST_TEST(schedule.lost());
    BOOST_TEST((schedule.next_at() == no_deadline));
}

BOOST_AUTO_TEST_CASE(every_address_starts_once_in_order_whatever_happens) {
    constexpr unsigned seed = 6555;
    std::mt19937 random{seed};
    for (int round = 0; round < 2000; ++round) {
        std::size_t const size = 1 + random() % 6;
        RaceSchedule schedule{size, 250ms};
        TimePoint now = t0;
        std::size_t started = 0;
        std::size_t failed = 0;
        while (!schedule.lost()) {
            BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
                now += std::chrono::milliseconds{random() % 200};
                bool const was_due = schedule.next_at() <= now;
                auto const next = schedule.start_due(now);
                BOOST_REQUIRE_EQUAL(next.has_value(), was_due);
                if (next) BOOST_REQUIRE_EQUAL(*next, started++);
                if (failed < started && random() % 2 == 0) {
                    schedule.failed();
                    ++failed;
                }
                BOOST_REQUIRE_EQUAL(schedule.lost(), failed == size);
            }
        }
        BOOST_TEST(started == size);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(connect_race, Fixture)

BOOST_AUTO_TEST_CASE(the_first_address_wins_when_it_answers) {
    test::SilentListener const second;
    auto const one = race({listener.endpoint(), second.endpoint()}, 1min);
    Outcome const out = run(one);
    BOOST_TEST(!out.ec);
    BOOST_TEST((one->address() == listener.endpoint()));
    auto socket = one->take_socket();
    BOOST_TEST((socket.remote_endpoint() == listener.endpoint()));
    BOOST_TEST(out.took < 10s);
}

BOOST_AUTO_TEST_CASE(a_failure_starts_the_next_at_once) {
    auto const one = race({test::closed_port(), test::closed_port(), listener.endpoint()}, 1min);
    Outcome const out = run(one);
    BOOST_TEST(!out.ec);
    BOOST_TEST((one->address() == listener.endpoint()));
    BOOST_TEST(out.took < 5s);
}

BOOST_AUTO_TEST_CASE(silence_costs_its_head_start_only) {
    test::BlackHole const hole;
    if (!hole.swallows()) return skip();
    auto const one = race({hole.endpoint(), listener.endpoint()}, 60ms);
    Outcome const out = run(one);
    BOOST_TEST(!out.ec);
    BOOST_TEST((one->address() == listener.endpoint()));
    BOOST_TEST(out.took >= 60ms);
    BOOST_TEST(out.took < 5s);
}

BOOST_AUTO_TEST_CASE(the_rest_is_waited_for_when_the_last_has_failed) {
    test::BlackHole const hole;
    if (!hole.swallows()) return skip();
    auto const one = race({hole.endpoint(), test::closed_port()}, 20ms);
    Outcome const out = run(one, 200ms);
    BOOST_TEST((out.ec == asio::error::connection_refused));
}

BOOST_AUTO_TEST_CASE(all_failures_end_with_the_last_one) {
    auto const one = race({test::closed_port(), test::closed_port()}, 1min);
    Outcome const out = run(one);
    BOOST_TEST((out.ec == asio::error::connection_refused));
    BOOST_TEST(out.took < 5s);
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_while_it_waits) {
    test::BlackHole const hole;
    if (!hole.swallows()) return skip();
    for (auto const stagger : {10ms, 60000ms}) {
        Outcome const out = run(race({hole.endpoint(), hole.endpoint()}, stagger), 50ms);
        BOOST_TEST(out.took < 5s);
    }
}

BOOST_AUTO_TEST_CASE(it_can_be_stopped_before_it_begins) {
    auto const one = race({listener.endpoint()}, 1min);
    one->stop();
    Outcome const out = run(one);
    BOOST_TEST(!out.peer.has_value());
    BOOST_TEST(out.took < 5s);
}

BOOST_AUTO_TEST_CASE(destroying_the_context_in_the_middle_is_safe) {
    test::BlackHole const hole;
    if (!hole.swallows()) return skip();
    auto context = std::make_unique<asio::io_context>();
    Outcome out{};
    std::weak_ptr<Race> weak;
    {
        auto const one = std::make_shared<Race>(asio::make_strand(*context), context->get_executor(),
                                                std::make_shared<Addresses>(2, hole.endpoint()), 10ms);
        weak = one;
        asio::co_spawn(*context, follow(one, out), [](std::exception_ptr) {});
    }
    context->run_for(50ms);
    BOOST_TEST(!weak.expired());
    context.reset();
    BOOST_TEST(weak.expired());
    BOOST_TEST(!out.ended);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
