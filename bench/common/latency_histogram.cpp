#include "common/latency_histogram.hpp"

#include <cmath>

namespace clerk_bench {

LatencyHistogram::LatencyHistogram() : counts_(bucket_of(static_cast<std::uint64_t>(longest.count())) + 1) {}

LatencyHistogram& LatencyHistogram::operator+=(LatencyHistogram const& other) noexcept {
    for (std::size_t i = 0; i != counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
    return *this;
}

std::chrono::nanoseconds LatencyHistogram::quantile(double share) const noexcept {
    if (total_ == 0) return {};
    auto const wanted =
        std::max(std::uint64_t{1}, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total_))));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i != counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= wanted) return std::chrono::nanoseconds{static_cast<std::int64_t>(upper_bound(i))};
    }
    return longest;
}

}  // namespace clerk_bench
