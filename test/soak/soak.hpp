// Runs round after round, and checks between them.
#pragma once

#include "soak/findings.hpp"
#include "soak/ledger.hpp"
#include "soak/round.hpp"
#include "soak/traffic.hpp"

#include <clerk/testing/emulator.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace clerk::soak {

struct SoakOptions {
    std::uint64_t seed{};
    std::chrono::seconds length{60};
    std::size_t threads{1};
    std::size_t workers{256};
    std::optional<Finish> finish{};  // of every client; empty: alternating
};

class Soak {
public:
    Soak(SoakOptions const& options, Findings& findings);

    // One line with a summary.
    [[nodiscard]] std::string run();

private:
    using Clock = std::chrono::steady_clock;

    void run_round(std::size_t number);
    // Checks that nothing is running and that as many files are open as at the beginning.
    void await_rest();
    void check_memory();
    void check_variety();
    [[nodiscard]] std::string summary(Clock::duration time) const;

    SoakOptions options_;
    Findings& findings_;
    std::mt19937_64 random_;
    testing::Emulator emulator_;
    std::vector<Organization> others_{};  // never changed, by name
    std::optional<std::size_t> files_at_rest_{};
    std::vector<std::size_t> memory_{};  // after each round
    Tally tally_{};
    Verdict verdict_{};
    std::size_t rounds_{};
    std::uint64_t made_{};
};

}  // namespace clerk::soak
