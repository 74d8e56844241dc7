// The URL of a webhook. Pure.
#pragma once

#include <string>
#include <string_view>

namespace clerk::testing {

struct WebhookUrl {
    bool tls{};
    std::string host{};  // IPv6 without brackets
    std::string port{};
    std::string authority{};  // for the Host header
    std::string target{};     // path and query
};

// `https://…`, or `http://…` to this machine. Throws std::invalid_argument for any other.
[[nodiscard]] WebhookUrl parse_webhook_url(std::string_view text);

}  // namespace clerk::testing
