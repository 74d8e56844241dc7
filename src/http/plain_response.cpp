#include "http/plain_response.hpp"

#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "http/media_type.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace clerk::http {

namespace {

constexpr bool is_printable(char c) noexcept { return c >= ' ' && c < '\x7F'; }

// The first byte that is not printable ASCII, or `last`.
char const* find_unprintable(char const* first, char const* last) noexcept {
#ifdef CLERK_HAS_SSE2
    for (; last - first >= 16; first += 16) {
        __m128i const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(first));
        // As signed numbers, non-ASCII bytes are less than the space too.
        __m128i const below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
        __m128i const deleted = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\x7F'));
        int const found = _mm_movemask_epi8(_mm_or_si128(below, deleted));
        if (found != 0) return first + std::countr_zero(static_cast<unsigned>(found));
    }
#endif
    return std::find_if_not(first, last, is_printable);
}

// The characters that occur in field names in practice; more are allowed.
constexpr auto name_characters = [] {
    std::array<bool, 256> result{};
    for (std::size_t c = 0; c != result.size(); ++c) {
        auto const character = static_cast<char>(c);
        result[c] = base::is_alpha(character) || base::is_digit(character) || character == '-' || character == '_';
    }
    return result;
}();

#ifdef CLERK_HAS_SSE2
// The bytes within `lowest` and `highest`, both ASCII.
__m128i in_range(__m128i bytes, char lowest, char highest) noexcept {
    __m128i const below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(lowest));
    return _mm_andnot_si128(below, _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(highest + 1))));
}
#endif

// The first byte that is not in name_characters, or `last`.
char const* find_end_of_name(char const* first, char const* last) noexcept {
#ifdef CLERK_HAS_SSE2
    for (; last - first >= 16; first += 16) {
        __m128i const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(first));
        __m128i const letters = in_range(_mm_or_si128(bytes, _mm_set1_epi8('\x20')), 'a', 'z');
        __m128i const digits = in_range(bytes, '0', '9');
        __m128i const marks =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
        int const found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), marks));
        if (found != 0xFFFF) return first + std::countr_one(static_cast<unsigned>(found));
    }
#endif
    while (first != last && name_characters[static_cast<unsigned char>(*first)]) ++first;
    return first;
}

// Without signs, spaces or leading zeros.
std::optional<std::size_t> read_length(std::string_view text) noexcept {
    constexpr std::size_t most_digits = 9;
    if (text.empty() || text.size() > most_digits || (text.front() == '0' && text.size() > 1)) return std::nullopt;
    std::size_t length = 0;
    for (char const c : text) {
        if (!base::is_digit(c)) return std::nullopt;
        length = 10 * length + static_cast<std::size_t>(c - '0');
    }
    return length;
}

// Whether a name equals `lower`, which is in lower case. Preconditions: it has the same length and consists of
// name_characters, in which only upper and lower case letters differ by just that bit.
template <std::size_t size_and_zero>
bool equals(char const* name, char const (&lower)[size_and_zero]) noexcept {
    return base::equals<size_and_zero - 1>(name, lower, base::every_byte * 0x20);
}

struct Fields {
    PlainResponse response{};
    std::optional<std::size_t> length{};

    // False when the general parser must read the response.
    bool take(std::string_view name, std::string_view value) noexcept {
        auto const is = [name](auto const& other) { return equals(name.data(), other); };
        switch (name.size()) {
            case 6:
                if (is("cf-ray")) response.ray = value;
                return true;
            case 7:
                return !is("upgrade");
            case 10:
                return !is("connection") || value == "keep-alive" || base::equals_ignoring_case(value, "keep-alive");
            case 11:
                if (is("retry-after")) response.retry_after = value;
                return true;
            case 12:
                return !is("content-type") || value == "application/json" || is_json(value);
            case 14:
                if (is("content-length")) {
                    if (length) return false;
                    length = read_length(value);
                    return length.has_value();
                }
                if (is("clerk-trace-id")) response.trace_id = value;
                return true;
            case 16:
                return !is("content-encoding") && !is("proxy-connection");
            case 17:
                return !is("transfer-encoding");
            default:
                return true;
        }
    }
};

}  // namespace

std::optional<PlainResponse> read_plain_response(std::string_view text) noexcept {
    constexpr std::string_view status = "HTTP/1.1 200";
    if (!text.starts_with(status)) return std::nullopt;
    char const* const last = text.data() + text.size();
    char const* line = text.data();
    char const* line_end = line + status.size();
    if (line_end != last && *line_end == ' ') line_end = find_unprintable(line_end + 1, last);
    Fields fields{};
    for (;;) {
        if (last - line_end < 2 || line_end[0] != '\r' || line_end[1] != '\n') return std::nullopt;
        line = line_end + 2;
        char const* const colon = find_end_of_name(line, last);
        if (colon == line) break;
        if (colon == last || *colon != ':') return std::nullopt;
        line_end = find_unprintable(colon + 1, last);
        std::string_view value{colon + 1, line_end};
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (value.starts_with(' ') || value.ends_with(' ') || !fields.take({line, colon}, value)) return std::nullopt;
    }
    if (last - line < 2 || line[0] != '\r' || line[1] != '\n' || !fields.length) return std::nullopt;
    PlainResponse response = fields.response;
    response.head_size = static_cast<std::size_t>(line + 2 - text.data());
    response.body = text.substr(response.head_size);
    if (response.body.size() != *fields.length) return std::nullopt;
    return response;
}

}  // namespace clerk::http
