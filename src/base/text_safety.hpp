// Makes text of a peer safe for a log line or a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::base {

// One step of decoding. length is the bytes taken (>= 1); valid is false for a byte that begins no well-formed sequence
// (overlong forms, surrogates and values beyond U+10FFFF included), and then code_point is that byte.
struct Utf8Step {
    std::uint32_t code_point{};
    std::size_t length{};
    bool valid{};
};

// Decodes the first code point. Precondition: !text.empty().
[[nodiscard]] Utf8Step decode_utf8(std::string_view text) noexcept;

constexpr std::size_t default_printable_limit = 2048;

// Appends text and escapes all characters that could move a cursor, break the line or reorder it: C0, DEL, C1, U+2028,
// U+2029, bidi embeddings, overrides and isolates as \u00XX, bytes that are not UTF-8 as \xNN. Stops before more than
// `limit` bytes are appended and marks the cut with an ellipsis.
void append_printable(std::string& out, std::string_view text, std::size_t limit = default_printable_limit);

[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = default_printable_limit);

}  // namespace clerk::base
