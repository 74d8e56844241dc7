// The cost of the rate limiter per request: off, on and below the limit, and on for a write of one organization.
#include "client/rate_limit/async_rate_limiter.hpp"

#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>

namespace {

using clerk::client::Admission;
using clerk::client::AsyncRateLimiter;
using clerk::client::Permit;
using clerk::client::RateLimits;

// A limit that no loop reaches within a window of a millisecond.
constexpr std::size_t spacious = 1'000'000;

void admit(benchmark::State& state, RateLimits const& limits, Admission const& admission) {
    boost::asio::io_context io;
    auto const gate = std::make_shared<AsyncRateLimiter>(io.get_executor(), limits);
    for (auto _ : state) {
        Permit permit;
        if (!gate->try_admit(admission, std::chrono::steady_clock::now(), permit)) {
            state.SkipWithError("the limiter holds the request back");
            return;
        }
        permit.end();
    }
}

void off(benchmark::State& state) {
    RateLimits limits{};
    limits.window = std::chrono::milliseconds{1};
    admit(state, limits, {.endpoint = {.operation = "get_organization"}});
}

void limited(benchmark::State& state) {
    RateLimits limits{};
    limits.requests = spacious;
    limits.window = std::chrono::milliseconds{1};
    admit(state, limits, {.endpoint = {.operation = "get_organization"}});
}

void limited_write(benchmark::State& state) {
    RateLimits limits{};
    limits.requests = spacious;
    limits.writes_per_organization = spacious;
    limits.window = std::chrono::milliseconds{1};
    admit(state, limits,
          {.endpoint = {
               .operation = "update_organization", .scope = "org_2sK5QgslLOY1BE1c5bbSunxYNqW", .limit = spacious}});
}

BENCHMARK(off);
BENCHMARK(limited);
BENCHMARK(limited_write);

}  // namespace
