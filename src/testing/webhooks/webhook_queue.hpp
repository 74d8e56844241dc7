// The messages that are to be delivered to a webhook, and when. Each is retried independently. Pure.
#pragma once

#include "base/time_point.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk::testing {

class WebhookQueue {
public:
    struct Message {
        std::string id{};
        std::string body{};
        base::TimePoint due{};
        std::size_t failures{};
    };

    // How long to wait after the first failure, the second, …; then the message is given up.
    static constexpr std::array<std::chrono::milliseconds, 4> waits{
        std::chrono::milliseconds{100}, std::chrono::milliseconds{1000}, std::chrono::milliseconds{5000},
        std::chrono::milliseconds{30'000}};

    explicit WebhookQueue(std::size_t capacity) noexcept : capacity_{capacity} {}

    // False when the queue is full: the message is dropped.
    bool push(std::string id, std::string body, base::TimePoint now);
    // When the next message is due; empty when there is none.
    [[nodiscard]] std::optional<base::TimePoint> next_due() const noexcept;
    // Takes the earliest message. Precondition: there is one.
    [[nodiscard]] Message take();
    // A message that was taken was not accepted. False when it is given up.
    bool put_back(Message message, base::TimePoint now);

    [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }

private:
    [[nodiscard]] std::vector<Message>::const_iterator earliest() const noexcept;

    std::size_t capacity_;
    std::vector<Message> messages_{};  // in the order of their events
};

}  // namespace clerk::testing
