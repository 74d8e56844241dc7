// Metrics of the client as Prometheus text.
#pragma once
#include <clerk.hpp>
#include <locale>
#include <map>
#include <mutex>
#include <sstream>

namespace gateway {
class Metrics : public clerk::Observer {
public:
    void on_call(clerk::CallRecord const& call) noexcept override {
        double const seconds = std::chrono::duration<double>{call.elapsed}.count();
        std::lock_guard const lock{mutex_};
        Counts& counts = operations_["{operation=\"" + std::string{call.operation} + '"'];
        ++counts.outcomes[call.code ? call.code.message() : "success"];
        for (double const bound : {.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.})
            counts.within[bound] += seconds <= bound ? 1 : 0;
        counts.seconds += seconds;
        counts.attempts += call.attempts.size();
        ++counts.calls;
    }
    std::string text(clerk::Client const& client, std::size_t cache_hits) const {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        out.precision(15);  // a sum of seconds needs many digits
        auto const family = [&out](char const* name, char const* type, char const* help) -> std::ostream& {
            return out << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
        };
        std::lock_guard const lock{mutex_};
        family("clerk_calls_total", "counter", "Calls of the service that have ended.");
        for (auto const& [op, of] : operations_)
            for (auto const& [outcome, count] : of.outcomes)
                out << "clerk_calls_total" << op << ",outcome=\"" << outcome << "\"} " << count << '\n';
        family("clerk_attempts_total", "counter", "Attempts made for them, retries included.");
        for (auto const& [op, of] : operations_) out << "clerk_attempts_total" << op << "} " << of.attempts << '\n';
        family("clerk_call_duration_seconds", "histogram", "Time of a call, waits included.");
        for (auto const& [op, of] : operations_) {
            std::string const bucket = "clerk_call_duration_seconds_bucket" + op + ",le=\"";
            for (auto const& [bound, count] : of.within) out << bucket << bound << "\"} " << count << '\n';
            out << bucket << "+Inf\"} " << of.calls << '\n';
            out << "clerk_call_duration_seconds_sum" << op << "} " << of.seconds << '\n';
            out << "clerk_call_duration_seconds_count" << op << "} " << of.calls << '\n';
        }
        auto const single = [&](char const* name, char const* type, std::size_t value, char const* help) {
            family(name, type, help) << name << ' ' << value << '\n';
        };
        single("clerk_retries_total", "counter", client.retry_budget_gauges().spent, "Attempts after a call's first.");
        single("clerk_retry_budget_available", "gauge", client.retry_budget_gauges().available, "Retries in reserve.");
        single("clerk_pool_idle", "gauge", client.pool_gauges().idle, "Connections without a call.");
        single("clerk_pool_busy", "gauge", client.pool_gauges().busy, "Connections with a call.");
        single("clerk_pool_waiting", "gauge", client.pool_gauges().waiting, "Calls that wait for a connection.");
        single("clerk_limiter_used", "gauge", client.rate_limiter_gauges().used, "Requests within the limit's window.");
        single("clerk_limiter_waiting", "gauge", client.rate_limiter_gauges().waiting, "Calls held back by the limit.");
        single("clerk_single_flight_waiting", "gauge", client.single_flight_gauges().waiting, "Calls that share one.");
        single("clerk_single_flight_joined_total", "counter", client.single_flight_gauges().joined, "Calls spared.");
        single("gateway_cache_hits_total", "counter", cache_hits, "Requests answered from the cache.");
        return out.str();
    }

private:
    struct Counts {
        std::map<std::string, std::size_t> outcomes{};
        std::map<double, std::size_t> within{};  // calls that took no longer than so many seconds
        double seconds{};
        std::size_t attempts{}, calls{};
    };
    mutable std::mutex mutex_{};
    std::map<std::string, Counts> operations_{};  // by "{operation=…", to which labels may be added
};
}  // namespace gateway
