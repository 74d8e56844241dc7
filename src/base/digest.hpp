// Digests of a text, to compare texts and to detect damage; with a key, also to authenticate it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::base {

// The first `bytes` (at most 32) of the SHA-256 of `text`, as hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view text, std::size_t bytes);

// HMAC-SHA256 (RFC 2104): 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

// Compares in constant time, so that the time does not reveal how many bytes match. The sizes are not secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace clerk::base
