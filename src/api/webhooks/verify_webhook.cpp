#include <clerk/webhook.hpp>

#include "api/webhooks/webhook_event.hpp"
#include "base/webhook_signature.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace clerk {

namespace {

using std::chrono::seconds;

// A later year than 9999 is not a valid timestamp.
constexpr std::int64_t latest = 253'402'300'799;

Error refusal(boost::system::error_code code, std::string field, std::string why) {
    ErrorDetails details{};
    details.operation = "verify_webhook";
    details.field = std::move(field);
    details.message = std::move(why);
    return Error{code, std::move(details)};
}

std::optional<std::chrono::sys_seconds> seconds_of(std::string_view text) {
    std::int64_t value{};
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < 0 || value > latest) return {};
    return std::chrono::sys_seconds{seconds{value}};
}

std::string distance(seconds apart, char const* direction, seconds tolerance) {
    return "is " + std::to_string(apart.count()) + " s in the " + direction + "; " + std::to_string(tolerance.count()) +
           " s are tolerated";
}

}  // namespace

Result<WebhookEvent> verify_webhook(Headers const& headers, std::string_view body, Secret const& secret,
                                    std::chrono::system_clock::time_point now, seconds tolerance) {
    auto const key = base::webhook_key(secret.reveal());
    if (!key) return refusal(make_error_code(errc::invalid_argument), "secret", "must be whsec_ and base64");

    std::string const prefix = headers.contains("webhook-id") ? "webhook-" : "svix-";
    std::string const names[] = {prefix + "id", prefix + "timestamp", prefix + "signature"};
    for (std::string const& name : names) {
        if (headers[name].empty()) return refusal(webhook_errc::header_missing, name, "is missing or empty");
    }
    base::WebhookMessage const message{headers[names[0]], headers[names[1]], body};

    auto const sent_at = seconds_of(message.timestamp);
    if (!sent_at) return refusal(webhook_errc::timestamp_malformed, names[1], "is not a number of Unix seconds");
    seconds const age = std::chrono::floor<seconds>(now) - *sent_at;
    if (age > tolerance) return refusal(webhook_errc::too_old, names[1], distance(age, "past", tolerance));
    if (-age > tolerance) return refusal(webhook_errc::too_new, names[1], distance(-age, "future", tolerance));
    if (!base::is_signed_webhook(headers[names[2]], *key, message)) {
        return refusal(webhook_errc::signature_mismatch, names[2],
                       "has no signature of this message that was made with the secret");
    }

    auto event = api::read_webhook_event(body);
    if (!event) return event;
    event->id = message.id;
    event->sent_at = *sent_at;
    return event;
}

}  // namespace clerk
