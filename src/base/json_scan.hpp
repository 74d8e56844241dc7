// Searches JSON strings, many bytes at a time. Inline: for most strings a call would cost more than the search.
#pragma once

#include <boost/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define CLERK_HAS_SSE2
#endif

namespace clerk::base {

inline constexpr std::uint64_t every_byte = 0x0101010101010101U;
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;

template <class Word>
Word load(char const* data) noexcept {
    Word word{};
    std::memcpy(&word, data, sizeof word);
    return word;
}
inline std::uint64_t load_word(char const* data) noexcept { return load<std::uint64_t>(data); }

// Whether both are equal for `size` bytes, at least 4, except in the bits `ignored` of every byte.
template <std::size_t size>
bool equals(char const* left, char const* right, std::uint64_t ignored = 0) noexcept {
    static_assert(size >= 4);
    using Word = std::conditional_t < size<8, std::uint32_t, std::uint64_t>;
    auto const differ = [left, right](std::size_t at) { return load<Word>(left + at) ^ load<Word>(right + at); };
    Word differing = differ(size - sizeof(Word));
    for (std::size_t at = 0; at + sizeof(Word) < size; at += sizeof(Word)) differing |= differ(at);
    return (differing & ~static_cast<Word>(ignored)) == 0;
}

// High bits of the bytes that are zero. Those above the lowest one may be wrong; they are not used.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept { return (word - every_byte) & ~word & high_bits; }

// The number that eight digits make, the first one lowest in the word; empty optional when one is not a digit.
constexpr std::optional<std::uint32_t> eight_digits(std::uint64_t word) noexcept {
    constexpr std::uint64_t high_halves = 0xF0F0F0F0F0F0F0F0U;
    // A digit is 0x3…, and remains so when 6 is added.
    if (((word & high_halves) | (((word + every_byte * 6) & high_halves) >> 4)) != every_byte * 0x33) return {};
    word -= every_byte * '0';
    // Combines neighbours into numbers of two digits, then four, then eight.
    word = (word * 10 + (word >> 8)) & 0x00FF00FF00FF00FFU;
    word = (word * 100 + (word >> 16)) & 0x0000FFFF0000FFFFU;
    return static_cast<std::uint32_t>(word * 10'000 + (word >> 32));
}

// High bits of the bytes that need escaping in a JSON string, with the same reservation.
constexpr std::uint64_t escapes_in(std::uint64_t word) noexcept {
    std::uint64_t const control = (word - every_byte * 0x20) & ~word & high_bits;
    return control | zero_bytes(word ^ every_byte * '"') | zero_bytes(word ^ every_byte * '\\');
}

constexpr bool needs_escape(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// The first `"`, `\` or control character, or `last`.
BOOST_FORCEINLINE char const* find_json_escape(char const* first, char const* last) noexcept {
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

// Behind the string that begins at `first`, or `last` when it does not end. Precondition: there is a `"`.
inline char const* end_of_json_string(char const* first, char const* last) noexcept {
    for (++first; (first = find_json_escape(first, last)) != last; ++first) {
        if (*first == '"') return first + 1;
        if (*first != '\\') continue;
        ++first;
        if (first == last) break;
    }
    return last;
}

// The first byte beyond ASCII, or `last`.
inline char const* find_non_ascii(char const* first, char const* last) noexcept {
#ifdef CLERK_HAS_SSE2
    for (; last - first >= 64; first += 64) {
        auto const* const block = reinterpret_cast<__m128i const*>(first);
        __m128i const low = _mm_or_si128(_mm_loadu_si128(block), _mm_loadu_si128(block + 1));
        __m128i const high = _mm_or_si128(_mm_loadu_si128(block + 2), _mm_loadu_si128(block + 3));
        if (_mm_movemask_epi8(_mm_or_si128(low, high)) != 0) break;
    }
#else
    for (; last - first >= 32; first += 32) {
        std::uint64_t const low = load_word(first) | load_word(first + 8);
        std::uint64_t const high = load_word(first + 16) | load_word(first + 24);
        if (((low | high) & high_bits) != 0) break;
    }
#endif
    while (last - first >= 8 && (load_word(first) & high_bits) == 0) first += 8;
    while (first != last && static_cast<unsigned char>(*first) < 0x80) ++first;
    return first;
}

}  // namespace clerk::base
