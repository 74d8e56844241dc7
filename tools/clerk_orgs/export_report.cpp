#include "export_report.hpp"

#include "output.hpp"

#include <cstdio>
#include <string>

namespace clerk_orgs {

std::string describe(clerk::Error const& error, OptionNames const& names) {
    auto const name = names.find(error.field());
    bool const is_refused = status_of(error) == exit_status::usage || error == clerk::errc::request_too_large;
    if (!is_refused || name == names.end()) return to_string(error);
    std::string text = name->second + ": " + std::string{error.message()};
    if (error.cause()) text += ": " + error.cause().message();
    return printable(text) + " (nothing was sent)";
}

int status_of(clerk::Error const& error) {
    using clerk::condition;
    using clerk::errc;
    if (error == condition::cancelled) return exit_status::interrupted;
    if (error == condition::size_limit) return exit_status::size_limit;
    if (error == condition::invalid_argument || error == errc::file_unreadable) return exit_status::usage;
    if (error == condition::timeout || error == errc::rate_limited) return exit_status::timeout;
    if (error.code().category() == clerk::http_status_category()) return exit_status::api_error;
    if (error == condition::decode || error == errc::unexpected_status || error == errc::unexpected_content ||
        error == errc::pagination_stalled) {
        return exit_status::decode;
    }
    return exit_status::transport;
}

namespace {

class CallLog final : public clerk::Observer {
    void on_call(clerk::CallRecord const& call) noexcept override { report(to_string(call)); }
};

}  // namespace

std::shared_ptr<clerk::Observer> make_call_log() { return std::make_shared<CallLog>(); }

void report_gauges(clerk::Client const& client) {
    clerk::PoolGauges const pool = client.pool_gauges();
    clerk::RateLimiterGauges const limiter = client.rate_limiter_gauges();
    clerk::RetryBudgetGauges const budget = client.retry_budget_gauges();
    report("connections opened " + std::to_string(pool.opened) + "; requests " + std::to_string(limiter.admitted) +
           ", in this window " + std::to_string(limiter.used) + " of " +
           (limiter.limit == 0 ? "any number" : std::to_string(limiter.limit)) + "; retries " +
           std::to_string(budget.spent) + ", in reserve " +
           (budget.capacity == 0 ? "any number" : std::to_string(budget.available)));
}

void report(std::string_view message) {
    std::string line{"clerk-orgs: "};
    line.append(message).push_back('\n');
    std::fputs(line.c_str(), stderr);
}

void report_undecoded(clerk::UndecodedItem const& item, std::int64_t page_offset) {
    std::string line = "item " + std::to_string(page_offset + static_cast<std::int64_t>(item.index));
    constexpr std::size_t longest_id = 128;  // keeps the line readable
    if (item.id.size() > longest_id) {
        line += " (" + item.id.substr(0, longest_id) + "...)";
    } else if (!item.id.empty()) {
        line += " (" + item.id + ")";
    }
    line += " could not be decoded: " + item.path + ": " + item.message;
    report(printable(line));
}

}  // namespace clerk_orgs
