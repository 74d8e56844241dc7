#include "api/webhooks/webhook_event.hpp"

#include "api/codec/tolerant_reader.hpp"
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

// The body, before it is known of what type its data is.
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

std::optional<Error> read_data_by_type(Envelope const& envelope, WebhookEvent& event) {
    if (event.type == "organization.created" || event.type == "organization.updated") {
        return read_data<Organization>(envelope, event);
    }
    if (event.type == "organization.deleted") return read_data<DeletedObject>(envelope, event);
    event.data = std::string{envelope.data.text()};
    return {};
}

}  // namespace

Result<WebhookEvent> read_webhook_event(std::string_view body) {
    // Around metadata that nests as deep as it may there is an object or two.
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
