#include "client/call_error.hpp"

#include "client/redaction.hpp"

#include <utility>

namespace clerk::client {

namespace {

ErrorDetails describe(http::ResponseHead const& head, CallFacts const& facts, http::ErrorBody const* body = nullptr) {
    ErrorDetails details{};
    details.operation = facts.operation;
    details.attempts = facts.attempts;
    details.stop_reason = facts.stop_reason;
    details.retry_after = facts.retry_after;
    details.may_have_taken_effect = facts.may_have_taken_effect;
    details.status = head.status;
    details.headers = head.headers;
    details.trace_id = http::trace_id(body, head.trace_id.view(), head.ray.view());
    return details;
}

Error make_error(boost::system::error_code code, ErrorDetails details, CallFacts const& facts) {
    for (std::string_view const secret : facts.secrets) redact(details, secret);
    return Error{code, std::move(details)};
}

}  // namespace

Error status_error(boost::system::error_code code, http::ResponseHead const& head, std::optional<http::ErrorBody> body,
                   std::string const& text, CallFacts const& facts) {
    ErrorDetails details = describe(head, facts, body ? &*body : nullptr);
    if (body) {
        details.errors = std::move(body->errors);
        details.meta = std::move(body->meta);
    } else {
        details.raw_body = text;
        details.message = text.empty() ? "the answer has no body" : "the answer's body is not Clerk's error document";
    }
    if (code == errc::unexpected_status) {
        details.message = "HTTP " + std::to_string(head.status) + " is not an answer that the API defines";
    } else if (code == errc::unexpected_content) {
        details.message = "HTTP " + std::to_string(head.status) + " with a body that is not plain JSON";
    }
    return make_error(code, std::move(details), facts);
}

Error body_error(http::BodyFailure const& failure, http::ResponseHead const& head, CallFacts const& facts) {
    ErrorDetails details = describe(head, facts);
    details.field = failure.path;
    details.message = failure.message;
    return make_error(make_error_code(failure.code), std::move(details), facts);
}

Error closed_error(std::string_view operation) {
    CallFacts facts{};
    facts.operation = operation;
    facts.stop_reason = StopReason::cancelled;
    return transport_error(make_error_code(errc::client_closed), {}, "the client is closed", {}, facts);
}

bool no_time_left(CallOptions const& options) noexcept {
    constexpr std::chrono::milliseconds none{0};
    return options.timeout.value_or(std::chrono::milliseconds::max()) <= none ||
           options.attempt_timeout.value_or(std::chrono::milliseconds::max()) <= none;
}

Error no_time_error(std::string_view operation) {
    CallFacts facts{};
    facts.operation = operation;
    facts.stop_reason = StopReason::deadline;
    return transport_error(make_error_code(errc::deadline_exceeded), {}, "no time was left when the call began", {},
                           facts);
}

Error transport_error(boost::system::error_code code, boost::system::error_code cause, std::string message,
                      http::ResponseHead const& head, CallFacts const& facts) {
    ErrorDetails details = describe(head, facts);
    details.cause = cause;
    details.message = message.empty() ? code.message() : std::move(message);
    return make_error(code, std::move(details), facts);
}

}  // namespace clerk::client
