// The measurements of a run, and the line that reports them.
#pragma once

#include "common/latency_histogram.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace clerk_bench {

struct Report {
    std::int64_t requests{};  // over the timed part, like the four below; of an export: pages
    std::int64_t errors{};
    std::chrono::nanoseconds elapsed{};
    std::chrono::microseconds cpu{};
    LatencyHistogram latencies{};
    std::uint64_t connections_opened{};  // since the start, warm-up included
    std::uint64_t tls_resumed{};         // of these connections
    std::int64_t max_rss_kb{};
    // Reported only with --details.
    std::int64_t organizations{};  // decoded in the timed part
    std::uint64_t checksum{};      // of the first answer
    std::int64_t rss_kb{};         // after the timed part, with every connection idle
};

// One JSON object without a line break.
[[nodiscard]] std::string to_json(Report const& report, bool details);

}  // namespace clerk_bench
