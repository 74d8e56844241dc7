// Reads and writes parts of JSON text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::base {

// How deep metadata may nest; `{}` is one level. The same limit applies to sending and reading.
inline constexpr std::size_t max_metadata_depth = 64;

// How deep the arrays and objects of valid JSON nest; 0 for a scalar.
[[nodiscard]] std::size_t json_depth(std::string_view json) noexcept;

// Whether every byte belongs to a well-formed UTF-8 sequence.
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

// The number of code points in well-formed UTF-8.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

// Appends `text` with `"`, `\` and control characters escaped, without quotes. Bytes beyond ASCII are copied, so the
// text must be well-formed UTF-8, but may be cut anywhere (a parser's piece of a string).
void append_json_escaped(std::string& out, std::string_view text);

// Appends `text` as a JSON string. The result is always valid: ill-formed bytes become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Appends valid JSON without the white space between its tokens; numbers and strings keep their spelling.
void append_compact_json(std::string& out, std::string_view json);

void append_integer(std::string& out, std::int64_t value);

// The value of a JSON number's text when it is an integer (`12`, `10.0`, `1e3`). Numbers with a fraction, outside
// int64, or written with a fraction or exponent beyond ±2^53 (where another writer may have rounded) have none.
[[nodiscard]] std::optional<std::int64_t> integer_from_json_number(std::string_view number) noexcept;

// The same JSON with every exponent of more than nine digits, zeros in front not counted, cut to nine: a number beyond
// the range of a double stays beyond it. Boost.JSON refuses exponents that no int can hold.
[[nodiscard]] std::string with_short_exponents(std::string_view json);

}  // namespace clerk::base
