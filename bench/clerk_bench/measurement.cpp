#include "measurement.hpp"

#include "common/checksum.hpp"
#include "common/process_usage.hpp"

#include <clerk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace clerk_bench {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// The measurements of one thread. A coroutine writes to those of the thread on which it runs, so nothing is shared.
struct Tally {
    std::int64_t requests{};
    std::int64_t organizations{};
    LatencyHistogram latencies{};
};
thread_local Tally* tally = nullptr;

void add(Checksum& checksum, clerk::Organization const& organization) {
    auto const created_at = organization.created_at.value_or(clerk::Timestamp{});
    checksum.add(organization.id, organization.name, created_at.time_since_epoch().count());
}

std::uint64_t checksum_of(clerk::Organization const& organization) {
    Checksum checksum;
    add(checksum, organization);
    return checksum.value();
}

std::uint64_t checksum_of(clerk::Organizations const& page) {
    Checksum checksum;
    for (clerk::Organization const& organization : page) add(checksum, organization);
    return checksum.value();
}

std::int64_t size_of(clerk::Organization const&) { return 1; }
std::int64_t size_of(clerk::Organizations const& page) { return static_cast<std::int64_t>(page.size()); }

clerk::Config config_for(Options const& options) {
    clerk::Config config{};
    config.secret_key = clerk::Secret{options.secret_key};
    config.base_url = options.base_url;
    config.tls.ca_file = options.ca_file;
    config.pool.max_connections = options.connections;
    config.pool.max_waiters = std::max(config.pool.max_waiters, options.concurrency);
    return config;
}

class Measurement {
public:
    Measurement(Options const& options, ErrorLog& errors)
        : options_{options},
          errors_{errors},
          io_{static_cast<int>(options.threads)},
          client_{io_.get_executor(), config_for(options)},
          organizations_{client_} {
        list_request_.limit = options.list;
        export_request_.order_by = "+created_at";
    }

    Report run() {
        if (options_.export_total != 0) {
            // The walk opens its connections itself, as a part of what is measured.
            phase([this] { spawn(walk()); });
        } else {
            phase([this] { spawn_workers(options_.warmup); });
            phase([this] { spawn_workers(options_.requests); });
        }
        return std::move(report_);
    }

private:
    // Runs all coroutines that `begin` spawned to their end, on all threads. The report is that of the latest phase.
    template <class Begin>
    void phase(Begin begin) {
        std::vector<Tally> tallies(options_.threads);
        std::int64_t const failed_before = errors_.count();
        begin();
        io_.restart();
        Stopwatch const watch;
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i != tallies.size(); ++i) threads.emplace_back([&, i] { run_thread(tallies[i]); });
        run_thread(tallies[0]);
        for (std::thread& thread : threads) thread.join();
        report_.elapsed = watch.elapsed();
        report_.cpu = watch.cpu();
        if (failure_) std::rethrow_exception(failure_);
        collect(tallies, errors_.count() - failed_before);
    }

    void run_thread(Tally& mine) {
        tally = &mine;
        io_.run();
        tally = nullptr;
    }

    void collect(std::vector<Tally> const& tallies, std::int64_t errors) {
        report_.requests = 0;
        report_.organizations = 0;
        report_.latencies = LatencyHistogram{};
        for (Tally const& each : tallies) {
            report_.requests += each.requests;
            report_.organizations += each.organizations;
            report_.latencies += each.latencies;
        }
        report_.errors = errors;
        clerk::PoolGauges const gauges = client_.pool_gauges();
        report_.connections_opened = gauges.opened;
        report_.tls_resumed = gauges.resumed;
        report_.max_rss_kb = max_rss_kb();
        report_.rss_kb = rss_kb();
    }

    void spawn(asio::awaitable<void> work) {
        asio::co_spawn(io_, std::move(work), [this](std::exception_ptr failure) {
            if (failure) fail(failure);
        });
    }

    void fail(std::exception_ptr const& failure) {
        if (!failed_.exchange(true)) failure_ = failure;
        io_.stop();
    }

    void spawn_workers(std::int64_t requests) {
        left_ = requests;
        auto const workers = std::min(static_cast<std::int64_t>(options_.concurrency), requests);
        for (std::int64_t i = 0; i != workers; ++i) {
            if (options_.get.empty()) {
                spawn(work([this] { return organizations_.list_organizations(list_request_); }));
            } else {
                spawn(work([this] { return organizations_.get_organization(options_.get); }));
            }
        }
    }

    template <class Call>
    asio::awaitable<void> work(Call call) {
        while (left_.fetch_sub(1, std::memory_order_relaxed) > 0) {
            Clock::time_point const begun = Clock::now();
            auto const result = co_await call();
            record(Clock::now() - begun, result);
        }
    }

    asio::awaitable<void> walk() {
        clerk::PaginatorOptions pace{};
        pace.page_size = options_.page_size;
        pace.prefetch = options_.prefetch;
        pace.max_items = options_.export_total;
        auto pages = organizations_.paginate(export_request_, pace);
        while (!pages.done()) {
            Clock::time_point const begun = Clock::now();
            auto const page = co_await pages.next_page();
            record(Clock::now() - begun, page);
            if (!page) co_return;
        }
        if (pages.delivered() < options_.export_total) {
            errors_.add("the service holds only " + std::to_string(pages.delivered()) + " organizations");
        }
    }

    template <class Result>
    void record(Clock::duration latency, Result const& result) {
        Tally& mine = *tally;
        ++mine.requests;
        mine.latencies.add(latency);
        if (!result) {
            errors_.add(to_string(result.error()));
            return;
        }
        mine.organizations += size_of(*result);
        if (options_.details && !checked_.test(std::memory_order_relaxed) && !checked_.test_and_set()) {
            report_.checksum = checksum_of(*result);
        }
    }

    Options const& options_;
    ErrorLog& errors_;
    asio::io_context io_;
    clerk::Client client_;
    clerk::OrganizationsApi organizations_;
    clerk::ListOrganizationsRequest list_request_{};
    clerk::ListOrganizationsRequest export_request_{};
    std::atomic<std::int64_t> left_{0};
    std::atomic_flag checked_{};
    std::atomic<bool> failed_{false};
    std::exception_ptr failure_{};
    Report report_{};
};

}  // namespace

Report measure(Options const& options, ErrorLog& errors) { return Measurement{options, errors}.run(); }

}  // namespace clerk_bench
