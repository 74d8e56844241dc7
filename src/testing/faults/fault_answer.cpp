#include "testing/faults/fault_answer.hpp"

#include "testing/server/response_writer.hpp"
#include "testing/service/text.hpp"

namespace clerk::testing {
namespace {

bool comes_from_edge(unsigned status) noexcept {
    return status == 502 || status == 504 || (status >= 520 && status <= 527);
}

void append_edge_page(std::string& out, unsigned status, std::string_view ray) {
    std::string title = "api.clerk.com | ";
    append_number(title, status);
    (title += ": ") += reason_phrase(status);
    ((out += "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>") += title) += "</title></head>\n<body>\n<h1>";
    append_number(out += "Error code ", status);
    ((out += "</h1>\n<p>The web server reported an error. Ray ID: ") += ray) += "</p>\n</body>\n</html>\n";
}

}  // namespace

void answer_with_fault(FaultDecision const& decision, ServiceResponse& response, std::string& out) {
    response.status = decision.status;
    response.retry_after = decision.retry_after;
    response.allow = {};
    response.from_edge = comes_from_edge(decision.status);
    if (decision.refusal != nullptr) {
        append_error_body(out, Failure{*decision.refusal}, response.trace());
    } else if (response.from_edge) {
        append_edge_page(out, decision.status, response.trace().substr(16));
    } else {
        append_error_body(out, Failure{refusals::failing_service(decision.status)}, response.trace());
    }
}

}  // namespace clerk::testing
