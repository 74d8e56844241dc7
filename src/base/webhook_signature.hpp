// Signatures of webhooks, as Standard Webhooks 1.0.0 defines them. Pure.
#pragma once

#include <clerk/secret.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clerk::base {

// The signed text: these three joined by full stops.
struct WebhookMessage {
    std::string_view id{};
    std::string_view timestamp{};  // Unix seconds
    std::string_view body{};
};

// The key in a secret, which is `whsec_` (may be missing) and base64; empty optional when it is invalid.
[[nodiscard]] std::optional<Secret> webhook_key(std::string_view secret);

// `v1,` and base64.
[[nodiscard]] std::string sign_webhook(Secret const& key, WebhookMessage const& message);

// Whether one of `signatures`, separated by spaces, belongs to the message.
[[nodiscard]] bool is_signed_webhook(std::string_view signatures, Secret const& key, WebhookMessage const& message);

}  // namespace clerk::base
