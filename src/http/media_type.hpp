// What the header fields of a response say about its body.
#pragma once

#include <string_view>

namespace clerk::http {

// `application/json` or `application/…+json`, in any case, with any parameters.
[[nodiscard]] bool is_json(std::string_view content_type) noexcept;

enum class ContentVerdict {
    json,      // for the decoder
    not_json,  // another media type, such as the HTML of a proxy
    encoded,   // compressed, which was not requested
};

// Whether a body can be decoded, by Content-Type and Content-Encoding (empty when absent). A missing type counts as
// JSON: RFC 9110 8.3 allows that, and the decoder refuses anything else.
[[nodiscard]] ContentVerdict judge_content(std::string_view content_type, std::string_view content_encoding) noexcept;

}  // namespace clerk::http
