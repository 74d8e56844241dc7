// The type of a response body by its header fields.
#pragma once

#include <string_view>

namespace clerk::http {

// `application/json` or `application/…+json`, in any case, with any parameters.
[[nodiscard]] bool is_json(std::string_view content_type) noexcept;

}  // namespace clerk::http
