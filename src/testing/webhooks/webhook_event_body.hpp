// The events that operations of the service cause. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace clerk::testing {

// The event type for a successful operation, by its name in the client; empty when there is none.
[[nodiscard]] std::string_view event_type_of(std::string_view operation) noexcept;

// `data` is the JSON of the object.
[[nodiscard]] std::string webhook_event_body(std::string_view type, std::string_view data,
                                             std::chrono::milliseconds now);

}  // namespace clerk::testing
