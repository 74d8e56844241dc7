// Every error that a fault rule can select by its code, with all its texts.
#include "testing/service/refusal.hpp"
#include "support/printing.hpp"
#include "testing/faults/fault_answer.hpp"
#include "testing/faults/fault_plan.hpp"
#include "testing/faults/fault_spec.hpp"
#include "testing/pinned_error.hpp"
#include "testing/service/resources.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

namespace data = boost::unit_test::data;
using namespace clerk::testing;

BOOST_AUTO_TEST_SUITE(refusal)

namespace {

std::vector<PinnedError> const catalogue{
    {400, "organization_member_limit_managed_by_billing", "member limit managed by Billing",
     "This organization's member limit is managed by their subscription. It cannot be edited directly.",
     about_param("max_allowed_memberships")},
    {400, "request_body_invalid", "Request body invalid",
     "The request body is invalid. Please consult the API documentation for more information."},
    {400, "api_version_invalid", "invalid API version", "The API version does not exist."},
    {400, "organization_creator_not_found", "creator not found", "No users found with id user_1."},
    {400, "already_a_member_in_organization", "already a member", "user_1 is already a member of the organization."},
    {400, "organization_minimum_permissions_needed", "minimum organization permissions needed",
     "There has to be at least one organization member with the minimum required permissions"},
    {400, "organization_invitation_not_unique", "organization invitation not unique",
     "Organizations cannot have duplicate pending invitations for an email address."},
    {400, "organization_invitation_already_accepted", "invitation has already been accepted",
     "This invitation has already been accepted. Sign in instead."},
    {400, "organization_invitation_revoked_code", "invitation has been revoked",
     "This invitation has been revoked and cannot be used anymore."},
    {401, "authentication_invalid", "Invalid authentication",
     "Unable to authenticate the request, you need to supply an active session"},
    {401, "authorization_header_format_invalid", "Invalid Authorization header format",
     "Invalid Authorization header format. Must be \"Bearer <YOUR_API_KEY>\""},
    {401, "clerk_key_invalid",
     "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.",
     "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct."},
    {402, "unsupported_subscription_plan_features", "Unsupported plan features",
     "Some features are not supported in your current plan. Upgrade your subscription to unlock them.",
     R"({"unsupported_features":["organization_role_sets"]})"},
    {402, "insufficient_seats", "Insufficient seats", "You have reached the seat limit for your current plan.",
     R"({"seats_quantity":6})"},
    {403, "missing_organization_permission", "missing permission",
     "Current user is missing an organization permission.", R"({"permissions":["org:sys_memberships:manage"]})"},
    {403, "not_a_member_in_organization", "not a member",
     "Current user is not a member of the organization. Only organization members can perform this action."},
    {403, "organization_membership_quota_exceeded_for_sso", "organization membership quota exceeded for sso per org",
     "The organization you are trying to join is full. Please contact support."},
    {403, "org_creation_limit_exceeded", "Organization Creation Limit Exceeded",
     "You have exceeded the maximum number of organizations you can create."},
    {403, "organization_membership_quota_exceeded", "organization membership quota exceeded",
     "You have reached your limit of 5 organization memberships, including outstanding invitations."},
    {403, "organization_slugs_disabled", "organization slugs not enabled",
     "This instance does not have slugs enabled for organizations."},
    {403, "organization_quota_exceeded", "organization quota exceeded",
     "You have reached your limit of 100 organizations. You can remove the organization limit by upgrading to a paid "
     "plan or using a production instance."},
    {403, "organization_not_enabled_in_instance", "access denied",
     "The organizations feature is not enabled for this instance. You can enable it at https://dashboard.clerk.com."},
    {404, "organization_not_found_or_unauthorized", "not found or unauthorized",
     "Given organization not found, or you don't have permission to access the organization"},
    {404, "resource_not_found", "not found", "Given organization not found."},
    {404, "image_not_found", "Image not found", "The organization has no image."},
    {404, "organization_invitation_not_pending", "not pending",
     "The organization invitation is not in the 'pending' status."},
    {409, "organization_membership_managed_by_scim", "membership role managed by directory sync",
     "This membership is managed by a directory and cannot be changed manually."},
    {409, "role_migration_in_progress", "migration in progress",
     "Cannot modify role set while role reassignment is in progress. Please wait for the migration to complete."},
    {409, "resource_locked", "resource busy",
     "This resource is currently being modified by another request. Please try again."},
    {413, "image_too_large", "Image too large", "The image being uploaded is more than 10MB."},
    {413, "request_body_too_large", "Request body too large", "The request body is too large."},
    {415, "unsupported_content_type", "Content-Type is unsupported",
     "The Content-Type of the request is not supported by this path."},
    {422, "exclusive_organization_membership", "exclusive organization membership",
     "User cannot belong to multiple organizations because exclusive membership is enabled."},
    {422, "personal_accounts_not_allowed", "personal accounts are not allowed",
     "You must maintain at least one organization membership since personal accounts are not allowed on the "
     "application"},
    {422, "form_already_exists", "", "", about_param("slug")},
    {422, "organization_missing_creator_role_permissions", "missing permissions for creator role",
     "The creator role must contain the following permissions: org:sys_profile:manage"},
    {422, "form_param_missing", "is missing", "name must be included.", about_param("name")},
    {422, "form_param_unknown", "is unknown", "public_metadata is not a valid parameter for this request.",
     about_param("public_metadata")},
    {422, "form_param_duplicate", "is duplicate", "limit included multiple times. There should only be one.",
     about_param("limit")},
    {422, "form_param_value_invalid", "invalid organization name",
     "The organization name \"example.com\" is invalid: contains a URL", about_param("name")},
    {422, "form_param_type_invalid", "is invalid", "name must be a string.", about_param("name")},
    {422, "form_param_format_invalid", "is invalid",
     "slug can contain only lowercase letters, digits and the dash \"-\".", about_param("slug")},
    {422, "form_param_max_length_exceeded", "exceeds maximum length", "name should not exceed 256 characters.",
     about_param("name")},
    {422, "form_param_exceeds_allowed_size", "exceeds allowed size", "public_metadata should not exceed 8192 bytes.",
     about_param("public_metadata")},
    {422, "form_param_invalid_time", "invalid format",
     "created_at must be in RFC3339 format, for example 2012-10-20T07:15:20.902Z.", about_param("created_at")},
    {422, "form_param_array_size_exceeded", "exceeds maximum size", "organization_id should not exceed 100 items.",
     about_param("organization_id")},
    {422, "form_identifier_exists", "That slug is taken. Please try another.",
     "That slug is taken. Please try another.", about_param("slug")},
    {429, "too_many_requests", "Too many requests", "Too many requests, retry later"},
    {500, "internal_clerk_error", "Oops, an unexpected error occurred",
     "There was an internal error on our servers. We've been notified and are working on fixing it."},
    {503, "service_unavailable", "Service unavailable",
     "The service is temporarily unavailable. Please try again later."},
};

}  // namespace

BOOST_DATA_TEST_CASE(an_error_can_be_asked_for_by_its_code, data::make(catalogue), expected) {
    FaultPlan plan{parse_fault_spec("error=" + expected.code + "@on=create_organization")};
    FaultDecision const decision = plan.next_request("create_organization");
    BOOST_TEST(decision.phase == FaultPhase::before_effect);
    ServiceResponse response{};
    std::string body{};
    answer_with_fault(decision, response, body);
    boost::json::value const answer = boost::json::parse(body);
    auto const& entry = answer.at("errors").at(0).as_object();
    BOOST_TEST(pinned(response.status, entry) == expected);
    BOOST_TEST(plan.next_request("get_organization").refusal == nullptr);
}

BOOST_AUTO_TEST_CASE(the_catalogue_holds_each_code_once_and_nothing_that_is_not_pinned) {
    std::set<std::string> pinned_codes{};
    for (PinnedError const& error : catalogue) pinned_codes.insert(error.code);
    std::set<std::string> published_codes{};
    for (ApiRefusal const& refusal : published_refusals()) published_codes.insert(refusal.code);
    BOOST_TEST(published_codes.size() == published_refusals().size());
    BOOST_TEST(published_codes == pinned_codes, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
