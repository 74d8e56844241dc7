// What the header fields of a response say about its body.
#pragma once

#include <string_view>

namespace clerk::http {

// `application/json` or `application/…+json`, in any case, with any parameters.
[[nodiscard]] bool is_json(std::string_view content_type) noexcept;

}  // namespace clerk::http
