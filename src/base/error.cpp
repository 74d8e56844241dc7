#include <clerk/error.hpp>
#include <clerk/result.hpp>

#include "base/text_safety.hpp"

#include <boost/json/object.hpp>
#include <boost/throw_exception.hpp>

#include <ostream>
#include <utility>

namespace clerk {

namespace {

// Enough for Clerk's messages; a line stays readable even when a peer sends a long text.
constexpr std::size_t max_text = 512;
constexpr std::size_t max_name = 128;
constexpr std::size_t max_listed_errors = 3;

std::string const& text_of(ApiError const& error) noexcept {
    return error.long_message.empty() ? error.message : error.long_message;
}

// "; "-separated entries of Clerk's error array.
void append_api_errors(std::string& out, std::vector<ApiError> const& errors) {
    for (std::size_t index = 0; index < errors.size() && index < max_listed_errors; ++index) {
        ApiError const& error = errors[index];
        out += index == 0 ? " " : "; ";
        base::append_printable(out, error.code, max_name);
        if (std::string const& text = text_of(error); !text.empty()) {
            out += ": ";
            base::append_printable(out, text, max_text);
        }
        if (std::string const parameter = error.param_name(); !parameter.empty()) {
            out += " [";
            base::append_printable(out, parameter, max_name);
            out += ']';
        }
    }
    if (errors.size() > max_listed_errors) {
        out += "; and " + std::to_string(errors.size() - max_listed_errors) + " more";
    }
}

void append_what_happened(std::string& out, Error const& error) {
    ErrorDetails const& details = error.details();
    bool const is_status = error.code().category() == http_status_category();
    if (is_status && !details.errors.empty()) {
        out += "HTTP " + std::to_string(error.code().value());
        append_api_errors(out, details.errors);
        return;
    }
    if (is_status) {
        out += error.code().message();
        if (!details.message.empty()) out += ": ";
    } else if (!details.field.empty()) {
        base::append_printable(out, details.field, max_name);
        out += ": ";
    }
    if (!details.message.empty()) {
        base::append_printable(out, details.message, max_text);
    } else if (!is_status) {
        out += error.code().message();
    }
    if (details.cause) {
        out += ": ";
        base::append_printable(out, details.cause.message(), max_text);
    }
}

bool is_refused_here(boost::system::error_code code) noexcept {
    return code == errc::invalid_argument || code == errc::request_too_large || code == errc::file_unreadable;
}

// The parenthesis at the end of the line; empty when there is nothing to add.
std::string circumstances(Error const& error) {
    ErrorDetails const& details = error.details();
    std::string out;
    auto const add = [&out](std::string_view text) {
        out += out.empty() ? " (" : ", ";
        out += text;
    };
    if (!details.trace_id.empty()) add("trace id " + base::printable(details.trace_id, max_name));
    if (details.attempts > 0) {
        add(std::to_string(details.attempts) + (details.attempts == 1 ? " attempt" : " attempts"));
    } else if (!details.operation.empty() && is_refused_here(error.code())) {
        add("nothing was sent");
    }
    bool const says_more = details.stop_reason != StopReason::none &&
                           details.stop_reason != StopReason::not_retryable &&
                           details.stop_reason != StopReason::cancelled;
    if (says_more) add(to_string(details.stop_reason));
    if (details.stop_reason == StopReason::retry_after_too_long && details.retry_after) {
        add("Retry-After " + std::to_string(std::chrono::ceil<std::chrono::seconds>(*details.retry_after).count()) +
            " s");
    }
    bool const said = details.stop_reason == StopReason::not_idempotent;
    if (details.may_have_taken_effect && !said) add("it may have taken effect");
    if (!out.empty()) out += ')';
    return out;
}

}  // namespace

std::string ApiError::param_name() const {
    if (meta.empty()) return {};
    boost::json::object const members = meta.object();
    boost::json::value const* const name = members.if_contains("param_name");
    return name != nullptr && name->is_string() ? std::string{name->get_string()} : std::string{};
}

std::string_view to_string(StopReason reason) noexcept {
    switch (reason) {
        case StopReason::none:
            return "";
        case StopReason::not_retryable:
            return "not retryable";
        case StopReason::not_idempotent:
            return "may have taken effect, so not repeated";
        case StopReason::attempts_exhausted:
            return "attempts exhausted";
        case StopReason::deadline:
            return "the next wait would have passed the deadline";
        case StopReason::retry_after_too_long:
            return "Retry-After is longer than allowed";
        case StopReason::retry_budget:
            return "the client's retry budget is empty";
        case StopReason::cancelled:
            return "cancelled";
    }
    return "";
}

Error::Error(boost::system::error_code code, ErrorDetails details) : code_{code} {
    if (details.message.empty() && !details.errors.empty()) details.message = text_of(details.errors.front());
    details_ = std::make_shared<ErrorDetails const>(std::move(details));
}

Error::Error(errc code, std::string message) : code_{make_error_code(code)} {
    ErrorDetails details;
    details.message = std::move(message);
    details_ = std::make_shared<ErrorDetails const>(std::move(details));
}

ErrorDetails const& Error::details() const& noexcept {
    static ErrorDetails const none{};
    return details_ ? *details_ : none;
}

std::string to_string(Error const& error) {
    if (!error.code()) return "no error";
    std::string out;
    if (std::string_view const operation = error.operation(); !operation.empty()) {
        base::append_printable(out, operation, max_name);
        out += ": ";
    }
    append_what_happened(out, error);
    out += circumstances(error);
    return out;
}

std::ostream& operator<<(std::ostream& out, Error const& error) { return out << to_string(error); }

Exception::Exception(Error error) : std::runtime_error{to_string(error)}, error_{std::move(error)} {}

void throw_exception_from_error(Error const& error, boost::source_location const& location) {
    boost::throw_exception(Exception{error}, location);
}

}  // namespace clerk
