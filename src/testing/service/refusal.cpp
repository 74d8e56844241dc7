#include "testing/service/refusal.hpp"

#include "testing/service/json.hpp"

#include <algorithm>

namespace clerk::testing {

void append_error_body(std::string& out, Failure const& failure, std::string_view trace_id) {
    char separator = '[';
    out += R"({"errors":)";
    for (ApiRefusal const& refusal : failure.refusals) {
        out += separator;
        separator = ',';
        append_json_string(out += R"({"code":)", refusal.code);
        append_json_string(out += R"(,"message":)", refusal.message);
        append_json_string(out += R"(,"long_message":)", refusal.long_message);
        if (!refusal.meta.empty()) (out += R"(,"meta":)") += refusal.meta;
        out += '}';
    }
    append_json_string(out += R"(],"clerk_trace_id":)", trace_id);
    out += '}';
}

namespace refusals {
namespace {

// 422, with a long message that begins with the parameter.
ApiRefusal param(std::string_view code, std::string_view name, std::string_view message, std::string_view detail) {
    return about(name, plain(422, code, message, std::string{name}.append(" ").append(detail)));
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string json{};
    append_json_string(json, text);
    return json;
}

ApiRefusal plain(unsigned status, std::string_view code, std::string_view message, std::string_view long_message) {
    return {status, std::string{code}, std::string{message}, std::string{long_message}, {}};
}

ApiRefusal about(std::string_view name, ApiRefusal refusal) {
    refusal.meta = R"({"param_name":)" + quoted(name) + '}';
    return refusal;
}

ApiRefusal malformed_request() {
    return plain(400, "request_invalid", "Request invalid", "The request is not well-formed HTTP.");
}
ApiRefusal request_body_invalid() {
    return plain(400, "request_body_invalid", "Request body invalid",
                 "The request body is invalid. Please consult the API documentation for more information.");
}
ApiRefusal api_version_invalid(std::string_view why) {
    return plain(400, "api_version_invalid", "invalid API version", why);
}
ApiRefusal authentication_invalid() {
    return plain(401, "authentication_invalid", "Invalid authentication",
                 "Unable to authenticate the request, you need to supply an active session");
}
ApiRefusal authorization_header_format_invalid() {
    return plain(401, "authorization_header_format_invalid", "Invalid Authorization header format",
                 R"(Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>")");
}
ApiRefusal clerk_key_invalid() {
    constexpr std::string_view text =
        "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.";
    return plain(401, "clerk_key_invalid", text, text);
}
ApiRefusal organizations_not_enabled() {
    return plain(403, "organization_not_enabled_in_instance", "access denied",
                 "The organizations feature is not enabled for this instance. You can enable it at "
                 "https://dashboard.clerk.com.");
}
ApiRefusal organization_not_found() {
    return plain(404, "resource_not_found", "not found", "Given organization not found.");
}
ApiRefusal user_not_found(std::string_view user_id) {
    return plain(404, "resource_not_found", "not found", "No user was found with id " + std::string{user_id} + '.');
}
ApiRefusal role_not_found(std::string_view param_name) {
    return about(param_name, plain(404, "resource_not_found", "not found", "Organization role not found"));
}
ApiRefusal route_not_found() { return plain(404, "resource_not_found", "not found", "There is nothing at this path."); }
ApiRefusal method_not_allowed() {
    return plain(405, "method_not_allowed", "Method not allowed", "This path does not support the request's method.");
}
ApiRefusal request_body_too_large() {
    return plain(413, "request_body_too_large", "Request body too large", "The request body is too large.");
}
ApiRefusal unsupported_content_type() {
    return plain(415, "unsupported_content_type", "Content-Type is unsupported",
                 "The Content-Type of the request is not supported by this path.");
}
ApiRefusal param_missing(std::string_view name) {
    return param("form_param_missing", name, "is missing", "must be included.");
}
ApiRefusal param_unknown(std::string_view name) {
    return param("form_param_unknown", name, "is unknown", "is not a valid parameter for this request.");
}
ApiRefusal param_repeated(std::string_view name) {
    return param("form_param_duplicate", name, "is duplicate", "included multiple times. There should only be one.");
}
ApiRefusal param_value_invalid(std::string_view name, std::string_view why) {
    return param("form_param_value_invalid", name, "is invalid", why);
}
ApiRefusal param_type_invalid(std::string_view name, std::string_view wanted) {
    return param("form_param_type_invalid", name, "is invalid", "must be " + std::string{wanted} + '.');
}
ApiRefusal param_format_invalid(std::string_view name, std::string_view why) {
    return param("form_param_format_invalid", name, "is invalid", why);
}
ApiRefusal param_too_long(std::string_view name, std::size_t limit) {
    return param("form_param_max_length_exceeded", name, "exceeds maximum length",
                 "should not exceed " + std::to_string(limit) + " characters.");
}
ApiRefusal param_too_large(std::string_view name, std::size_t max_bytes) {
    return param("form_param_exceeds_allowed_size", name, "exceeds allowed size",
                 "should not exceed " + std::to_string(max_bytes) + " bytes.");
}
ApiRefusal param_invalid_time(std::string_view name) {
    return param("form_param_invalid_time", name, "invalid format",
                 "must be in RFC3339 format, for example 2012-10-20T07:15:20.902Z.");
}
ApiRefusal param_array_too_large(std::string_view name, std::size_t limit) {
    return param("form_param_array_size_exceeded", name, "exceeds maximum size",
                 "should not exceed " + std::to_string(limit) + " items.");
}
ApiRefusal too_many_requests() {
    return plain(429, "too_many_requests", "Too many requests", "Too many requests, retry later");
}
ApiRefusal headers_too_large() {
    return plain(431, "request_header_fields_too_large", "Request headers too large",
                 "The request's headers are too large.");
}
ApiRefusal internal_error() {
    return plain(500, "internal_clerk_error", "Oops, an unexpected error occurred",
                 "There was an internal error on our servers. We've been notified and are working on fixing it.");
}

ApiRefusal failing_service(unsigned status) {
    switch (status) {
        case 408:
            return plain(408, "request_timeout", "Request timeout", "The request took too long.");
        case 409:
            return plain(409, "resource_locked", "resource busy",
                         "This resource is currently being modified by another request. Please try again.");
        case 429:
            return too_many_requests();
        case 500:
            return internal_error();
        case 503:
            return plain(503, "service_unavailable", "Service unavailable",
                         "The service is temporarily unavailable. Please try again later.");
        default:
            return plain(status, "injected_fault", "Injected fault", "This status was requested by a fault rule.");
    }
}

}  // namespace refusals

std::vector<ApiRefusal> shared_refusals() {
    using namespace refusals;
    return {request_body_invalid(),
            api_version_invalid("The API version does not exist."),
            authentication_invalid(),
            authorization_header_format_invalid(),
            clerk_key_invalid(),
            organizations_not_enabled(),
            organization_not_found(),
            plain(404, "organization_not_found_or_unauthorized", "not found or unauthorized",
                  "Given organization not found, or you don't have permission to access the organization"),
            failing_service(409),
            request_body_too_large(),
            unsupported_content_type(),
            param_missing("name"),
            param_unknown("public_metadata"),
            param_repeated("limit"),
            param_type_invalid("name", "a string"),
            param_format_invalid("slug", R"(can contain only lowercase letters, digits and the dash "-".)"),
            param_too_long("name", 256),
            param_too_large("public_metadata", 8192),
            param_invalid_time("created_at"),
            param_array_too_large("organization_id", 100),
            too_many_requests(),
            internal_error(),
            failing_service(503)};
}

}  // namespace clerk::testing
