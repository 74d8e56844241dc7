// multipart/form-data (RFC 7578 over RFC 2046) of a body that is in memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

struct FormPart {
    std::string name{};
    std::optional<std::string> filename{};
    std::string content_type{};  // as declared, may be empty
    std::string_view content{};  // inside the body
};

// Whether `text` may be a boundary: 1 to 70 characters, and none that would break the framing.
[[nodiscard]] bool is_boundary(std::string_view text) noexcept;

// The parts in order. Empty when the body is invalid: delimiters must be at the beginning of a line and end with CRLF,
// every part needs a Content-Disposition of form-data with a name, and there must be a closing delimiter.
[[nodiscard]] std::optional<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view boundary);

}  // namespace clerk::testing
