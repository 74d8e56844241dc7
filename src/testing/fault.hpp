// What the service answers when it refuses: one or more errors as data, and their wire form.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

// One entry of an error answer.
struct Fault {
    unsigned status{};
    std::string code{};
    std::string message{};
    std::string long_message{};
    std::string param_name{};  // becomes meta.param_name when not empty
};

// A refusal. The answer's status is that of the first fault.
struct Failure {
    std::vector<Fault> faults{};
    std::optional<std::chrono::seconds> retry_after{};

    Failure() = default;
    Failure(Fault fault) { faults.push_back(std::move(fault)); }
    explicit Failure(std::vector<Fault> all) : faults(std::move(all)) {}
};

template <class T>
using Outcome = boost::system::result<T, Failure>;

// Boost.System looks for this where a value is read, which it checks from 1.92 on.
[[noreturn]] inline void throw_exception_from_error(Failure const&, boost::source_location const&) {
    throw std::logic_error{"there is no value but a refusal"};
}

// Appends `{"errors":[…],"clerk_trace_id":"…"}`.
void append_error_body(std::string& out, Failure const& failure, std::string_view trace_id);

// Every refusal the service knows, in the order of their status.
namespace faults {

Fault malformed_request();
Fault request_body_invalid();
Fault unsupported_image_type();
Fault image_decode_error();
Fault image_file_missing();
Fault api_version_invalid(std::string_view why);
Fault creator_not_found();
Fault authentication_invalid();
Fault authorization_header_format_invalid();
Fault clerk_key_invalid();
Fault organization_slugs_disabled();
Fault organization_quota_exceeded(std::size_t quota);
Fault organizations_not_enabled();
Fault organization_not_found();
Fault route_not_found();
Fault image_not_found();
Fault method_not_allowed();
Fault image_too_large();
Fault request_body_too_large();
Fault unsupported_content_type();
Fault param_missing(std::string_view name);
Fault param_unknown(std::string_view name);
Fault param_value_invalid(std::string_view name, std::string_view why);
Fault param_type_invalid(std::string_view name, std::string_view wanted);
Fault param_format_invalid(std::string_view name, std::string_view why);
Fault param_too_long(std::string_view name, std::size_t limit);
Fault param_invalid_time(std::string_view name);
Fault param_array_too_large(std::string_view name, std::size_t limit);
Fault identifier_exists(std::string_view name);
Fault headers_too_large();
Fault too_many_requests();
Fault internal_error();
// What the service says with a status that its own logic does not give: 500, 503, 409, 408 and all the others.
Fault failing_service(unsigned status);

}  // namespace faults

}  // namespace clerk::testing
