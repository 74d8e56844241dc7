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

// 422, with a long message that begins with the parameter.
ApiRefusal param(std::string_view code, std::string_view name, std::string_view message, std::string_view detail) {
    return about(name, plain(422, code, message, std::string{name}.append(" ").append(detail)));
}

}  // namespace

ApiRefusal malformed_request() {
    return plain(400, "request_invalid", "Request invalid", "The request is not well-formed HTTP.");
}
ApiRefusal request_body_invalid() {
    return plain(400, "request_body_invalid", "Request body invalid",
                 "The request body is invalid. Please consult the API documentation for more information.");
}
ApiRefusal unsupported_image_type() {
    return plain(400, "request_body_invalid", "Unsupported image type",
                 "The image type is not supported. Please upload a JPEG, PNG, GIF or WebP image.");
}
ApiRefusal image_decode_error() {
    return plain(400, "request_body_invalid", "Image decode error",
                 "The image could not be decoded. Please upload a valid image.");
}
ApiRefusal image_file_missing() {
    return about(
        "file", plain(400, "form_param_missing", "Image file missing", "The form part file with an image is missing."));
}
ApiRefusal api_version_invalid(std::string_view why) {
    return plain(400, "api_version_invalid", "invalid API version", why);
}
ApiRefusal creator_not_found(std::string_view user_id) {
    return plain(400, "organization_creator_not_found", "creator not found",
                 "No users found with id " + std::string{user_id} + '.');
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
ApiRefusal organization_slugs_disabled() {
    return plain(403, "organization_slugs_disabled", "organization slugs not enabled",
                 "This instance does not have slugs enabled for organizations.");
}
ApiRefusal organization_quota_exceeded(std::size_t quota) {
    return plain(403, "organization_quota_exceeded", "organization quota exceeded",
                 "You have reached your limit of " + std::to_string(quota) +
                     " organizations. You can remove the organization limit by upgrading to a paid plan or using a "
                     "production instance.");
}
ApiRefusal organizations_not_enabled() {
    return plain(403, "organization_not_enabled_in_instance", "access denied",
                 "The organizations feature is not enabled for this instance. You can enable it at "
                 "https://dashboard.clerk.com.");
}
ApiRefusal organization_not_found() {
    return plain(404, "resource_not_found", "not found", "Given organization not found.");
}
ApiRefusal route_not_found() { return plain(404, "resource_not_found", "not found", "There is nothing at this path."); }
ApiRefusal image_not_found() {
    return plain(404, "image_not_found", "Image not found", "The organization has no image.");
}
ApiRefusal method_not_allowed() {
    return plain(405, "method_not_allowed", "Method not allowed", "This path does not support the request's method.");
}
ApiRefusal image_too_large() {
    return plain(413, "image_too_large", "Image too large", "The image being uploaded is more than 10MB.");
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
ApiRefusal organization_name_invalid(std::string_view name, std::string_view why) {
    return about("name", plain(422, "form_param_value_invalid", "invalid organization name",
                               "The organization name " + quoted(name) + " is invalid: " + std::string{why}));
}
ApiRefusal param_type_invalid(std::string_view name, std::string_view wanted) {
    return param("form_param_type_invalid", name, "is invalid", "must be " + std::string{wanted} + '.');
}
ApiRefusal slug_format_invalid() {
    return param("form_param_format_invalid", "slug", "is invalid",
                 R"(can contain only lowercase letters, digits and the dash "-".)");
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
ApiRefusal slug_taken() {
    constexpr std::string_view text = "That slug is taken. Please try another.";
    return about("slug", plain(422, "form_identifier_exists", text, text));
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
            return plain(status, "injected_fault", "Injected fault", "This status was asked for by a fault rule.");
    }
}

}  // namespace refusals

namespace {

// Refusals for reasons that the emulator does not model.
std::vector<ApiRefusal> for_other_reasons() {
    using refusals::about;
    using refusals::plain;
    ApiRefusal plan = plain(402, "unsupported_subscription_plan_features", "Unsupported plan features",
                            "Some features are not supported in your current plan. Upgrade your subscription to "
                            "unlock them.");
    plan.meta = R"({"unsupported_features":["organization_role_sets"]})";
    return {
        about("max_allowed_memberships",
              plain(400, "organization_member_limit_managed_by_billing", "member limit managed by Billing",
                    "This organization's member limit is managed by their subscription. It cannot be edited "
                    "directly.")),
        plan,
        plain(403, "org_creation_limit_exceeded", "Organization Creation Limit Exceeded",
              "You have exceeded the maximum number of organizations you can create."),
        plain(403, "organization_membership_quota_exceeded", "organization membership quota exceeded",
              "You have reached your limit of 5 organization memberships, including outstanding invitations."),
        plain(404, "organization_not_found_or_unauthorized", "not found or unauthorized",
              "Given organization not found, or you don't have permission to access the organization"),
        plain(409, "role_migration_in_progress", "migration in progress",
              "Cannot modify role set while role reassignment is in progress. Please wait for the migration to "
              "complete."),
        plain(422, "exclusive_organization_membership", "exclusive organization membership",
              "User cannot belong to multiple organizations because exclusive membership is enabled."),
        about("slug", plain(422, "form_already_exists", "", "")),
        plain(422, "organization_missing_creator_role_permissions", "missing permissions for creator role",
              "The creator role must contain the following permissions: org:sys_profile:manage"),
    };
}

std::vector<ApiRefusal> make_published() {
    using namespace refusals;
    std::vector<ApiRefusal> all = for_other_reasons();
    for (ApiRefusal const& refusal : {request_body_invalid(),
                                      api_version_invalid("The API version does not exist."),
                                      creator_not_found("user_1"),
                                      authentication_invalid(),
                                      authorization_header_format_invalid(),
                                      clerk_key_invalid(),
                                      organization_slugs_disabled(),
                                      organization_quota_exceeded(100),
                                      organizations_not_enabled(),
                                      organization_not_found(),
                                      image_not_found(),
                                      failing_service(409),
                                      image_too_large(),
                                      request_body_too_large(),
                                      unsupported_content_type(),
                                      param_missing("name"),
                                      param_unknown("public_metadata"),
                                      param_repeated("limit"),
                                      organization_name_invalid("example.com", "contains a URL"),
                                      param_type_invalid("name", "a string"),
                                      slug_format_invalid(),
                                      param_too_long("name", 256),
                                      param_too_large("public_metadata", 8192),
                                      param_invalid_time("created_at"),
                                      param_array_too_large("organization_id", 100),
                                      slug_taken(),
                                      too_many_requests(),
                                      internal_error(),
                                      failing_service(503)}) {
        all.push_back(refusal);
    }
    // A stable sort: each goes behind those of its status that came before it.
    for (auto each = all.begin(); each != all.end(); ++each) {
        auto const place = std::upper_bound(
            all.begin(), each, *each,
            [](ApiRefusal const& left, ApiRefusal const& right) { return left.status < right.status; });
        std::rotate(place, each, each + 1);
    }
    return all;
}

}  // namespace

std::span<ApiRefusal const> published_refusals() {
    static std::vector<ApiRefusal> const all = make_published();
    return all;
}

}  // namespace clerk::testing
