#include "transport/stop.hpp"

#include "base/clock.hpp"
#include "support/manual_time.hpp"
#include "support/printing.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(stop)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct Fixture {
    test::ManualTime time{};
    asio::io_context io{};
    std::shared_ptr<StopRegistry> registry{std::make_shared<StopRegistry>()};
    std::shared_ptr<Stop> stop{std::make_shared<Stop>(asio::make_strand(io))};
    int woken{};

    void run() { time.run(io); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_first_reason_stays, Fixture) {
    StopGuard guard{registry, stop};
    guard.on_stop([this] { ++woken; });
    stop->ask(errc::cancelled);
    BOOST_TEST(!guard.stop().requested());  // not before the strand runs
    registry->close();
    run();
    BOOST_TEST(guard.stop().reason == errc::cancelled);
    BOOST_TEST(woken == 1);
    BOOST_TEST(guard.stop().message("connecting") == "cancelled while connecting");
}

BOOST_FIXTURE_TEST_CASE(closing_stops_every_connect_and_refuses_later_ones, Fixture) {
    auto const other = std::make_shared<Stop>(asio::make_strand(io));
    StopGuard const first{registry, stop};
    {
        StopGuard const second{registry, other};
        registry->close();
        run();
        BOOST_TEST(first.stop().reason == errc::client_closed);
        BOOST_TEST(second.stop().reason == errc::client_closed);
    }
    auto const late = std::make_shared<Stop>(asio::make_strand(io));
    StopGuard const third{registry, late};
    BOOST_TEST(third.stop().reason == errc::client_closed);
    BOOST_TEST(third.stop().message("connecting") == "the client was closed while connecting");
}

BOOST_FIXTURE_TEST_CASE(a_stop_request_after_the_end_has_no_effect, Fixture) {
    {
        StopGuard guard{registry, stop};
        guard.on_stop([this] { ++woken; });
    }
    registry->close();
    stop->ask(errc::cancelled);
    run();
    BOOST_TEST(woken == 0);
    std::weak_ptr<Stop> const gone = std::exchange(stop, nullptr);
    BOOST_TEST(gone.expired());
}

BOOST_FIXTURE_TEST_CASE(time_runs_out_at_the_earlier_limit, Fixture) {
    struct Row {
        TimePoint deadline;
        std::chrono::milliseconds limit;
        errc reason;
        std::chrono::milliseconds after;
    };
    auto const now = base::Clock::now();
    std::vector<Row> const rows{
        {now + 5ms, 5ms, errc::deadline_exceeded, 5ms},  // both: no other connect would be in time
        {now + 10ms, 0ms, errc::deadline_exceeded, 5ms},
        {now - 1s, 1h, errc::deadline_exceeded, 0ms},
        {now + 1h, 5ms, errc::connect_timeout, 5ms},
        {no_deadline, 5ms, errc::connect_timeout, 5ms},
        {no_deadline, 0ms, errc{}, 1s},
    };
    for (Row const& row : rows) {
        auto const one = std::make_shared<Stop>(asio::make_strand(io));
        StopGuard const guard{registry, one, row.deadline, row.limit};
        if (row.after > 0ms) {
            time.pass(io, row.after - 1ms);
            BOOST_TEST(!guard.stop().requested());
        }
        time.pass(io, 1ms);
        BOOST_TEST((guard.stop().reason == row.reason));
    }
}

BOOST_FIXTURE_TEST_CASE(the_end_of_a_connect_disarms_its_timer, Fixture) {
    {
        StopGuard const guard{registry, stop, no_deadline, 1h};
    }
    BOOST_TEST(time.run(io) == 0ms);
    BOOST_TEST(!stop->requested());
}

BOOST_FIXTURE_TEST_CASE(connects_come_and_go_while_another_thread_closes, Fixture) {
    constexpr int rounds = 200;
    for (int round = 0; round < rounds; ++round) {
        asio::io_context pool;
        auto const shared = std::make_shared<StopRegistry>();
        std::atomic<int> begun{0};
        for (int connect = 0; connect < 8; ++connect) {
            auto const one = std::make_shared<Stop>(asio::make_strand(pool));
            asio::post(one->strand, [&, one] {
                StopGuard const guard{shared, one};
                ++begun;
            });
        }
        std::thread runner{[&] { pool.run(); }};
        std::thread closer{[&] { shared->close(); }};
        pool.run();
        runner.join();
        closer.join();
        BOOST_TEST(begun == 8);
        StopGuard const late{shared, std::make_shared<Stop>(asio::make_strand(pool))};
        BOOST_TEST(late.stop().reason == errc::client_closed);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
