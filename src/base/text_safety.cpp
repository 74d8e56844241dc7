#include "base/text_safety.hpp"

namespace clerk::base {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr bool is_unsafe(std::uint32_t code_point) noexcept {
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
}

void append_hex(std::string& out, std::uint32_t value, unsigned digits) {
    while (digits-- != 0) out += hex_digits[(value >> (4 * digits)) & 0xFU];
}

}  // namespace

Utf8Step decode_utf8(std::string_view text) noexcept {
    auto const byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    std::uint32_t const lead = byte(0);
    Utf8Step const invalid{lead, 1, false};
    if (lead < 0x80) return {lead, 1, true};

    std::size_t length = 0;
    std::uint32_t least = 0;
    std::uint32_t code_point = 0;
    if ((lead & 0xE0U) == 0xC0) {
        length = 2, least = 0x80, code_point = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0) {
        length = 3, least = 0x800, code_point = lead & 0x0FU;
    } else if ((lead & 0xF8U) == 0xF0) {
        length = 4, least = 0x10000, code_point = lead & 0x07U;
    } else {
        return invalid;
    }
    if (text.size() < length) return invalid;
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xC0U) != 0x80) return invalid;
        code_point = code_point << 6U | (byte(index) & 0x3FU);
    }
    bool const surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < least || code_point > 0x10FFFF || surrogate) return invalid;
    return {code_point, length, true};
}

void append_printable(std::string& out, std::string_view text, std::size_t limit) {
    std::size_t const start = out.size();
    while (!text.empty()) {
        Utf8Step const step = decode_utf8(text);
        std::size_t const before = out.size();
        if (!step.valid) {
            out += "\\x";
            append_hex(out, step.code_point, 2);
        } else if (is_unsafe(step.code_point)) {
            out += "\\u";
            append_hex(out, step.code_point, 4);
        } else {
            out += text.substr(0, step.length);
        }
        if (out.size() - start > limit) {
            out.resize(before);
            out += "…";
            return;
        }
        text.remove_prefix(step.length);
    }
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    append_printable(out, text, limit);
    return out;
}

}  // namespace clerk::base
