// Header values with parameters: `multipart/form-data; boundary=x`, `form-data; name="file"; filename="a.png"`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::testing {

struct HeaderValue {
    std::string value{};                                        // before the first ';', in lower case
    std::vector<std::pair<std::string, std::string>> params{};  // names in lower case, values unquoted

    [[nodiscard]] std::string const* find(std::string_view name) const noexcept;
};

// Empty when a parameter is malformed.
[[nodiscard]] std::optional<HeaderValue> parse_header_value(std::string_view text);

}  // namespace clerk::testing
