// The emulator's language of faults. Input: the text.
#include "fuzz/target.hpp"

#include "testing/faults/fault_spec.hpp"

#include <stdexcept>
#include <string>

namespace clerk::fuzz {
namespace {

using testing::FaultAction;
using testing::FaultPhase;
using testing::FaultRule;

constexpr std::chrono::milliseconds an_hour{std::chrono::hours{1}};
constexpr std::size_t longest_explanation = 2048;  // lists the codes of the service

void check_rule(FaultRule const& rule) {
    check(rule.probability <= FaultRule::certain, "a probability is at most 1");
    check(rule.every >= 1 && rule.burst >= 1 && rule.count >= 1, "a count is at least 1");
    check(rule.min_latency >= rule.min_latency.zero() && rule.min_latency <= rule.max_latency &&
              rule.max_latency <= an_hour,
          "a latency is a range");
    check(rule.pause >= rule.pause.zero() && rule.pause <= an_hour, "a pause is bounded");
    check(!rule.retry_after || *rule.retry_after >= std::chrono::seconds::zero(), "Retry-After is not negative");
    check((rule.phase == FaultPhase::none) == (rule.action == FaultAction::none), "what only slows down does nothing");
    check((rule.action == FaultAction::answer) == (rule.status != 0), "an answer has a status");
    check(rule.status == 0 || (rule.status >= 400 && rule.status <= 599), "a status is an error");
    check(rule.action != FaultAction::drip || rule.bytes != 0, "a drip makes progress");
    check(rule.phase != FaultPhase::connect || rule.operations.empty(), "a connection has no operation yet");
}

}  // namespace

void run(std::string_view input) {
    try {
        for (FaultRule const& rule : testing::parse_fault_spec(input).rules) check_rule(rule);
    } catch (std::invalid_argument const& refusal) {
        std::string_view const why = refusal.what();
        check(why.starts_with("fault "), "a refusal says which rule is wrong");
        check(why.size() <= longest_explanation + 3 * input.size(), "a refusal is bounded");
    }
}

}  // namespace clerk::fuzz
