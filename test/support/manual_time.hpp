// Time that passes only when a test advances it, so that waits take no real time and end to the millisecond.
#pragma once

#include "base/clock.hpp"
#include "transport/timer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>

namespace clerk::test {

// For contexts that only the calling thread runs, without sockets. Several objects share the same time.
class ManualTime {
    using Clock = base::Clock;

public:
    ManualTime() {
        if (alive_++ == 0) Clock::stop_at(Clock::now());
    }
    ~ManualTime() {
        if (--alive_ == 0) Clock::resume();
    }
    ManualTime(ManualTime const&) = delete;
    ManualTime& operator=(ManualTime const&) = delete;

    // Runs `io` for so long.
    void pass(boost::asio::io_context& io, Clock::duration time) {
        auto const until = Clock::now() + time;
        while (run_ready(io) && Clock::now() < until) Clock::stop_at(std::min(until, Clock::now() + step));
        Clock::stop_at(until);
    }
    // Runs `io` until it has no work left. Returns how long that took.
    Clock::duration run(boost::asio::io_context& io) {
        auto const begun = Clock::now();
        while (run_ready(io)) {
            if (Clock::now() - begun > longest_run) throw std::logic_error{"the io_context has work without an end"};
            Clock::stop_at(Clock::now() + step);
        }
        return Clock::now() - begun;
    }
    // Runs one handler: one that is ready, or else the first to be ready within `time`. False when there was none.
    bool run_one(boost::asio::io_context& io, Clock::duration time) {
        auto const until = Clock::now() + time;
        for (;;) {
            if (io.poll_one() != 0 || run_timers(io) != 0 || io.poll_one() != 0) return true;
            if (io.stopped() || Clock::now() >= until) return false;
            Clock::stop_at(std::min(until, Clock::now() + step));
        }
    }

private:
    static constexpr std::chrono::milliseconds step{1};
    static constexpr std::chrono::minutes longest_run{2};
    inline static int alive_{};

    // Asio checks its timers only when the real time of the earliest one has come. A timer that is due makes it check
    // all. Returns how many other handlers have run meanwhile.
    static std::size_t run_timers(boost::asio::io_context& io) {
        io.restart();
        bool looked = false;
        transport::Timer due{io, Clock::time_point::min()};
        due.async_wait([&looked](boost::system::error_code) { looked = true; });
        std::size_t ran = 0;
        while (!looked) ran += io.poll_one();
        return ran - 1;
    }
    // Runs all handlers that are ready now. False when `io` has no work left.
    static bool run_ready(boost::asio::io_context& io) {
        while (run_timers(io) + io.poll() != 0) {
        }
        return !io.stopped();
    }
};

}  // namespace clerk::test
