// The current plan, shared by all connections. Thread-safe.
#pragma once

#include "testing/faults/fault_plan.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>

namespace clerk::testing {

class FaultInjector {
public:
    explicit FaultInjector(FaultPlan plan) { follow(std::move(plan)); }

    // Later requests use `plan`, from its beginning.
    void follow(FaultPlan plan) {
        std::scoped_lock const lock{mutex_};
        plan_ = std::move(plan);
        active_.store(!plan_.empty(), std::memory_order_relaxed);
    }
    // Whether there are rules; the only cost for a server without faults.
    [[nodiscard]] bool active() const noexcept { return active_.load(std::memory_order_relaxed); }

    [[nodiscard]] FaultDecision next_request(std::string_view operation) {
        std::scoped_lock const lock{mutex_};
        return counted(plan_.next_request(operation));
    }
    [[nodiscard]] FaultDecision next_connection() {
        std::scoped_lock const lock{mutex_};
        return counted(plan_.next_connection());
    }
    // Faults so far, of all plans.
    [[nodiscard]] std::uint64_t injected() const noexcept { return injected_.load(std::memory_order_relaxed); }

private:
    FaultDecision counted(FaultDecision decision) noexcept {
        injected_.fetch_add(decision.rules, std::memory_order_relaxed);
        return decision;
    }

    std::mutex mutex_{};
    FaultPlan plan_{};  // guarded by mutex_
    std::atomic<bool> active_{};
    std::atomic<std::uint64_t> injected_{};
};

}  // namespace clerk::testing
