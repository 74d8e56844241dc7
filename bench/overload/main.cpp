// Calls at a given rate, whatever becomes of them, against the emulator on loopback: how many succeed in time, and what
// they cost. Prints one line of JSON. bench/overload runs it at many rates and plots what comes out.
#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <iostream>
#include <random>
#include <string>

namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Options {
    double rate{100};    // calls in a second, at random times
    double seconds{10};  // for so long
    int deadline{1000};  // ms, of each call
    int latency{50};     // ms, of the emulator
    std::size_t connections{16};
    bool limited{};  // the emulator counts requests as the service does for production keys
    bool limiter{};  // the client keeps to that
};

struct Counts {
    std::size_t offered{};
    std::size_t succeeded{};
    std::size_t refused_by_service{};
    double seconds{};  // that making them took: more than wanted on a busy machine
};

void throw_on_failure(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

asio::awaitable<void> call(clerk::OrganizationsApi organizations, std::string id, Counts& counts) {
    auto const found = co_await organizations.get_organization(id);
    if (found) {
        ++counts.succeeded;
    } else if (found.error().status() == 429) {
        ++counts.refused_by_service;
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
    auto const begun = steady_clock::now();
    auto at = begun;
    auto const end =
        at + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>{options.seconds});
    for (; at < end; ++counts.offered) {
        asio::co_spawn(client.get_executor(), call(organizations, id, counts), throw_on_failure);
        at += std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>{pause(random)});
        timer.expires_at(at);
        co_await timer.async_wait(asio::deferred);
    }
    counts.seconds = std::chrono::duration<double>{steady_clock::now() - begun}.count();
}

int run(Options const& options) {
    clerk::testing::EmulatorOptions served{};
    served.organizations = 1;
    served.latency = milliseconds{options.latency};
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
    config.rate_limit.requests = 1000;
    config.rate_limit.park = options.limiter;

    asio::io_context io{1};
    clerk::Client client{io.get_executor(), config};
    Counts counts{};
    asio::co_spawn(io, offer(client, options, counts), throw_on_failure);
    io.run();
    std::cout << "{\"seconds\": " << counts.seconds << ", \"offered\": " << counts.offered
              << ", \"succeeded\": " << counts.succeeded << ", \"refused_by_service\": " << counts.refused_by_service
              << ", \"requests\": " << emulator.requests() << ", \"connections\": " << emulator.connections() << "}\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Goodput of one client at one rate of calls, against the emulator on loopback"};
    Options options{};
    app.add_option("--rate", options.rate, "calls in a second")->check(CLI::Range(0.1, 10000.0));
    app.add_option("--seconds", options.seconds, "how long calls are made")->check(CLI::Range(0.1, 120.0));
    app.add_option("--deadline", options.deadline, "ms of each call")->check(CLI::Range(1, 60000));
    app.add_option("--latency", options.latency, "ms of each answer")->check(CLI::Range(0, 60000));
    app.add_option("--connections", options.connections, "size of the pool")->check(CLI::Range(1, 1024));
    app.add_flag("--limited", options.limited, "the service counts: 1000 requests in 10 s");
    app.add_flag("--limiter", options.limiter, "the client keeps to that");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (std::exception const& error) {
        std::cerr << "overload: " << error.what() << '\n';
        return 2;
    }
}
