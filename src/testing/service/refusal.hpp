// The errors of a refused request as data, and their wire form. Codes and texts are those of Clerk's published
// catalogue, where it has them. Pure.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

// One entry of an error answer.
struct ApiRefusal {
    unsigned status{};
    std::string code{};
    std::string message{};
    std::string long_message{};
    std::string meta{};  // a JSON object; empty: there is none
};

// Why a request is refused. The status of the answer is that of the first entry.
struct Failure {
    std::vector<ApiRefusal> refusals{};
    std::optional<std::chrono::seconds> retry_after{};

    Failure() = default;
    Failure(ApiRefusal refusal) { refusals.push_back(std::move(refusal)); }
    explicit Failure(std::vector<ApiRefusal> all) : refusals(std::move(all)) {}
};

template <class T>
using Outcome = boost::system::result<T, Failure>;

// From 1.92 on Boost.System calls this when a value is read but there is none.
[[noreturn]] inline void throw_exception_from_error(Failure const&, boost::source_location const&) {
    throw std::logic_error{"there is no value but a refusal"};
}

// Appends `{"errors":[…],"clerk_trace_id":"…"}`.
void append_error_body(std::string& out, Failure const& failure, std::string_view trace_id);

// Errors that operations of every resource may have. Parameters in the texts are examples.
[[nodiscard]] std::vector<ApiRefusal> shared_refusals();

// Errors that the emulator returns without a fault rule, ordered by status.
namespace refusals {

// Functions to make further errors.
std::string quoted(std::string_view text);  // as JSON
ApiRefusal plain(unsigned status, std::string_view code, std::string_view message, std::string_view long_message);
ApiRefusal about(std::string_view param_name, ApiRefusal refusal);

ApiRefusal malformed_request();
ApiRefusal request_body_invalid();
ApiRefusal api_version_invalid(std::string_view why);
ApiRefusal authentication_invalid();
ApiRefusal authorization_header_format_invalid();
ApiRefusal clerk_key_invalid();
ApiRefusal organizations_not_enabled();
ApiRefusal organization_not_found();
ApiRefusal user_not_found(std::string_view user_id);
ApiRefusal role_not_found(std::string_view param_name);
ApiRefusal route_not_found();
ApiRefusal method_not_allowed();
ApiRefusal request_body_too_large();
ApiRefusal unsupported_content_type();
ApiRefusal param_missing(std::string_view name);
ApiRefusal param_unknown(std::string_view name);
ApiRefusal param_repeated(std::string_view name);
ApiRefusal param_value_invalid(std::string_view name, std::string_view why);
ApiRefusal param_type_invalid(std::string_view name, std::string_view wanted);
ApiRefusal param_format_invalid(std::string_view name, std::string_view why);
ApiRefusal param_too_long(std::string_view name, std::size_t limit);
ApiRefusal param_too_large(std::string_view name, std::size_t max_bytes);
ApiRefusal param_invalid_time(std::string_view name);
ApiRefusal param_array_too_large(std::string_view name, std::size_t limit);
ApiRefusal headers_too_large();
ApiRefusal too_many_requests();
ApiRefusal internal_error();
// The answer for a status that the emulator returns only for a fault rule: 500, 503, 409, 408 and others.
ApiRefusal failing_service(unsigned status);

}  // namespace refusals

}  // namespace clerk::testing
