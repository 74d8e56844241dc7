// CPU time and memory of the process, as the operating system counts them.
#pragma once

#include <chrono>
#include <cstdint>

namespace clerk_bench {

// CPU time of all threads, user and system.
[[nodiscard]] std::chrono::microseconds cpu_time();
// The most memory that has been resident so far, in KiB.
[[nodiscard]] std::int64_t max_rss_kb();
// The memory resident now, in KiB; 0 when unknown.
[[nodiscard]] std::int64_t rss_kb();

// Elapsed and CPU time since its construction.
class Stopwatch {
public:
    Stopwatch() : begun_{std::chrono::steady_clock::now()}, cpu_{cpu_time()} {}

    [[nodiscard]] std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - begun_; }
    [[nodiscard]] std::chrono::microseconds cpu() const { return cpu_time() - cpu_; }

private:
    std::chrono::steady_clock::time_point begun_;
    std::chrono::microseconds cpu_;
};

}  // namespace clerk_bench
