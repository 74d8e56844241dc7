// Delivers events to one URL, on its own thread.
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
    // `ca_file` holds the authorities of the receiver's certificate; empty: those of the system. Throws
    // std::invalid_argument when it cannot be used.
    WebhookSender(WebhookUrl url, Secret key, std::string const& ca_file = {});
    ~WebhookSender();
    WebhookSender(WebhookSender const&) = delete;
    WebhookSender& operator=(WebhookSender const&) = delete;

    // An operation has succeeded; `answer` is its JSON. Returns at once. Thread-safe.
    void publish(std::string_view operation, std::string_view answer, std::chrono::milliseconds now);
    // Deliveries answered with 2xx.
    [[nodiscard]] std::uint64_t delivered() const noexcept;
    // Messages given up, or dropped because too many waited.
    [[nodiscard]] std::uint64_t failed() const noexcept;
    // Drops undelivered messages. Idempotent.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace clerk::testing
