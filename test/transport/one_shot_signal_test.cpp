#include "transport/one_shot_signal.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(one_shot_signal)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(waits_until_it_is_woken) {
    asio::io_context io;
    OneShotSignal woken{io.get_executor()};
    bool done = false;
    auto const waiter = [&]() -> asio::awaitable<void> {
        co_await woken.wait();
        done = woken.is_set();
    };
    asio::co_spawn(io, waiter, asio::detached);
    io.run_for(20ms);
    BOOST_TEST(!done);
    woken.set();
    BOOST_TEST(!done);  // only posted
    io.restart();
    io.run();
    BOOST_TEST(done);
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_time) {
    asio::io_context io;
    OneShotSignal woken{io.get_executor()};
    bool done = false;
    auto const waiter = [&]() -> asio::awaitable<void> {
        co_await woken.wait(std::chrono::steady_clock::now() + 1ms);
        done = true;
    };
    asio::co_spawn(io, waiter, asio::detached);
    io.run();
    BOOST_TEST(done);
    BOOST_TEST(!woken.is_set());
}

BOOST_AUTO_TEST_CASE(a_wake_before_the_wait_is_not_lost) {
    asio::io_context io;
    OneShotSignal woken{io.get_executor()};
    woken.set();
    woken.set();
    bool done = false;
    auto const waiter = [&]() -> asio::awaitable<void> {
        co_await woken.wait();
        done = true;
    };
    asio::co_spawn(io, waiter, asio::detached);
    io.run();
    BOOST_TEST(done);
}

// Whether set() comes before, between or after the two waits.
BOOST_AUTO_TEST_CASE(a_cancelled_wait_can_be_followed_by_another) {
    for (int const woken_at : {0, 1, 2}) {
        asio::io_context io;
        OneShotSignal woken{io.get_executor()};
        asio::cancellation_signal signal;
        int cancelled = 0;
        int done = 0;
        auto const waiter = [&]() -> asio::awaitable<void> {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await woken.wait();
            ++(woken.is_set() ? done : cancelled);
        };
        if (woken_at == 0) woken.set();
        asio::co_spawn(io, waiter, asio::bind_cancellation_slot(signal.slot(), asio::detached));
        io.poll();
        signal.emit(asio::cancellation_type::terminal);
        io.poll();
        BOOST_TEST(cancelled == (woken_at == 0 ? 0 : 1));
        if (woken_at == 1) woken.set();
        asio::co_spawn(io, waiter, asio::detached);
        io.restart();
        io.poll();
        if (woken_at == 2) woken.set();
        io.restart();
        io.run();
        BOOST_TEST(done == (woken_at == 0 ? 2 : 1), "woken at " << woken_at);
    }
}

// Coroutines that are destroyed with their context return their resources, which would wake the others.
BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_while_coroutines_wait_for_each_other) {
    using All = std::vector<std::weak_ptr<OneShotSignal>>;
    struct Place {
        All const& all;
        std::size_t number;
        int& left;
        ~Place() {
            ++left;
            for (std::size_t const other : {number + 1, number - 1}) {
                if (other >= all.size()) continue;
                if (auto const woken = all[other].lock()) woken->set();
            }
        }
    };
    constexpr std::size_t many = 20'000;  // too many to be destroyed recursively
    for (bool const on_strands : {false, true}) {
        All all(many);
        int left = 0;
        {
            asio::io_context io;
            auto const waiter = [&all, &left](std::size_t number,
                                              asio::any_io_executor executor) -> asio::awaitable<void> {
                auto const woken = std::make_shared<OneShotSignal>(executor);
                all[number] = woken;
                Place const place{all, number, left};
                co_await woken->wait();
            };
            for (std::size_t i = 0; i != many; ++i) {
                asio::any_io_executor executor = io.get_executor();
                if (on_strands) executor = asio::make_strand(io);
                asio::co_spawn(executor, waiter(i, io.get_executor()), asio::detached);
            }
            io.poll();
            all[many / 2].lock()->set();  // one of the completions is already posted
            BOOST_TEST(left == 0);
        }
        BOOST_TEST(left == static_cast<int>(many));
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_between_threads) {
    asio::thread_pool threads{2};
    for (int round = 0; round != 2'000; ++round) {
        OneShotSignal woken{threads.get_executor()};
        auto const waiter = [&]() -> asio::awaitable<void> {
            co_await woken.wait();
            woken.join();
        };
        auto done = asio::co_spawn(threads, waiter, asio::use_future);
        if (round % 3 == 0) std::this_thread::yield();
        woken.set();
        BOOST_REQUIRE((done.wait_for(5s) == std::future_status::ready));
    }
    threads.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
