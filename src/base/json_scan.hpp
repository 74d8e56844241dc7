// Looking through JSON strings, many bytes at a time. Inline: most strings are shorter than a call is long.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define CLERK_HAS_SSE2
#endif

namespace clerk::base {

inline constexpr std::uint64_t every_byte = 0x0101010101010101U;
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;

inline std::uint64_t load_word(char const* data) noexcept {
    std::uint64_t word{};
    std::memcpy(&word, data, sizeof word);
    return word;
}

// High bits of the bytes that are zero. Those above the lowest one may be wrong, which nobody looks at.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - every_byte) & ~word & high_bits; }

// High bits of the bytes that need escaping in a JSON string, with the same reservation.
constexpr std::uint64_t escapes_in(std::uint64_t word) noexcept {
    std::uint64_t const control = (word - every_byte * 0x20) & ~word & high_bits;
    return control | zero_bytes(word ^ every_byte * '"') | zero_bytes(word ^ every_byte * '\\');
}

constexpr bool needs_escape(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// The first `"`, `\` or control character, or `last`.
inline char const* find_json_escape(char const* first, char const* last) noexcept {
#ifdef CLERK_HAS_SSE2
    for (; last - first >= 16; first += 16) {
        __m128i const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(first));
        __m128i const control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
        __m128i const quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        __m128i const backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        int const escapes = _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash)));
        if (escapes != 0) return first + std::countr_zero(static_cast<unsigned>(escapes));
    }
#endif
    for (; last - first >= 8; first += 8) {
        std::uint64_t const escapes = escapes_in(load_word(first));
        if (escapes == 0) continue;
        if constexpr (std::endian::native == std::endian::little) return first + std::countr_zero(escapes) / 8;
        break;
    }
    while (first != last && !needs_escape(*first)) ++first;
    return first;
}

// The first byte beyond ASCII, or `last`.
inline char const* find_non_ascii(char const* first, char const* last) noexcept {
    for (; last - first >= 32; first += 32) {
        std::uint64_t const low = load_word(first) | load_word(first + 8);
        std::uint64_t const high = load_word(first + 16) | load_word(first + 24);
        if (((low | high) & high_bits) != 0) break;
    }
    while (last - first >= 8 && (load_word(first) & high_bits) == 0) first += 8;
    while (first != last && static_cast<unsigned char>(*first) < 0x80) ++first;
    return first;
}

}  // namespace clerk::base
