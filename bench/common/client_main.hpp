// The common part of every client's main().
#pragma once

#include "common/bench_options.hpp"
#include "common/bench_report.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace clerk_bench {

// Counts failed requests and prints the first on standard error. Thread-safe.
class ErrorLog {
public:
    explicit ErrorLog(std::string program) : program_{std::move(program)} {}

    void add(std::string_view message);
    [[nodiscard]] std::int64_t count() const noexcept { return count_; }

private:
    std::string program_;
    std::atomic<std::int64_t> count_{0};
};

// Parses the command line, runs, prints the report as one line. Exit status: 0 when a request succeeded; 1 when none
// did, or the run could not begin; 2 for an invalid command line.
int client_main(Program const& program, int argc, char const* const* argv,
                std::function<Report(Options const&, ErrorLog&)> const& run);

}  // namespace clerk_bench
