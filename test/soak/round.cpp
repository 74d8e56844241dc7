#include "soak/round.hpp"

#include "soak/auditor.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

namespace clerk::soak {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;  // for a round to end

constexpr std::array fault_menu{
    "latency=0..5@p=0.3",
    "latency=20..60@p=0.02",
    "status=500@p=0.01",
    "status=503@p=0.0005@burst=50",
    "status=503@p=0.002@retry-after=0",
    "status=429@p=0.005@retry-after=0",
    "status=429@p=0.0002@retry-after=1",
    "status=520@p=0.003",
    "status=408@p=0.002",
    "locked@p=0.02@on=update_organization,merge_organization_metadata,delete_organization,create_organization",
    "status-after-effect=504@p=0.01",
    "status-after-effect=500@p=0.01@on=create_organization,delete_organization",
    "close-before-effect@p=0.004",
    "cut-before-effect@p=0.002",
    "rst-before-effect@p=0.004",
    "hang-before-effect@p=0.0005",
    "close-after-effect@p=0.004",
    "close-after-effect@p=0.05@on=create_organization,delete_organization",
    "cut-after-effect@p=0.002",
    "rst-after-effect@p=0.004",
    "hang-after-effect@p=0.0005",
    "close-mid-answer@p=0.003",
    "cut-mid-answer@p=0.003",
    "rst-mid-answer@p=0.003",
    "rst-mid-answer=20@p=0.002",
    "hang-mid-answer@p=0.0003",
    "truncated-tls@p=0.004",
    "garbage@p=0.002",
    "drip=1@piece=30@p=0.01",
    "drip=50@piece=1@p=0.0005",
    "stale@p=0.02",
    "stale=3@p=0.01",
    "stale-rst@p=0.01",
    "stale-rst=2@p=0.01",
    "connection-close@p=0.02",
    "close-on-connect@p=0.05",
    "rst-on-connect@p=0.05",
    "hang-on-connect@p=0.01",
};

template <class T, std::size_t Size>
T one_of(std::array<T, Size> const& choices, std::mt19937_64& random) {
    return choices[random() % Size];
}

// Waits for a timer and ignores how the wait ends.
asio::awaitable<void> rest(asio::steady_timer& timer, std::chrono::milliseconds time) {
    timer.expires_after(time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

// The round itself: the workers run meanwhile.
struct Conductor {
    RoundOptions const& options;
    testing::Emulator& emulator;
    Target& target;
    Traffic& traffic;
    asio::io_context& io;
    std::mt19937_64 random;
    std::atomic<int> closed{};

    asio::awaitable<void> run() {
        asio::steady_timer timer{io};
        auto const end = std::chrono::steady_clock::now() + options.length;
        while (std::chrono::steady_clock::now() < end) {
            emulator.set_faults(random_faults(random));
            co_await rest(timer, std::min(options.length, 400ms));
        }
        switch (options.finish) {
            case Finish::drain:
                break;
            case Finish::close: {
                std::chrono::milliseconds const grace{random() % 60};
                asio::co_spawn(io, close(grace * 3), asio::detached);
                co_await close(grace);
                break;
            }
            case Finish::destroy:
                target.destroy();
                break;
            case Finish::abandon:
                io.stop();
                break;
        }
        traffic.stop();
    }

    asio::awaitable<void> close(std::chrono::milliseconds grace) {
        co_await target.close(grace);
        ++closed;
    }
};

// Runs the context on its threads until no work is left.
void run_threads(asio::io_context& io, RoundOptions const& options, Tally const& tally, Traffic const& traffic,
                 Target const& target) {
    std::mutex mutex{};
    std::condition_variable changed{};
    std::size_t running = options.threads;
    std::vector<std::thread> threads{};
    for (std::size_t i = 0; i != options.threads; ++i) {
        threads.emplace_back([&] {
            io.run();
            std::scoped_lock const lock{mutex};
            --running;
            changed.notify_all();
        });
    }
    {
        std::unique_lock lock{mutex};
        if (!changed.wait_for(lock, options.length + patience, [&] { return running == 0; })) {
            std::cerr << "FOUND: the round does not end (" << to_string(options.finish) << "): " << tally.started
                      << " calls started, " << tally.completed() << " completed, " << traffic.ended()
                      << " workers ended; in " << traffic.present_calls();
            if (Client const* const client = target.client(); client != nullptr) {
                PoolGauges const pool = client->pool_gauges();
                std::cerr << "; " << pool.busy << " connections busy, " << pool.connecting << " connecting, "
                          << pool.waiting << " calls waiting, " << client->rate_limiter_gauges().waiting
                          << " held back";
            }
            std::cerr << std::endl;
            std::abort();  // a core file shows what it waits for
        }
    }
    for (std::thread& thread : threads) thread.join();
}

void check_gauges(Client const& client, bool closed, Findings& findings) {
    PoolGauges const pool = client.pool_gauges();
    findings.expect(pool.busy == 0, "gauge: busy " + std::to_string(pool.busy));
    findings.expect(pool.connecting == 0, "gauge: connecting " + std::to_string(pool.connecting));
    findings.expect(pool.waiting == 0, "gauge: waiting " + std::to_string(pool.waiting));
    if (closed) findings.expect(pool.idle == 0, "gauge: idle after close " + std::to_string(pool.idle));
    std::size_t const held_back = client.rate_limiter_gauges().waiting;
    findings.expect(held_back == 0, "gauge: held back " + std::to_string(held_back));
}

}  // namespace

std::string_view to_string(Finish finish) noexcept {
    constexpr std::array<std::string_view, finishes> names{"drain", "close", "destroy", "abandon"};
    return names[static_cast<std::size_t>(finish)];
}

std::string random_faults(std::mt19937_64& random) {
    std::string spec = "seed=" + std::to_string(random());
    for (std::uint64_t left = random() % 8; left != 0; --left) {
        (spec += "; ") += one_of(fault_menu, random);
    }
    return spec;
}

Config random_config(testing::Emulator const& emulator, std::mt19937_64& random) {
    Config config = config_for(emulator);
    config.pool.max_connections = one_of(std::array<std::size_t, 4>{16, 32, 64, 128}, random);
    config.pool.max_waiters = one_of(std::array<std::size_t, 4>{16384, 16384, 16384, 100}, random);
    config.pool.idle_timeout = one_of(std::array{75'000ms, 75'000ms, 20ms}, random);
    config.pool.max_age = one_of(std::array{0ms, 600'000ms, 200ms}, random);
    config.timeout.connect = 2s;
    config.timeout.attempt = one_of(std::array{0ms, 500ms, 1'000ms}, random);
    config.timeout.total = one_of(std::array{1'000ms, 2'000ms}, random);
    config.retry.max_attempts = one_of(std::array{1, 3, 3, 5}, random);
    config.retry.initial_backoff = one_of(std::array{0ms, 2ms, 20ms}, random);
    config.retry.max_backoff = 100ms;
    config.retry.budget = one_of(std::array{0, 0, 100}, random);
    config.rate_limit.mode = one_of(std::array{RateLimiting::off, RateLimiting::off, RateLimiting::on}, random);
    config.rate_limit.requests = 500;
    config.rate_limit.writes_per_organization = 50;
    config.rate_limit.window = 100ms;
    return config;
}

std::vector<Entry> run_round(RoundOptions const& options, testing::Emulator& emulator,
                             std::vector<Organization> const& others, Tally& tally, Findings& findings) {
    std::mt19937_64 random{options.seed};
    Config const config = random_config(emulator, random);
    auto io = std::make_unique<asio::io_context>(static_cast<int>(options.threads));
    Target target{io->get_executor(), config};
    Traffic traffic{TrafficOptions{random(), options.workers, options.prefix, config.pool.max_waiters, others}, target,
                    tally, findings};
    Conductor conductor{options, emulator, target, traffic, *io, random};
    auto const started = tally.started - tally.completed();
    traffic.start(*io);
    asio::co_spawn(*io, conductor.run(), asio::detached);
    run_threads(*io, options, tally, traffic, target);

    bool const all_ended = options.finish != Finish::abandon;
    if (all_ended) {
        findings.expect(traffic.ended() == options.workers, "workers are lost");
        findings.expect(tally.started - tally.completed() == started, "calls are lost");
        if (Client const* const client = target.client(); client != nullptr) {
            check_gauges(*client, options.finish == Finish::close, findings);
        }
        if (options.finish == Finish::close) findings.expect(conductor.closed == 2, "a close() is lost");
    }
    std::vector<Entry> entries = traffic.entries();
    target.destroy();
    traffic.release();
    io.reset();
    return entries;
}

}  // namespace clerk::soak
