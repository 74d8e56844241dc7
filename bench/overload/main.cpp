// Makes calls at a given rate, regardless of their results, against the emulator on loopback. Measures how many succeed
// in time and what they cost. Prints one line of JSON. bench/overload runs it at many rates and plots the results.
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <exception>
#include <iostream>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Options {
    double rate{100};    // calls per second, at random times
    int callers{};       // instead of a rate: so many callers, each making one call after another
    double seconds{10};  // duration of the run
    int deadline{1000};  // ms, of each call
    int latency{50};     // ms, of the emulator
    std::size_t connections{16};
    bool limited{};  // the emulator limits requests like the service for production keys
    bool limiter{};  // the client limits itself to:
    std::size_t limit{1000};
    int window{10'000};  // ms
    bool park{};         // the client blocks an endpoint after a 429
    std::string faults{};
};

struct Counts {
    std::size_t offered{};
    std::size_t refused_by_service{};
    std::size_t parked{};  // largest number of blocked endpoints
    double seconds{};      // time in which the calls were made; longer than planned on a busy machine
    double cpu{};          // seconds of CPU of the client's thread meanwhile
    steady_clock::time_point begun{steady_clock::now()};
    std::vector<std::size_t> succeeded{};  // in each second

    void success() {
        auto const second = static_cast<std::size_t>((steady_clock::now() - begun) / std::chrono::seconds{1});
        succeeded.resize(std::max(succeeded.size(), second + 1));
        ++succeeded[second];
    }
};

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void throw_on_failure(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

asio::awaitable<void> call(clerk::OrganizationsApi organizations, std::string id, Counts& counts) {
    ++counts.offered;
    auto const found = co_await organizations.get_organization(id);
    if (found) {
        counts.success();
    } else if (found.error().status() == 429) {
        ++counts.refused_by_service;
    }
}

asio::awaitable<void> call_until(steady_clock::time_point end, clerk::OrganizationsApi organizations, std::string id,
                                 Counts& counts) {
    while (steady_clock::now() < end) {
        auto const offered = steady_clock::now();
        co_await call(organizations, id, counts);
        // Waits after an immediate refusal, so that the caller does not spin.
        asio::steady_timer timer{co_await asio::this_coro::executor, offered + milliseconds{5}};
        co_await timer.async_wait(asio::deferred);
    }
}

asio::awaitable<void> offer(clerk::Client& client, Options const& options, Counts& counts) {
    clerk::OrganizationsApi organizations{client};
    (void)co_await client.prewarm(options.connections);
    clerk::ListOrganizationsRequest request{};
    request.limit = 1;
    auto const page = co_await organizations.list_organizations(request);
    if (!page) throw clerk::Exception{page.error()};
    std::string const id = page->data.at(0).id;

    std::mt19937 random{1};
    std::exponential_distribution<double> pause{options.rate};
    asio::steady_timer timer{co_await asio::this_coro::executor};
    double const cpu = cpu_seconds();
    counts.begun = steady_clock::now();
    auto at = counts.begun;
    auto const end =
        at + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>{options.seconds});
    for (int i = 0; i < options.callers; ++i) {
        asio::co_spawn(client.get_executor(), call_until(end, organizations, id, counts), throw_on_failure);
    }
    while (at < end) {
        if (options.callers == 0) {
            asio::co_spawn(client.get_executor(), call(organizations, id, counts), throw_on_failure);
        }
        at += std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>{pause(random)});
        timer.expires_at(at);
        co_await timer.async_wait(asio::deferred);
        counts.parked = std::max(counts.parked, client.rate_limiter_gauges().parked);
    }
    counts.seconds = std::chrono::duration<double>{steady_clock::now() - counts.begun}.count();
    counts.cpu = cpu_seconds() - cpu;
}

int run(Options const& options) {
    clerk::testing::EmulatorOptions served{};
    served.organizations = 1;
    served.latency = milliseconds{options.latency};
    served.faults = options.faults;
    if (options.limited) served.rate_limit = clerk::testing::RateLimit::production;
    clerk::testing::Emulator emulator{served};

    clerk::Config config{};
    config.secret_key = clerk::Secret{emulator.secret_key()};
    config.base_url = emulator.base_url();
    config.tls.ca_pem = emulator.ca_pem();
    config.pool.max_connections = options.connections;
    config.timeout.total = milliseconds{options.deadline};
    config.retry.max_attempts = 1;
    config.rate_limit.mode = options.limiter ? clerk::RateLimiting::on : clerk::RateLimiting::off;
    config.rate_limit.requests = options.limit;
    config.rate_limit.window = milliseconds{options.window};
    config.rate_limit.park = options.limiter || options.park;

    asio::io_context io{1};
    clerk::Client client{io.get_executor(), config};
    Counts counts{};
    asio::co_spawn(io, offer(client, options, counts), throw_on_failure);
    io.run();
    std::size_t const succeeded = std::accumulate(counts.succeeded.begin(), counts.succeeded.end(), std::size_t{});
    std::cout << "{\"seconds\": " << counts.seconds << ", \"offered\": " << counts.offered
              << ", \"succeeded\": " << succeeded << ", \"refused_by_service\": " << counts.refused_by_service
              << ", \"requests\": " << emulator.requests() << ", \"connections\": " << emulator.connections()
              << ", \"parked\": " << counts.parked << ", \"cpu\": " << counts.cpu << ", \"each_second\": [";
    char const* separator = "";
    for (std::size_t const count : counts.succeeded) std::cout << std::exchange(separator, ", ") << count;
    std::cout << "]}\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Goodput of one client at one rate of calls, against the emulator on loopback"};
    Options options{};
    app.add_option("--rate", options.rate, "calls in a second")->check(CLI::Range(0.1, 10000.0));
    app.add_option("--callers", options.callers, "instead: so many, each with one call at a time")
        ->check(CLI::Range(1, 1000));
    app.add_option("--seconds", options.seconds, "how long calls are made")->check(CLI::Range(0.1, 120.0));
    app.add_option("--deadline", options.deadline, "ms of each call")->check(CLI::Range(1, 60000));
    app.add_option("--latency", options.latency, "ms of each answer")->check(CLI::Range(0, 60000));
    app.add_option("--connections", options.connections, "size of the pool")->check(CLI::Range(1, 1024));
    app.add_flag("--limited", options.limited, "the service counts: 1000 requests in 10 s");
    app.add_flag("--limiter", options.limiter, "the client keeps to a limit");
    app.add_option("--limit", options.limit, "that limit: requests in a window")->check(CLI::Range(1, 1'000'000));
    app.add_option("--window", options.window, "ms of that window")->check(CLI::Range(1, 3'600'000));
    app.add_flag("--park", options.park, "the client leaves an endpoint alone after a 429 (as with --limiter)");
    app.add_option("--faults", options.faults, "of the emulator: see docs/emulator.md");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (std::exception const& error) {
        std::cerr << "overload: " << error.what() << '\n';
        return 2;
    }
}
