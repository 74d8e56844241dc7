// A digest of a text, to compare texts and to detect damage.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::base {

// The first `bytes` (at most 32) of the SHA-256 of `text`, as hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view text, std::size_t bytes);

}  // namespace clerk::base
