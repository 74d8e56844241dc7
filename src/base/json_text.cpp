#include "base/json_text.hpp"

#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "base/text_safety.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace clerk::base {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";
std::size_t ascii_prefix(std::string_view text) noexcept {
    return static_cast<std::size_t>(find_non_ascii(text.data(), text.data() + text.size()) - text.data());
}

// The length of the well-formed prefix.
std::size_t valid_prefix(std::string_view text) noexcept {
    std::size_t index = ascii_prefix(text);
    while (index != text.size()) {
        Utf8Step const step = decode_utf8(text.substr(index));
        if (!step.valid) return index;
        index += step.length;
        index += ascii_prefix(text.substr(index));
    }
    return index;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    constexpr std::string_view hex = "0123456789abcdef";
    auto const value = static_cast<unsigned char>(c);
    out += "\\u00";
    out += hex[value >> 4U];
    out += hex[value & 0xFU];
}

}  // namespace

std::size_t json_depth(std::string_view json) noexcept {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t index = 0; index < json.size(); ++index) {
        char const c = json[index];
        if (c == '"') {
            in_string = !in_string;
        } else if (in_string) {
            if (c == '\\') ++index;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

bool is_valid_utf8(std::string_view text) noexcept { return valid_prefix(text) == text.size(); }

std::size_t count_code_points(std::string_view text) noexcept {
    auto const is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; };
    return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

void append_json_escaped(std::string& out, std::string_view text) {
    char const* first = text.data();
    char const* const last = first + text.size();
    for (;;) {
        char const* const stop = find_json_escape(first, last);
        out.append(first, stop);
        if (stop == last) return;
        append_escape(out, *stop);
        first = stop + 1;
    }
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t valid = 0; (valid = valid_prefix(text)) != text.size(); text.remove_prefix(valid + 1)) {
        append_json_escaped(out, text.substr(0, valid));
        out += replacement_character;
    }
    append_json_escaped(out, text);
    out += '"';
}

void append_compact_json(std::string& out, std::string_view json) {
    char const* at = json.data();
    char const* const end = at + json.size();
    while (at != end) {
        char const* const begin = at;
        if (*at == '"') {
            at = end_of_json_string(at, end);
        } else {
            while (at != end && *at != '"' && !is_space(*at)) ++at;
        }
        out.append(begin, at);
        while (at != end && is_space(*at)) ++at;
    }
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, std::numeric_limits<std::int64_t>::digits10 + 3> text{};
    auto const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

std::optional<std::int64_t> integer_from_json_number(std::string_view number) noexcept {
    std::int64_t value = 0;
    auto const plain = std::from_chars(number.data(), number.data() + number.size(), value);
    if (plain.ptr == number.data() + number.size())
        return plain.ec == std::errc{} ? std::optional{value} : std::nullopt;

    // The digits make an integer, the point and the exponent a power of ten: nothing is rounded.
    std::size_t const end = std::min(number.find_first_of("eE"), number.size());
    std::string_view const mantissa = number.substr(0, end);
    std::size_t const first = mantissa.find_first_of("123456789");
    if (first == mantissa.npos) return 0;
    std::size_t const last = mantissa.find_last_of("123456789");
    std::size_t const point = std::min(mantissa.find('.'), mantissa.size());
    auto const distance = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(last);
    std::string_view exponent = number.substr(std::min(end + 1, number.size()));
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    constexpr std::int64_t huge = 1'000'000'000;  // keeps the sum from overflowing
    std::int64_t zeros = 0;
    auto const read = std::from_chars(exponent.data(), exponent.data() + exponent.size(), zeros);
    if (read.ec == std::errc::result_out_of_range) return std::nullopt;
    zeros = std::clamp(zeros, -huge, huge) + (distance > 0 ? distance - 1 : distance);
    if (zeros < 0) return std::nullopt;

    constexpr std::int64_t exact_limit = std::int64_t{1} << 53U;
    value = 0;
    for (char const c : mantissa.substr(first, last - first + 1)) {
        if (c != '.') value = value * 10 + (c - '0');
        if (value > exact_limit) return std::nullopt;
    }
    for (; zeros > 0; --zeros) {
        value *= 10;
        if (value > exact_limit) return std::nullopt;
    }
    return number.starts_with('-') ? -value : value;
}

std::string with_short_exponents(std::string_view json) {
    constexpr std::string_view largest = "999999999";
    std::string out;
    std::size_t copied = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        char const c = json[at];
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\') ++at;
        bool const is_exponent = (c == 'e' || c == 'E') && !in_string && at != 0 && is_digit(json[at - 1]);
        if (!is_exponent) continue;
        at += at + 1 < json.size() && !is_digit(json[at + 1]) ? 2 : 1;
        while (at < json.size() && json[at] == '0') ++at;
        std::size_t const first = at;
        while (at < json.size() && is_digit(json[at])) ++at;
        if (at - first > largest.size()) {
            out.append(json, copied, first - copied).append(largest);
            copied = at;
        }
        --at;
    }
    return out.append(json, copied);
}

}  // namespace clerk::base
