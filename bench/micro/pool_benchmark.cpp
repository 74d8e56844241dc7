// The cost of the pool per request: taking an idle connection and returning it. Measured for the pure state machine,
// and with the mutex, the timer and the check that the connection is alive (here without a system call).
#include "support/scripted_connector.hpp"
#include "transport/pool.hpp"
#include "transport/pool_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <exception>
#include <memory>

namespace {

namespace asio = boost::asio;
using clerk::transport::Fate;
using clerk::transport::LeaseRequest;
using clerk::transport::Pool;
using clerk::transport::PoolCore;
using clerk::transport::TimePoint;

constexpr std::chrono::seconds call_timeout{60};

clerk::PoolOptions options_for(benchmark::State const& state) {
    clerk::PoolOptions options{};
    options.max_connections = static_cast<std::size_t>(state.range(0));
    return options;
}

// `range(0)` connections, all of them idle but the one that is taken.
void pool_core(benchmark::State& state) {
    clerk::PoolOptions const options = options_for(state);
    PoolCore core{options};
    TimePoint now = std::chrono::steady_clock::now();
    PoolCore::Left left;
    while (auto const slot = core.add_connection(options.max_connections, now)) core.connected(*slot, now, false, left);

    for (auto _ : state) {
        now += std::chrono::microseconds{10};
        auto const grant = core.take_idle({.now = now, .deadline = now + call_timeout});
        benchmark::DoNotOptimize(core.release(grant->slot, now, Fate::reusable, PoolCore::Ended::answered, left));
    }
}

// The same steps as in a call.
void pool(benchmark::State& state) {
    asio::io_context io{1};
    auto connector = std::make_unique<clerk::test::ScriptedConnector>(std::make_shared<clerk::test::Script>());
    auto const pool = std::make_shared<Pool>(io.get_executor(), options_for(state), std::move(connector));
    auto const open = [](std::shared_ptr<Pool> from) -> asio::awaitable<void> {
        LeaseRequest const request{.now = std::chrono::steady_clock::now()};
        clerk::transport::LeaseResult result = co_await from->lease(request);
        result.lease.give_back(Fate::reusable);
    };
    asio::co_spawn(io, open(pool), [](std::exception_ptr) {});
    io.run();

    for (auto _ : state) {
        TimePoint const now = std::chrono::steady_clock::now();
        auto lease = pool->try_lease({.now = now, .deadline = now + call_timeout});
        if (!lease) {
            state.SkipWithError("no idle connection");
            return;
        }
        lease.give_back(Fate::reusable);
    }
}

BENCHMARK(pool_core)->Arg(1)->Arg(16)->Arg(256);
BENCHMARK(pool)->Arg(16);

}  // namespace
