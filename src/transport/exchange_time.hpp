// Estimates how long the exchanges of an operation take, so that none begins with too little time left. Nearly all
// exchanges end within the estimate (mean and deviation, as RFC 6298 computes them for round trips). Pure.
//
// Only two outcomes are measured: an answer, and an exchange that was cut off although it had the estimated time. An
// estimate that is too high corrects itself: a call that finds a free connection is sent regardless of the estimate,
// and is measured; and an estimate that was not confirmed for some time is reduced.
#pragma once

#include "base/time_point.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clerk::transport {

class ExchangeTime {
public:
    // The time that an exchange needs; zero when nothing is known. Any thread may call it.
    [[nodiscard]] std::chrono::nanoseconds needed(base::TimePoint now) const noexcept;

    // An exchange was answered. The caller serializes this and the next.
    void answered(std::chrono::nanoseconds took, base::TimePoint now) noexcept;
    // The deadline ended an exchange after that time, without an answer.
    void cut_off(std::chrono::nanoseconds after, base::TimePoint now) noexcept;

private:
    std::atomic<std::int64_t> needed_{};
    std::atomic<std::int64_t> measured_at_{};
    std::int64_t mean_{};
    std::int64_t deviation_{};
};

// One for each operation of a client. Thread-safe, does not allocate.
class ExchangeTimes {
public:
    // `operation` is a static name. Null when there are too many operations.
    [[nodiscard]] ExchangeTime* of(std::string_view operation) noexcept;

private:
    struct Entry {
        std::atomic<char const*> operation{};
        ExchangeTime time{};
    };
    std::array<Entry, 64> entries_{};
};

}  // namespace clerk::transport
