// Delivers events to one URL, on a thread of its own.
#pragma once

#include "testing/webhooks/webhook_url.hpp"

#include <clerk/secret.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace clerk::testing {

class WebhookSender {
public:
    WebhookSender(WebhookUrl url, Secret key);
    ~WebhookSender();
    WebhookSender(WebhookSender const&) = delete;
    WebhookSender& operator=(WebhookSender const&) = delete;

    // An operation has succeeded; `answer` is its JSON. Returns at once. Thread-safe.
    void publish(std::string_view operation, std::string_view answer, std::chrono::milliseconds now);
    // Answered with 2xx.
    [[nodiscard]] std::uint64_t delivered() const noexcept;
    // Given up, or lost because too many waited.
    [[nodiscard]] std::uint64_t failed() const noexcept;
    // What is not delivered is dropped. Idempotent.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace clerk::testing
