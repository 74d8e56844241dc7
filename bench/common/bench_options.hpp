// The command line that all clients of the suite share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace clerk_bench {

// What to measure. Exactly one of `get`, `list` and `export_total` is set.
struct Options {
    std::string base_url{};
    std::string ca_file{};  // empty: the system's authorities
    std::string secret_key{};

    std::string get{};            // an organization's id, requested repeatedly
    std::int64_t list{};          // pages of this many
    std::int64_t export_total{};  // one walk over this many
    std::int64_t page_size{500};
    std::size_t prefetch{0};

    std::int64_t requests{10'000};
    std::size_t concurrency{16};
    std::size_t connections{0};  // 0: as many as `concurrency`
    std::size_t threads{1};
    std::int64_t warmup{1000};
    bool details{};
    std::string decode{};  // of Program::decoders; empty when there is no choice
};

// Which options a program supports.
struct Program {
    std::string name{};
    std::string description{};
    bool exports{};                       // --export, --page-size, --prefetch
    bool threads{};                       // --threads
    std::vector<std::string> decoders{};  // --decode, the first is the default; empty: there is no such option
};

// The command line was refused; what() is one line that names the option.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The text for --help.
struct HelpRequested {
    std::string text{};
};

// Reads the arguments and CLERK_SECRET_KEY. Throws UsageError or HelpRequested.
[[nodiscard]] Options parse_options(Program const& program, int argc, char const* const* argv);

}  // namespace clerk_bench
