#include "client/retry/retry_budget.hpp"

#include <algorithm>

namespace clerk::client {

// The counters protect no other memory, so relaxed order is enough.
constexpr auto relaxed = std::memory_order_relaxed;

RetryBudget::RetryBudget(RetryOptions const& options) noexcept
    : price_{std::max(options.successes_per_retry, 1)}, most_{price_ * std::max(options.budget, 0)}, reserve_{most_} {}

bool RetryBudget::take(bool free) noexcept {
    if (!free && most_ != 0) {
        std::int64_t reserve = reserve_.load(relaxed);
        do {
            if (reserve < price_) {
                refused_.fetch_add(1, relaxed);
                return false;
            }
        } while (!reserve_.compare_exchange_weak(reserve, reserve - price_, relaxed));
    }
    spent_.fetch_add(1, relaxed);
    return true;
}

void RetryBudget::put_back(bool free) noexcept {
    spent_.fetch_sub(1, relaxed);
    if (!free) refill(price_);
}

void RetryBudget::success() noexcept { refill(1); }

void RetryBudget::refill(std::int64_t successes) noexcept {
    // The budget is nearly always full: then nothing is written, and threads do not contend for the cache line.
    std::int64_t reserve = reserve_.load(relaxed);
    while (reserve < most_ && !reserve_.compare_exchange_weak(reserve, std::min(most_, reserve + successes), relaxed)) {
    }
}

RetryBudgetGauges RetryBudget::gauges() const noexcept {
    return {.available = static_cast<std::size_t>(reserve_.load(relaxed) / price_),
            .capacity = static_cast<std::size_t>(most_ / price_),
            .spent = spent_.load(relaxed),
            .refused = refused_.load(relaxed)};
}

}  // namespace clerk::client
