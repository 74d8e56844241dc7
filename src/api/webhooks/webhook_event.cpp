#include "api/webhooks/webhook_event.hpp"

#include "api/codec/tolerant_reader.hpp"
#include "api/organization_invitations/organization_invitation_descriptions.hpp"
#include "api/organization_memberships/organization_membership_descriptions.hpp"
#include "api/organizations/organization_descriptions.hpp"
#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "base/local_error.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace clerk::api {

namespace {

// The body, before the type of its data is known.
struct Envelope {
    Metadata data{};
    std::optional<std::string> instance_id{};
    std::optional<Timestamp> timestamp{};
    std::string type{};
    Metadata additional_fields{};
};

}  // namespace

template <>
struct Description<Envelope> {
    static constexpr std::tuple members{
        Member{"data", &Envelope::data, Presence::needed},
        Member{"instance_id", &Envelope::instance_id},
        Member{"timestamp", &Envelope::timestamp},
        Member{"type", &Envelope::type, Presence::needed},
    };
};

namespace {

Error error_of(Problem&& problem, std::string_view place) {
    return base::local_error("verify_webhook", problem.code, std::move(problem.message),
                             std::string{place} + problem.path);
}

template <class T>
std::optional<Error> read_data(Envelope const& envelope, WebhookEvent& event) {
    TolerantReader reader{base::max_metadata_depth};
    auto problem = reader.read(envelope.data.text(), event.data.emplace<T>());
    if (!problem) return {};
    return error_of(*std::move(problem), "$.data");
}

using ReadData = std::optional<Error> (*)(Envelope const&, WebhookEvent&);

constexpr std::pair<std::string_view, ReadData> readers[] = {
    {"organization.created", &read_data<Organization>},
    {"organization.updated", &read_data<Organization>},
    {"organization.deleted", &read_data<DeletedObject>},
    {"organizationMembership.created", &read_data<OrganizationMembership>},
    {"organizationMembership.updated", &read_data<OrganizationMembership>},
    {"organizationMembership.deleted", &read_data<OrganizationMembership>},
    {"organizationInvitation.created", &read_data<OrganizationInvitation>},
    {"organizationInvitation.accepted", &read_data<OrganizationInvitation>},
    {"organizationInvitation.revoked", &read_data<OrganizationInvitation>},
};

std::optional<Error> read_data_by_type(Envelope const& envelope, WebhookEvent& event) {
    for (auto const& [type, read] : readers) {
        if (type == event.type) return read(envelope, event);
    }
    event.data = std::string{envelope.data.text()};
    return {};
}

}  // namespace

Result<WebhookEvent> read_webhook_event(std::string_view body) {
    // Metadata of the greatest depth is inside one or two objects.
    TolerantReader reader{2 * base::max_metadata_depth};
    Envelope envelope;
    auto problem = reader.read(base::trim(body), envelope);
    if (problem) return error_of(*std::move(problem), "$");
    WebhookEvent event;
    event.type = std::move(envelope.type);
    event.instance_id = std::move(envelope.instance_id);
    event.occurred_at = envelope.timestamp;
    event.additional_fields = std::move(envelope.additional_fields);
    if (auto const error = read_data_by_type(envelope, event)) return *error;
    return event;
}

}  // namespace clerk::api
