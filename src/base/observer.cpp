#include <clerk/observer.hpp>

#include "base/header_field.hpp"
#include "base/text_safety.hpp"

#include <exception>
#include <ostream>
#include <string>

namespace clerk {

namespace {

constexpr std::size_t max_trace = 128;

void append_duration(std::string& out, std::string_view name, std::chrono::nanoseconds value) {
    if (!name.empty()) {
        out += ' ';
        out += name;
        out += ' ';
    }
    // With integers, because floating-point output depends on the locale.
    auto const microseconds = std::chrono::round<std::chrono::microseconds>(value).count();
    out += std::to_string(microseconds / 1000);
    out += '.';
    out.append(std::to_string(1000 + microseconds % 1000), 1, 3);
    out += " ms";
}

void append_outcome(std::string& out, int status, boost::system::error_code code) {
    if (status != 0) out += "HTTP " + std::to_string(status);
    // An error status is its own code.
    if (!code || code.category() == http_status_category()) return;
    if (status != 0) out += ", ";
    out += code.message();
}

void append_attempt(std::string& out, std::size_t number, AttemptRecord const& attempt) {
    out += " | attempt " + std::to_string(number) + ": ";
    append_outcome(out, attempt.status, attempt.code);
    auto const phase = [&out](std::string_view name, std::chrono::nanoseconds value) {
        if (value.count() != 0) append_duration(out, name, value);
    };
    phase("limiter", attempt.limiter_wait);
    phase("pool", attempt.pool_wait);
    phase("resolve", attempt.resolve);
    phase("connect", attempt.connect);
    phase("tls", attempt.tls);
    phase("first byte", attempt.time_to_first_byte);
    phase("transfer", attempt.transfer);
    phase("decode", attempt.decode);
    phase("backoff", attempt.backoff);
    out +=
        " sent " + std::to_string(attempt.bytes_sent) + " B received " + std::to_string(attempt.bytes_received) + " B";
    if (attempt.reused) out += " reused";
    if (attempt.resumed) out += " resumed";
}

}  // namespace

bool AttemptStart::add_header(std::string_view name, std::string_view value) noexcept {
    Headers::Field const header{name, value};
    try {
        if (base::refuse_header({}, 0, header) || base::has_header(sent_anyway_, name) ||
            base::has_header(added_, name)) {
            return false;
        }
        added_.reserve(added_.size() + name.size() + value.size() + 4);
        base::append_header(added_, header);
    } catch (std::exception const&) {
        return false;
    }
    return true;
}

std::string to_string(CallRecord const& call) {
    std::string out;
    base::append_printable(out, call.operation, max_trace);
    out += ": ";
    append_outcome(out, call.status, call.code);
    out += " in ";
    append_duration(out, {}, call.elapsed);
    if (std::string_view const reason = to_string(call.stop_reason); !reason.empty()) {
        out += ", ";
        out += reason;
    }
    if (call.may_have_taken_effect) out += ", it may have taken effect";
    if (!call.trace_id.empty()) {
        out += ", trace id ";
        base::append_printable(out, call.trace_id, max_trace);
    }
    for (std::size_t index = 0; index < call.attempts.size(); ++index)
        append_attempt(out, index + 1, call.attempts[index]);
    return out;
}

std::ostream& operator<<(std::ostream& out, CallRecord const& call) { return out << to_string(call); }

}  // namespace clerk
