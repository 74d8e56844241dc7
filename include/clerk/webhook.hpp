/// @file
/// Verifies and reads the events that the service sends to a webhook.
#pragma once

#include <clerk/export.hpp>
#include <clerk/headers.hpp>
#include <clerk/metadata.hpp>
#include <clerk/organization.hpp>
#include <clerk/organization_invitation.hpp>
#include <clerk/organization_membership.hpp>
#include <clerk/result.hpp>
#include <clerk/secret.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace clerk {
/** @opengroup{webhooks} */

/// Why a delivery is not accepted as genuine. `Error::field()` is the header.
enum class webhook_errc {
    header_missing = 1,   ///< The id, the timestamp or the signature is missing.
    timestamp_malformed,  ///< The timestamp is not a number of Unix seconds.
    too_old,              ///< It was sent longer ago than is tolerated: it may be a copy of an earlier delivery.
    too_new,              ///< It was sent later than is tolerated: one of the two clocks is wrong.
    signature_mismatch,   ///< No signature belongs to this id, timestamp, body and secret.
};

/// Category of `webhook_errc`.
CLERK_EXPORT boost::system::error_category const& webhook_category() noexcept;
/// Customisation point of Boost.System.
CLERK_EXPORT boost::system::error_code make_error_code(webhook_errc code) noexcept;

/// One event.
struct WebhookEvent {
    std::string id{};     ///< Of the message, `msg_…`: the same whenever it is delivered again.
    Timestamp sent_at{};  ///< When this delivery was sent, to the second.
    std::string type{};   ///< For example `organization.created`; an open string.
    /// An `Organization` for `organization.created` and `organization.updated`, a `DeletedObject` for
    /// `organization.deleted`, an `OrganizationMembership` for `organizationMembership.created`, `.updated` and
    /// `.deleted`, an `OrganizationInvitation` for `organizationInvitation.created`, `.accepted` and `.revoked`, and
    /// for every other type the JSON text of the object. Later versions may add types; their alternatives come after
    /// these.
    std::variant<std::string, Organization, DeletedObject, OrganizationMembership, OrganizationInvitation> data{};
    std::optional<std::string> instance_id{};  ///< `ins_…`, the instance of the application.
    std::optional<Timestamp> occurred_at{};    ///< When it happened.
    Metadata additional_fields{};              ///< Other members, `object` and `event_attributes` among them.
};

/// Verifies a delivery and reads its event. `headers` and `body` are those of the request, the body byte for byte as it
/// arrived; `secret` is the endpoint's signing secret (`whsec_…`); `now` is the time, which the caller knows:
/// `std::chrono::system_clock::now()`. `tolerance` is how far `now` may be from the time of sending, in both
/// directions.
///
/// The scheme is Standard Webhooks 1.0.0: HMAC-SHA256, one of several signatures `v1,…`, the headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature`, or the same three that begin with `svix-`. Signatures are compared in
/// constant time. A delivery may arrive more than once and out of order: remember `WebhookEvent::id` where that
/// matters.
///
/// Errors, none of which says the secret or a signature: a `webhook_errc`; `errc::invalid_argument` (field `secret`)
/// for an unusable secret; `errc::malformed_body` or `errc::json_too_deep` (field: the JSON path) for a genuine
/// delivery whose body is not what the service describes. Pure, and therefore thread-safe.
///
/// @code
/// auto event = clerk::verify_webhook(headers, body, secret, std::chrono::system_clock::now());
/// if (!event) return respond(400);
/// if (auto const* organization = std::get_if<clerk::Organization>(&event->data)) update(*organization);
/// @endcode
[[nodiscard]] CLERK_EXPORT Result<WebhookEvent> verify_webhook(
    Headers const& headers, std::string_view body, Secret const& secret, std::chrono::system_clock::time_point now,
    std::chrono::seconds tolerance = std::chrono::minutes{5});

/** @} */
}  // namespace clerk
/// @cond
template <>
struct boost::system::is_error_code_enum<clerk::webhook_errc> : std::true_type {};
/// @endcond
