// A JSON tree that keeps numbers exactly as they were written, so that metadata is read back as it was stored. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

struct JsonMember;

struct Json {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    Kind kind{Kind::null};
    bool truth{};                     // boolean
    std::string text{};               // string: its value; number: its digits as written
    std::vector<Json> items{};        // array
    std::vector<JsonMember> members;  // object: in order of appearance, keys unique (incomplete here, so no {})

    [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
    [[nodiscard]] bool is_string() const noexcept { return kind == Kind::string; }
    [[nodiscard]] bool is_object() const noexcept { return kind == Kind::object; }
    // The member with this key, or null.
    [[nodiscard]] Json const* find(std::string_view key) const noexcept;
    // The value of a number that is written as an integer and fits.
    [[nodiscard]] std::optional<std::int64_t> to_integer() const noexcept;
};

struct JsonMember {
    std::string key{};
    Json value{};
};

// Parses one complete document; empty when it is not JSON (RFC 8259, valid UTF-8, at most 1,000 levels). Of equal keys
// the last one counts.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

// Compact form.
void append_json(std::string& out, Json const& value);
[[nodiscard]] std::string to_text(Json const& value);

// A quoted and escaped JSON string.
void append_json_string(std::string& out, std::string_view text);

}  // namespace clerk::testing
