#include "testing/faults/fault_plan.hpp"

#include "testing/service/random_ids.hpp"

#include <algorithm>

namespace clerk::testing {

FaultPlan::FaultPlan(FaultSpec const& spec) {
    rules_.reserve(spec.rules.size());
    for (FaultRule const& rule : spec.rules) {
        Counter counter{};
        counter.rule = rule;
        counter.seed = mix(mix(spec.seed) + rules_.size());
        rules_.push_back(counter);
    }
}

FaultDecision FaultPlan::next_request(std::string_view operation) {
    FaultDecision decision{};
    for (Counter& counter : rules_) {
        FaultRule const& rule = counter.rule;
        if (rule.phase == FaultPhase::connect) continue;
        // One fault per request; only latencies are added.
        if (rule.phase != FaultPhase::none && decision.phase != FaultPhase::none) continue;
        auto const& names = rule.operations;
        bool const concerned = names.empty() || std::find(names.begin(), names.end(), operation) != names.end();
        if (concerned && counter.strikes()) counter.apply_to(decision);
    }
    return decision;
}

FaultDecision FaultPlan::next_connection() {
    FaultDecision decision{};
    for (Counter& counter : rules_) {
        if (counter.rule.phase != FaultPhase::connect) continue;
        if (counter.strikes()) {
            counter.apply_to(decision);
            break;
        }
    }
    return decision;
}

bool FaultPlan::Counter::strikes() noexcept {
    if (struck == rule.count) return false;
    ++matched;
    if (matched <= rule.after) return false;
    if (left_of_burst != 0) {
        --left_of_burst;
    } else {
        if ((matched - rule.after) % rule.every != 0) return false;
        if (noise(0) % FaultRule::certain >= rule.probability) return false;
        left_of_burst = rule.burst - 1;
    }
    ++struck;
    return true;
}

void FaultPlan::Counter::apply_to(FaultDecision& decision) const noexcept {
    ++decision.rules;
    auto const range = static_cast<std::uint64_t>((rule.max_latency - rule.min_latency).count());
    decision.latency += rule.min_latency + std::chrono::milliseconds{noise(1) % (range + 1)};
    if (rule.phase == FaultPhase::none) return;
    decision.phase = rule.phase;
    decision.action = rule.action;
    decision.status = rule.status;
    decision.refusal = rule.refusal;
    decision.retry_after = rule.retry_after;
    decision.pause = rule.pause;
    decision.bytes = rule.bytes;
}

std::uint64_t FaultPlan::Counter::noise(std::uint64_t stream) const noexcept {
    return mix(seed + mix(2 * matched + stream));
}

}  // namespace clerk::testing
