// What the client does, as Prometheus text.
#pragma once
#include <clerk.hpp>
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
        for (double const bound : {.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.}) {
            counts.within[bound] += seconds <= bound ? 1 : 0;
        }
        counts.seconds += seconds;
        counts.attempts += call.attempts.size();
        ++counts.calls;
    }
    std::string text(clerk::Client const& client, std::size_t cache_hits) const {
        std::ostringstream out;
        std::lock_guard const lock{mutex_};
        out << "# TYPE clerk_calls_total counter\n";
        for (auto const& [label, of] : operations_) {
            for (auto const& [outcome, count] : of.outcomes) {
                out << "clerk_calls_total" << label << ",outcome=\"" << outcome << "\"} " << count << '\n';
            }
        }
        out << "# TYPE clerk_attempts_total counter\n";
        for (auto const& [label, of] : operations_)
            out << "clerk_attempts_total" << label << "} " << of.attempts << '\n';
        out << "# TYPE clerk_call_duration_seconds histogram\n";
        for (auto const& [label, of] : operations_) {
            std::string const bucket = "clerk_call_duration_seconds_bucket" + label + ",le=\"";
            for (auto const& [bound, count] : of.within) out << bucket << bound << "\"} " << count << '\n';
            out << bucket << "+Inf\"} " << of.calls << '\n';
            out << "clerk_call_duration_seconds_sum" << label << "} " << of.seconds << '\n';
            out << "clerk_call_duration_seconds_count" << label << "} " << of.calls << '\n';
        }
        auto const single = [&out](char const* name, char const* type, std::size_t value) {
            out << "# TYPE " << name << ' ' << type << '\n' << name << ' ' << value << '\n';
        };
        single("clerk_retries_total", "counter", client.retry_budget_gauges().spent);
        single("clerk_retry_budget_available", "gauge", client.retry_budget_gauges().available);
        single("clerk_pool_idle", "gauge", client.pool_gauges().idle);
        single("clerk_pool_busy", "gauge", client.pool_gauges().busy);
        single("clerk_pool_waiting", "gauge", client.pool_gauges().waiting);
        single("clerk_limiter_used", "gauge", client.rate_limiter_gauges().used);
        single("clerk_limiter_waiting", "gauge", client.rate_limiter_gauges().waiting);
        single("clerk_single_flight_waiting", "gauge", client.single_flight_gauges().waiting);
        single("clerk_single_flight_joined_total", "counter", client.single_flight_gauges().joined);
        single("gateway_cache_hits_total", "counter", cache_hits);
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
