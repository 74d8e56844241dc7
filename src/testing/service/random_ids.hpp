// Deterministic pseudo-random values: the same numbers and ids in every run and on every platform. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::testing {

// One step of SplitMix64: a bijection, so different inputs never collide.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

class Noise {
public:
    explicit constexpr Noise(std::uint64_t seed) noexcept : state_(mix(seed)) {}
    constexpr std::uint64_t next() noexcept { return mix(state_++); }
    constexpr std::uint64_t below(std::uint64_t limit) noexcept { return next() % limit; }
    constexpr bool chance(std::uint64_t percent) noexcept { return below(100) < percent; }

private:
    std::uint64_t state_;
};

// `prefix` and 27 digits of base 62, like the service's ids.
[[nodiscard]] inline std::string random_id(std::string_view prefix, std::uint64_t seed) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string id{prefix};
    id += '2';
    std::uint64_t const first = mix(seed);
    for (std::uint64_t bits = first; id.size() != prefix.size() + 10; bits /= digits.size())
        id += digits[bits % digits.size()];
    std::uint64_t const second = mix(first);
    for (std::uint64_t bits = second; id.size() != prefix.size() + 20; bits /= digits.size())
        id += digits[bits % digits.size()];
    for (std::uint64_t bits = mix(second); id.size() != prefix.size() + 27; bits /= digits.size())
        id += digits[bits % digits.size()];
    return id;
}

}  // namespace clerk::testing
