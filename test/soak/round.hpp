// One client from its first call to one of several kinds of end.
#pragma once

#include "soak/findings.hpp"
#include "soak/ledger.hpp"
#include "soak/traffic.hpp"

#include <clerk/config.hpp>
#include <clerk/testing/emulator.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::soak {

enum class Finish {
    drain,    // calls end by themselves
    close,    // Client::close() with calls pending
    destroy,  // the client is destroyed, its calls continue
    abandon,  // the context is destroyed, calls never end
};
inline constexpr std::size_t finishes = 4;

[[nodiscard]] std::string_view to_string(Finish finish) noexcept;

struct RoundOptions {
    std::uint64_t seed{};
    std::chrono::milliseconds length{};
    std::size_t threads{1};
    std::size_t workers{256};
    Finish finish{};
    std::string prefix{};  // of the names of all organizations created
};

// Faults that a client must handle.
[[nodiscard]] std::string random_faults(std::mt19937_64& random);
[[nodiscard]] Config random_config(testing::Emulator const& emulator, std::mt19937_64& random);

// Runs the round and returns the organizations created in it. Aborts the process if the round does not end.
[[nodiscard]] std::vector<Entry> run_round(RoundOptions const& options, testing::Emulator& emulator,
                                           std::vector<Organization> const& others, Tally& tally, Findings& findings);

}  // namespace clerk::soak
