// Reads the body of a webhook. Pure.
#pragma once

#include <clerk/webhook.hpp>

#include <string_view>

namespace clerk::api {

// Everything but the id and the time of sending, which the headers have. Errors: errc::malformed_body or
// errc::json_too_deep, with the JSON path.
[[nodiscard]] Result<WebhookEvent> read_webhook_event(std::string_view body);

}  // namespace clerk::api
