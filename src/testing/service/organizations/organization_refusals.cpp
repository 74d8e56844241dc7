#include "testing/service/organizations/organization_refusals.hpp"

namespace clerk::testing {
namespace refusals {

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
ApiRefusal creator_not_found(std::string_view user_id) {
    return plain(400, "organization_creator_not_found", "creator not found",
                 "No users found with id " + std::string{user_id} + '.');
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
ApiRefusal image_not_found() {
    return plain(404, "image_not_found", "Image not found", "The organization has no image.");
}
ApiRefusal image_too_large() {
    return plain(413, "image_too_large", "Image too large", "The image being uploaded is more than 10MB.");
}
ApiRefusal organization_name_invalid(std::string_view name, std::string_view why) {
    return about("name", plain(422, "form_param_value_invalid", "invalid organization name",
                               "The organization name " + quoted(name) + " is invalid: " + std::string{why}));
}
ApiRefusal slug_format_invalid() {
    return param_format_invalid("slug", R"(can contain only lowercase letters, digits and the dash "-".)");
}
ApiRefusal slug_taken() {
    constexpr std::string_view text = "That slug is taken. Please try another.";
    return about("slug", plain(422, "form_identifier_exists", text, text));
}

}  // namespace refusals

std::vector<ApiRefusal> organization_refusals() {
    using namespace refusals;
    // The emulator returns those whose texts are defined here only for fault rules.
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
        plain(409, "role_migration_in_progress", "migration in progress",
              "Cannot modify role set while role reassignment is in progress. Please wait for the migration to "
              "complete."),
        about("slug", plain(422, "form_already_exists", "", "")),
        plain(422, "organization_missing_creator_role_permissions", "missing permissions for creator role",
              "The creator role must contain the following permissions: org:sys_profile:manage"),
        creator_not_found("user_1"),
        organization_slugs_disabled(),
        organization_quota_exceeded(100),
        image_not_found(),
        image_too_large(),
        organization_name_invalid("example.com", "contains a URL"),
        slug_taken(),
    };
}

}  // namespace clerk::testing
