#include "testing/fault.hpp"

#include "testing/json.hpp"

namespace clerk::testing {

void append_error_body(std::string& out, Failure const& failure, std::string_view trace_id) {
    out += R"({"errors":[)";
    bool first = true;
    for (Fault const& fault : failure.faults) {
        if (!first) out += ',';
        first = false;
        out += R"({"code":)";
        append_json_string(out, fault.code);
        out += R"(,"message":)";
        append_json_string(out, fault.message);
        out += R"(,"long_message":)";
        append_json_string(out, fault.long_message);
        if (!fault.param_name.empty()) {
            out += R"(,"meta":{"param_name":)";
            append_json_string(out, fault.param_name);
            out += '}';
        }
        out += '}';
    }
    out += R"(],"clerk_trace_id":)";
    append_json_string(out, trace_id);
    out += '}';
}

namespace faults {
namespace {

Fault plain(unsigned status, std::string_view code, std::string_view message, std::string_view long_message) {
    return Fault{status, std::string{code}, std::string{message}, std::string{long_message}, {}};
}

Fault param(std::string_view code, std::string_view name, std::string_view message, std::string_view detail) {
    std::string long_message{name};
    long_message += ' ';
    long_message += detail;
    return Fault{422, std::string{code}, std::string{message}, std::move(long_message), std::string{name}};
}

}  // namespace

Fault malformed_request() {
    return plain(400, "request_invalid", "Request invalid", "The request is not well-formed HTTP.");
}
Fault request_body_invalid() {
    return plain(400, "request_body_invalid", "Request body invalid",
                 "The request body is invalid. Please consult the API documentation for more information.");
}
Fault unsupported_image_type() {
    return plain(400, "request_body_invalid", "Unsupported image type",
                 "The image type is not supported. Please upload a JPEG, PNG, GIF or WebP image.");
}
Fault image_decode_error() {
    return plain(400, "request_body_invalid", "Image decode error",
                 "The image could not be decoded. Please upload a valid image.");
}
Fault image_file_missing() {
    Fault fault =
        plain(400, "form_param_missing", "Image file missing", "The form part file with an image is missing.");
    fault.param_name = "file";
    return fault;
}
Fault api_version_invalid(std::string_view why) {
    return plain(400, "api_version_invalid", "invalid API version", why);
}
Fault creator_not_found() {
    Fault fault = plain(400, "organization_creator_not_found", "creator not found",
                        "The user given as created_by was not found.");
    fault.param_name = "created_by";
    return fault;
}
Fault authentication_invalid() {
    return plain(401, "authentication_invalid", "Invalid authentication",
                 "Unable to authenticate the request, you need to supply an active session");
}
Fault authorization_header_format_invalid() {
    return plain(401, "authorization_header_format_invalid", "Invalid Authorization header format",
                 R"(Invalid Authorization header format. Must be "Bearer <YOUR_API_KEY>")");
}
Fault clerk_key_invalid() {
    constexpr std::string_view text =
        "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.";
    return plain(401, "clerk_key_invalid", text, text);
}
Fault organization_slugs_disabled() {
    Fault fault = plain(403, "organization_slugs_disabled", "organization slugs not enabled",
                        "Organization slugs are not enabled for this instance.");
    fault.param_name = "slug";
    return fault;
}
Fault organization_quota_exceeded(std::size_t quota) {
    return plain(403, "organization_quota_exceeded", "organization quota exceeded",
                 "You have reached your limit of " + std::to_string(quota) + " organizations.");
}
Fault organizations_not_enabled() {
    return plain(403, "organization_not_enabled_in_instance", "access denied",
                 "The organizations feature is not enabled for this instance.");
}
Fault organization_not_found() {
    return plain(404, "resource_not_found", "not found", "Given organization not found.");
}
Fault route_not_found() { return plain(404, "resource_not_found", "not found", "There is nothing at this path."); }
Fault image_not_found() { return plain(404, "image_not_found", "Image not found", "The organization has no image."); }
Fault method_not_allowed() {
    return plain(405, "method_not_allowed", "Method not allowed", "This path does not support the request's method.");
}
Fault image_too_large() {
    return plain(413, "image_too_large", "Image too large", "The image being uploaded is more than 10MB.");
}
Fault request_body_too_large() {
    return plain(413, "request_body_too_large", "Request body too large", "The request body is too large.");
}
Fault unsupported_content_type() {
    return plain(415, "unsupported_content_type", "Content-Type is unsupported",
                 "The Content-Type of the request is not supported by this path.");
}
Fault param_missing(std::string_view name) {
    return param("form_param_missing", name, "is missing", "must be included.");
}
Fault param_unknown(std::string_view name) {
    return param("form_param_unknown", name, "is unknown", "is not a valid parameter for this request.");
}
Fault param_value_invalid(std::string_view name, std::string_view why) {
    return param("form_param_value_invalid", name, "is invalid", why);
}
Fault param_type_invalid(std::string_view name, std::string_view wanted) {
    return param("form_param_type_invalid", name, "is invalid", "must be " + std::string{wanted} + '.');
}
Fault param_format_invalid(std::string_view name, std::string_view why) {
    return param("form_param_format_invalid", name, "is invalid", why);
}
Fault param_too_long(std::string_view name, std::size_t limit) {
    return param("form_param_max_length_exceeded", name, "exceeds maximum length",
                 "should not exceed " + std::to_string(limit) + " characters.");
}
Fault param_invalid_time(std::string_view name) {
    return param("form_param_invalid_time", name, "invalid format",
                 "must be in RFC3339 format, for example 2012-10-20T07:15:20.902Z.");
}
Fault param_array_too_large(std::string_view name, std::size_t limit) {
    return param("form_param_array_size_exceeded", name, "exceeds maximum size",
                 "should not exceed " + std::to_string(limit) + " elements.");
}
Fault identifier_exists(std::string_view name) {
    return param("form_identifier_exists", name, "is taken", "is already in use. Please try another.");
}
Fault too_many_requests() {
    return plain(429, "too_many_requests", "Too many requests", "Too many requests, retry later");
}
Fault headers_too_large() {
    return plain(431, "request_header_fields_too_large", "Request headers too large",
                 "The request's headers are too large.");
}
Fault internal_error() {
    return plain(500, "internal_clerk_error", "Oops, an unexpected error occurred",
                 "There was an internal error on our servers. We've been notified and are working on fixing it.");
}

Fault failing_service(unsigned status) {
    switch (status) {
        case 408:
            return plain(408, "request_timeout", "Request timeout", "The request took too long.");
        case 409:
            return plain(409, "resource_locked", "resource busy",
                         "The resource is currently being modified by another request. Please try again.");
        case 429:
            return too_many_requests();
        case 500:
            return internal_error();
        case 503:
            return plain(503, "service_unavailable", "Service unavailable",
                         "The service is temporarily unavailable. Please try again later.");
        default:
            return plain(status, "injected_fault", "Injected fault", "This status was asked for by a fault rule.");
    }
}

}  // namespace faults
}  // namespace clerk::testing
