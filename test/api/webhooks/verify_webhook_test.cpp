#include <clerk/webhook.hpp>

#include "base/webhook_signature.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace clerk {
BOOST_AUTO_TEST_SUITE(webhooks)

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;

constexpr std::string_view secret_text = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr std::int64_t sent = 1'649'367'553;
constexpr sys_seconds sent_at{std::chrono::seconds{sent}};

struct Delivery {
    Headers headers{};
    std::string body{};

    [[nodiscard]] Result<WebhookEvent> verify(std::chrono::system_clock::time_point now = sent_at,
                                              std::chrono::seconds tolerance = 5min) const {
        return verify_webhook(headers, body, Secret{secret_text}, now, tolerance);
    }
};

Delivery deliver(std::string body, std::string const& prefix = "webhook-") {
    Secret const key = base::webhook_key(secret_text).value();
    std::string const timestamp = std::to_string(sent);
    Delivery delivery{{}, std::move(body)};
    delivery.headers.append(prefix + "id", "msg_1");
    delivery.headers.append(prefix + "timestamp", timestamp);
    delivery.headers.append(prefix + "signature", base::sign_webhook(key, {"msg_1", timestamp, delivery.body}));
    return delivery;
}

std::string event_of(std::string_view type, std::string_view data) {
    return R"({"data":)" + std::string{data} +
           R"(,"event_attributes":{"http_request":{"client_ip":"192.0.2.1","user_agent":"x"}},)"
           R"("instance_id":"ins_1","object":"event","timestamp":1654013202977,"type":")" +
           std::string{type} + R"("})";
}

// As in the service's documents.
constexpr std::string_view organization =
    R"({"created_at":1654013202977,"created_by":"user_1","id":"org_1","image_url":"https://img.clerk.com/x",)"
    R"("logo_url":"https://example.org/x.png","name":"Acme Inc","object":"organization",)"
    R"("public_metadata":{"n":12345678901234567890},"slug":"acme-inc","updated_at":1654013202977})";

void refuses(Result<WebhookEvent> const& result, boost::system::error_code code, std::string_view field) {
    BOOST_TEST_REQUIRE(result.has_error());
    BOOST_TEST(result.error().code() == code);
    BOOST_TEST(result.error().field() == field);
    BOOST_TEST(result.error().operation() == "verify_webhook");
    std::string const line = to_string(result.error());
    BOOST_TEST(line.find("C2FVsBQI") == std::string::npos);
    BOOST_TEST(line.find("v1,") == std::string::npos);
    BOOST_TEST(line.find(field) != std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(an_organization_is_typed) {
    for (char const* const type : {"organization.created", "organization.updated"}) {
        auto const event = deliver(event_of(type, organization)).verify();
        BOOST_TEST_REQUIRE(event.has_value(), event.error());
        BOOST_TEST(event->id == "msg_1");
        BOOST_TEST((event->sent_at == sent_at));
        BOOST_TEST(event->type == type);
        BOOST_TEST(event->instance_id.value() == "ins_1");
        BOOST_TEST(to_string(event->occurred_at.value()) == "2022-05-31T16:06:42.977Z");
        BOOST_TEST(
            event->additional_fields.text() ==
            R"({"event_attributes":{"http_request":{"client_ip":"192.0.2.1","user_agent":"x"}},"object":"event"})");
        auto const* const data = std::get_if<Organization>(&event->data);
        BOOST_TEST_REQUIRE(data != nullptr);
        BOOST_TEST(data->id == "org_1");
        BOOST_TEST(data->name == "Acme Inc");
        BOOST_TEST(data->public_metadata.text() == R"({"n":12345678901234567890})");
        BOOST_TEST(data->additional_fields.text() == R"({"logo_url":"https://example.org/x.png"})");
    }
}

BOOST_AUTO_TEST_CASE(a_deleted_organization_is_an_id) {
    auto const event =
        deliver(event_of("organization.deleted", R"({"deleted":true,"id":"org_1","object":"organization"})")).verify();
    auto const& data = std::get<DeletedObject>(event.value().data);
    BOOST_TEST(data.deleted);
    BOOST_TEST(data.id.value() == "org_1");
}

BOOST_AUTO_TEST_CASE(a_membership_is_typed_with_its_organization) {
    for (char const* const type :
         {"organizationMembership.created", "organizationMembership.updated", "organizationMembership.deleted"}) {
        auto const event =
            deliver(event_of(type, R"({"created_at":1654013203217,"id":"orgmem_1",)"
                                   R"("object":"organization_membership","organization":)" +
                                       std::string{organization} +
                                       R"(,"public_user_data":{"user_id":"user_1"},"role":"org:admin"})"))
                .verify();
        BOOST_TEST_REQUIRE(event.has_value(), event.error());
        auto const* const data = std::get_if<OrganizationMembership>(&event->data);
        BOOST_TEST_REQUIRE(data != nullptr, type);
        BOOST_TEST(data->id == "orgmem_1");
        BOOST_TEST(data->role == "org:admin");
        BOOST_TEST(data->organization.id == "org_1");
    }
}

BOOST_AUTO_TEST_CASE(an_invitation_is_typed) {
    for (char const* const type :
         {"organizationInvitation.created", "organizationInvitation.accepted", "organizationInvitation.revoked"}) {
        auto const event =
            deliver(event_of(type, R"({"email_address":"a@example.com","id":"orginv_1","object":)"
                                   R"("organization_invitation","organization_id":"org_1","status":"pending"})"))
                .verify();
        BOOST_TEST_REQUIRE(event.has_value(), event.error());
        auto const* const data = std::get_if<OrganizationInvitation>(&event->data);
        BOOST_TEST_REQUIRE(data != nullptr, type);
        BOOST_TEST(data->id == "orginv_1");
        BOOST_TEST(data->email_address == "a@example.com");
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_kept_as_text) {
    for (char const* const type :
         {"user.created", "organization.archived", "organizations.created", "organizationDomain.created", "x"}) {
        auto const event = deliver(event_of(type, R"({"id":"user_1", "n":1e400})")).verify();
        BOOST_TEST(event.value().type == type);
        BOOST_TEST(std::get<std::string>(event->data) == R"({"id":"user_1","n":1e400})");
    }
    auto const bare = deliver(
                          "\n"
                          R"({"type":"x","data":{}})"
                          "\n")
                          .verify();
    BOOST_TEST(std::get<std::string>(bare.value().data) == "{}");
    BOOST_TEST(!bare->instance_id);
    BOOST_TEST(!bare->occurred_at);
}

BOOST_AUTO_TEST_CASE(headers_have_two_names_and_any_case) {
    for (char const* const prefix : {"webhook-", "Webhook-", "svix-", "SVIX-"}) {
        BOOST_TEST(deliver(event_of("x", "{}"), prefix).verify().has_value(), prefix);
    }
    // Both header sets, as some senders use: the standard names count, and the sets are not mixed.
    Delivery both = deliver(event_of("x", "{}"));
    both.headers.append("svix-id", "msg_2");
    both.headers.append("svix-signature", "v1,x");
    BOOST_TEST(both.verify().has_value());
    Delivery mixed = deliver(event_of("x", "{}"), "svix-");
    mixed.headers.append("webhook-id", "msg_1");
    refuses(mixed.verify(), webhook_errc::header_missing, "webhook-timestamp");
}

BOOST_AUTO_TEST_CASE(every_header_is_needed) {
    for (int missing = 0; missing < 3; ++missing) {
        Delivery const whole = deliver(event_of("x", "{}"), "svix-");
        Delivery cut{{}, whole.body};
        std::string name;
        int index = 0;
        for (auto const& field : whole.headers) {
            if (index++ == missing)
                name = field.name;
            else
                cut.headers.append(field.name, field.value);
        }
        refuses(cut.verify(), webhook_errc::header_missing, name);
        cut.headers.append(name, " ");
        refuses(cut.verify(), webhook_errc::header_missing, name);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_may_differ_by_the_tolerance_in_both_directions) {
    Delivery const delivery = deliver(event_of("x", "{}"));
    for (auto const apart : {0s, 300s, -300s}) BOOST_TEST(delivery.verify(sent_at + apart).has_value(), apart.count());
    BOOST_TEST(delivery.verify(sent_at + 300s + 999ms).has_value());
    refuses(delivery.verify(sent_at + 301s), webhook_errc::too_old, "webhook-timestamp");
    refuses(delivery.verify(sent_at - 301s), webhook_errc::too_new, "webhook-timestamp");
    BOOST_TEST(delivery.verify(sent_at + 301s).error().message() == "is 301 s in the past; 300 s are tolerated");
    BOOST_TEST(delivery.verify(sent_at + 24h, 24h).has_value());
    refuses(delivery.verify(sent_at + 1s, 0s), webhook_errc::too_old, "webhook-timestamp");
}

BOOST_AUTO_TEST_CASE(a_timestamp_is_a_number_of_seconds) {
    for (char const* const text : {"-1", "1649367553.0", "0x62", "now", "1649367553 ", "+1", "99999999999999999999",
                                   "253402300800", "1649367553000"}) {
        Delivery delivery = deliver(event_of("x", "{}"));
        Headers headers;
        for (auto const& field : delivery.headers) {
            bool const is_time = field.name == "webhook-timestamp";
            headers.append(field.name, is_time ? std::string_view{text} : field.value);
        }
        delivery.headers = headers;
        if (std::string_view{text}.ends_with(' ')) {
            BOOST_TEST(delivery.verify().has_value());  // white space around a field's value is not part of it
        } else {
            refuses(delivery.verify(), webhook_errc::timestamp_malformed, "webhook-timestamp");
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_that_was_changed_is_genuine) {
    Delivery delivery = deliver(event_of("x", "{}"));
    delivery.body += ' ';
    refuses(delivery.verify(), webhook_errc::signature_mismatch, "webhook-signature");
    Delivery const other = deliver(event_of("x", "{}"));
    refuses(verify_webhook(other.headers, other.body, Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, sent_at),
            webhook_errc::signature_mismatch, "webhook-signature");
}

BOOST_AUTO_TEST_CASE(an_invalid_secret_is_an_invalid_argument) {
    Delivery const delivery = deliver(event_of("x", "{}"));
    for (char const* const text : {"", "whsec_C2FVsBQI!", "sk_test_C2FVsBQI"}) {
        refuses(verify_webhook(delivery.headers, delivery.body, Secret{text}, sent_at),
                make_error_code(errc::invalid_argument), "secret");
    }
}

BOOST_AUTO_TEST_CASE(a_genuine_delivery_with_an_unexpected_body_names_the_path) {
    auto const malformed = [](std::string body, std::string_view field) {
        refuses(deliver(std::move(body)).verify(), make_error_code(errc::malformed_body), field);
    };
    malformed("[]", "$");
    malformed("{", "$");
    malformed("{}", "$.data");
    malformed(R"({"data":{}})", "$.type");
    malformed(R"({"data":[],"type":"x"})", "$.data");
    malformed(event_of("organization.created", R"({"name":"Acme"})"), "$.data.id");
    malformed(event_of("organization.updated", R"({"id":"org_1","created_at":"now"})"), "$.data.created_at");
    malformed(event_of("organization.deleted", R"({"id":"org_1"})"), "$.data.deleted");
}

BOOST_AUTO_TEST_CASE(metadata_may_nest_as_deep_as_in_an_answer) {
    auto const nested = [](int levels) {
        std::string json = "1";
        for (int level = 0; level < levels; ++level) json = R"({"a":)" + json + '}';
        return R"({"id":"org_1","public_metadata":)" + json + '}';
    };
    auto const event = deliver(event_of("organization.updated", nested(64))).verify();
    BOOST_TEST(event.has_value());
    refuses(deliver(event_of("organization.updated", nested(65))).verify(), make_error_code(errc::json_too_deep),
            "$.data.public_metadata");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
