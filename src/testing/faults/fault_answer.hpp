// The answers of injected faults.
#pragma once

#include "testing/faults/fault_plan.hpp"
#include "testing/service/service.hpp"

#include <string>
#include <string_view>

namespace clerk::testing {

// Not HTTP, and long enough for every parser to notice.
inline constexpr std::string_view garbage_answer = "\x16\x03\x01 this is not an HTTP response\r\n\r\n";

// Makes `response` the answer that `decision` requires and appends its body to `out`: HTML for the statuses of the CDN
// (502, 504, 520…527), the service's JSON for all others.
void answer_with_fault(FaultDecision const& decision, ServiceResponse& response, std::string& out);

}  // namespace clerk::testing
