// Reads the usual form of an answer without a general parser, which reads all other forms.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace clerk::http {

// Views of what was read.
struct PlainResponse {
    std::string_view body{};
    std::string_view retry_after{};
    std::string_view trace_id{};  // Clerk-Trace-Id
    std::string_view ray{};       // cf-ray
    std::size_t head_size{};
};

// The response in `text` when it is exactly one complete HTTP/1.1 response: status 200, one Content-Length, JSON, no
// coding, keep-alive. Empty for anything else, which is not an error.
[[nodiscard]] std::optional<PlainResponse> read_plain_response(std::string_view text) noexcept;

}  // namespace clerk::http
