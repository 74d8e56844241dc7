#include "testing/webhooks/webhook_queue.hpp"

#include <algorithm>
#include <utility>

namespace clerk::testing {

bool WebhookQueue::push(std::string id, std::string body, base::TimePoint now) {
    if (messages_.size() >= capacity_) return false;
    messages_.push_back({std::move(id), std::move(body), now, 0});
    return true;
}

std::vector<WebhookQueue::Message>::const_iterator WebhookQueue::earliest() const noexcept {
    return std::min_element(messages_.begin(), messages_.end(),
                            [](Message const& left, Message const& right) { return left.due < right.due; });
}

std::optional<base::TimePoint> WebhookQueue::next_due() const noexcept {
    if (messages_.empty()) return {};
    return earliest()->due;
}

WebhookQueue::Message WebhookQueue::take() {
    auto const found = messages_.begin() + (earliest() - messages_.cbegin());
    Message message = std::move(*found);
    messages_.erase(found);
    return message;
}

bool WebhookQueue::put_back(Message message, base::TimePoint now) {
    if (message.failures == waits.size()) return false;
    message.due = now + waits[message.failures++];
    messages_.push_back(std::move(message));  // beyond the capacity by one at most
    return true;
}

}  // namespace clerk::testing
