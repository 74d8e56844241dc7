// Counts durations in buckets of bounded relative width, so that percentiles of any number of samples take constant
// memory.
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace clerk_bench {

class LatencyHistogram {
public:
    LatencyHistogram();

    // Longer than `longest` counts as `longest`, negative as 0.
    void add(std::chrono::nanoseconds latency) noexcept {
        auto const value =
            static_cast<std::uint64_t>(std::clamp(latency, std::chrono::nanoseconds{0}, longest).count());
        ++counts_[bucket_of(value)];
        ++total_;
    }
    LatencyHistogram& operator+=(LatencyHistogram const& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return total_; }
    // The smallest latency that at least this share (0…1) of all samples does not exceed, at most 0.8 % too large; 0
    // without samples.
    [[nodiscard]] std::chrono::nanoseconds quantile(double share) const noexcept;

    static constexpr std::chrono::nanoseconds longest = std::chrono::hours{1};

private:
    // Exact below 2^exact_bits; above that each power of two is cut into 2^(exact_bits - 1) buckets.
    static constexpr unsigned exact_bits = 8;
    static constexpr std::uint64_t half = std::uint64_t{1} << (exact_bits - 1);

    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
        auto const width = static_cast<unsigned>(std::bit_width(value));
        unsigned const shift = width > exact_bits ? width - exact_bits : 0;
        return static_cast<std::size_t>(shift * half + (value >> shift));
    }
    // The largest value that falls into the bucket.
    [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
        if (bucket < 2 * half) return bucket;
        std::uint64_t const shift = bucket / half - 1;
        return ((bucket - shift * half + 1) << shift) - 1;
    }

    std::vector<std::uint64_t> counts_;
    std::uint64_t total_{};
};

}  // namespace clerk_bench
