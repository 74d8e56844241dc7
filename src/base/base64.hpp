// Base64 (RFC 4648 section 4).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::base {

constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

// Writes base64_size(bytes.size()) characters to `out`, which has room for one more. Leaves no copy of `bytes`, which
// may be a password.
void encode_base64(char* out, std::string_view bytes) noexcept;

// The bytes of padded base64 without white space; empty optional for any other text.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace clerk::base
