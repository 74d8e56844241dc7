// The retries that all calls of a client share. Any thread may use it. Pure.
#pragma once

#include <clerk/client.hpp>
#include <clerk/config.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace clerk::client {

class RetryBudget {
public:
    // Starts full. A budget of 0 means no limit.
    explicit RetryBudget(RetryOptions const& options) noexcept;

    // Takes one retry; `free` ones are only counted. False when none is left.
    [[nodiscard]] bool take(bool free = false) noexcept;
    // Returns a retry that was taken but not made.
    void put_back(bool free = false) noexcept;
    // A call succeeded.
    void success() noexcept;
    [[nodiscard]] RetryBudgetGauges gauges() const noexcept;

private:
    void refill(std::int64_t successes) noexcept;

    std::int64_t price_;                 // of a retry, in successes
    std::int64_t most_;                  // size of the reserve, in successes; 0: no limit
    std::atomic<std::int64_t> reserve_;  // in successes
    std::atomic<std::size_t> spent_{};
    std::atomic<std::size_t> refused_{};
};

}  // namespace clerk::client
