// The client or its io_context is destroyed at every step of a call; and calls, cancellations and close() on two
// threads.
#include "support/manual_time.hpp"
#include "support/scripted_client.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <vector>

namespace clerk::client {
BOOST_AUTO_TEST_SUITE(lifetime)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace clerk::test;

// Every kind of step: the limiter, the queue, connects that fail, exchanges that fail, backoffs.
ScriptedOptions eventful(Script& script) {
    ScriptedOptions options{};
    options.pool.max_connections = 1;
    options.rate_limit.mode = RateLimiting::on;
    options.rate_limit.requests = 3;
    options.rate_limit.window = 1ms;
    options.core.retry.max_attempts = 6;  // one call may meet all failures
    script.connect_takes = 1ms;
    script.connects = {errc::connect_failed};
    ScriptedExchange slow = answer(200);
    slow.takes = 2ms;
    script.exchanges = {answer(503), slow, failure(errc::connection_closed), answer(429, "0"), slow};
    return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(calls_finish_when_the_client_is_destroyed_at_any_step) {
    for (int step = 0; step < 50; ++step) {
        BOOST_TEST_CONTEXT("destroyed after " << step << " handlers") {
            ManualTime time;
            asio::io_context io;
            auto const script = std::make_shared<Script>();
            auto core = make_core(io.get_executor(), script, eventful(*script));
            std::weak_ptr<ClientCore> const weak = core;
            int succeeded = 0;
            for (int i = 0; i < 3; ++i) {
                asio::co_spawn(io, perform(core, get_request()), [&](std::exception_ptr e, Result<void> r) {
                    if (!e && r) ++succeeded;
                });
            }
            for (int i = 0; i < step; ++i) time.run_one(io, 20ms);
            core.reset();
            time.run(io);  // returns: nothing stays armed
            BOOST_TEST(succeeded == 3);
            BOOST_TEST(weak.expired());
            BOOST_TEST(script->open == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_context_may_be_destroyed_at_any_step) {
    for (bool const closes : {false, true}) {
        for (int step = 0; step < 50; ++step) {
            auto const script = std::make_shared<Script>();
            std::weak_ptr<ClientCore> weak;
            {
                ManualTime time;
                asio::io_context io;
                auto core = make_core(io.get_executor(), script, eventful(*script));
                weak = core;
                for (int i = 0; i < 3; ++i)
                    asio::co_spawn(io, perform(core, get_request()), [](std::exception_ptr, Result<void>) {});
                for (int i = 0; i < step; ++i) time.run_one(io, 20ms);
                if (closes) asio::co_spawn(io, ClientCore::close(core, 1h), [](std::exception_ptr) {});
                core.reset();
                io.poll_one();
            }
            BOOST_TEST(weak.expired());
            BOOST_TEST(script->open == 0);
        }
    }
}

namespace {

struct OneCall {
    explicit OneCall(asio::io_context& io) : strand{asio::make_strand(io)}, timer{strand} {}

    asio::strand<asio::io_context::executor_type> strand;
    asio::steady_timer timer;
    asio::cancellation_signal signal{};
    std::optional<Result<void>> result{};
    bool threw{};
};

}  // namespace

BOOST_AUTO_TEST_CASE(calls_cancellations_and_close_on_two_threads) {
    constexpr unsigned seed = 20260512;
    std::mt19937 random{seed};
    for (int round = 0; round < 12; ++round) {
        BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
            asio::io_context io;
            auto const script = std::make_shared<Script>();
            script->connect_takes = 1ms;
            for (int i = 0; i < 60; ++i) script->connects.push_back(random() % 4 == 0 ? errc::connect_failed : errc{});
            for (int i = 0; i < 200; ++i) {
                ScriptedExchange one = answer(200);
                switch (random() % 6) {
                    case 0:
                        one = answer(503);
                        break;
                    case 1:
                        one = failure(errc::connection_closed, random() % 2 == 0);
                        break;
                    case 2:
                        one = answer(429, random() % 2 == 0 ? "0" : "");
                        break;
                    case 3:
                        one.never = 1h;
                        break;
                    default:
                        one.takes = std::chrono::milliseconds{random() % 3};
                        break;
                }
                script->exchanges.push_back(one);
            }
            ScriptedOptions options{};
            options.pool.max_connections = 4;
            options.pool.max_waiters = 30;
            options.core.timeout.attempt = 8ms;
            options.rate_limit.mode = round % 2 == 0 ? RateLimiting::on : RateLimiting::off;
            options.rate_limit.requests = 20;
            options.rate_limit.window = 2ms;
            auto core = make_core(io.get_executor(), script, options);

            std::deque<OneCall> calls;
            for (int i = 0; i < 120; ++i) {
                OneCall& one = calls.emplace_back(io);
                CallOptions const limits{.timeout = std::chrono::milliseconds{i % 5 == 0 ? 10 : 2000}};
                asio::co_spawn(one.strand, perform(core, i % 3 == 0 ? create_request() : get_request(), limits),
                               asio::bind_cancellation_slot(one.signal.slot(),
                                                            [&one](std::exception_ptr thrown, Result<void> result) {
                                                                one.threw = thrown != nullptr;
                                                                one.result = std::move(result);
                                                                one.timer.cancel();
                                                            }));
                if (i % 4 != 0) continue;
                asio::post(one.strand, [&one, after = std::chrono::microseconds{random() % 30'000}] {
                    if (one.result) return;
                    one.timer.expires_after(after);
                    one.timer.async_wait([&one](boost::system::error_code ec) {
                        if (!ec && !one.result) one.signal.emit(asio::cancellation_type::terminal);
                    });
                });
            }
            auto work = asio::make_work_guard(io);  // until close(), in case the calls end earlier
            std::vector<std::thread> threads;
            for (int i = 0; i < 2; ++i) threads.emplace_back([&io] { io.run(); });
            std::this_thread::sleep_for(std::chrono::milliseconds{random() % 40});
            // Several at once, from other threads, while the client is destroyed.
            std::atomic<int> closed{0};
            std::atomic<std::size_t> left{0};
            for (int i = 0; i < 3; ++i) {
                asio::co_spawn(
                    io, ClientCore::close(core, std::chrono::milliseconds{i * 5}), [&, core](std::exception_ptr) {
                        left += in_use(*core) + core->limiter().gauges().waiting + core->pool().gauges().idle;
                        left += static_cast<std::size_t>(script->open.load());
                        ++closed;
                    });
            }
            core.reset();
            work.reset();
            for (auto& thread : threads) thread.join();
            BOOST_TEST(closed == 3);
            BOOST_TEST(left == 0U);
            for (OneCall const& one : calls) {
                BOOST_TEST(!one.threw);
                BOOST_TEST(one.result.has_value());
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::client
