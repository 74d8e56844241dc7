#include "common/bench_report.hpp"

#include <algorithm>
#include <iomanip>
#include <locale>
#include <sstream>

namespace clerk_bench {
namespace {

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>{time}.count(); }
double microseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::micro>{time}.count(); }

}  // namespace

std::string to_json(Report const& report, bool details) {
    auto const requests = static_cast<double>(std::max(report.requests, std::int64_t{1}));
    double const elapsed = seconds(report.elapsed);
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << std::fixed;
    out << R"({"requests":)" << report.requests << R"(,"errors":)" << report.errors << R"(,"elapsed_s":)"
        << std::setprecision(6) << elapsed << std::setprecision(3) << R"(,"requests_per_s":)"
        << (elapsed > 0 ? static_cast<double>(report.requests) / elapsed : 0.0) << R"(,"cpu_us_per_request":)"
        << microseconds(report.cpu) / requests << R"(,"p50_us":)" << microseconds(report.latencies.quantile(0.5))
        << R"(,"p99_us":)" << microseconds(report.latencies.quantile(0.99)) << R"(,"p999_us":)"
        << microseconds(report.latencies.quantile(0.999)) << R"(,"connections_opened":)" << report.connections_opened
        << R"(,"tls_resumed":)" << report.tls_resumed << R"(,"max_rss_kb":)" << report.max_rss_kb;
    if (details) {
        out << R"(,"organizations":)" << report.organizations << R"(,"checksum":")" << std::hex << std::setw(16)
            << std::setfill('0') << report.checksum << std::dec << R"(","rss_kb":)" << report.rss_kb;
    }
    out << '}';
    return out.str();
}

}  // namespace clerk_bench
