// When the next address is tried (RFC 8305 section 5). Pure: time is a parameter. `ConnectRace` drives it.
#pragma once

#include "transport/pool_core.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace clerk::transport {

class RaceSchedule {
public:
    RaceSchedule(std::size_t addresses, std::chrono::nanoseconds stagger) noexcept
        : addresses_{addresses}, stagger_{stagger} {}

    // The address to try now: the first at once, each other one `stagger` after the one before it, or when that failed.
    [[nodiscard]] std::optional<std::size_t> start_due(TimePoint now) noexcept {
        if (started_ == addresses_ || now < next_at_) return std::nullopt;
        next_at_ = now + stagger_;
        return started_++;
    }
    // One of the started attempts.
    void failed() noexcept {
        ++failed_;
        next_at_ = TimePoint::min();
    }

    // When start_due() will have the next; no_deadline: never.
    [[nodiscard]] TimePoint next_at() const noexcept { return started_ == addresses_ ? no_deadline : next_at_; }
    // Every address has failed.
    [[nodiscard]] bool lost() const noexcept { return failed_ == addresses_; }

private:
    std::size_t addresses_;
    std::chrono::nanoseconds stagger_;
    std::size_t started_{};
    std::size_t failed_{};
    TimePoint next_at_{TimePoint::min()};
};

}  // namespace clerk::transport
