#include "transport/exchange_time.hpp"

#include <algorithm>

namespace clerk::transport {

using std::chrono::nanoseconds;

namespace {

// An estimate that was not confirmed for this long is halved.
constexpr nanoseconds half_life = std::chrono::seconds{30};
// Limits how much one exchange can raise the estimate.
constexpr std::int64_t most_growth = 2;
constexpr std::int64_t slack = nanoseconds{std::chrono::milliseconds{1}}.count();
constexpr nanoseconds longest = std::chrono::hours{1};

}  // namespace

nanoseconds ExchangeTime::needed(base::TimePoint now) const noexcept {
    std::int64_t const needed = needed_.load(std::memory_order_relaxed);
    std::int64_t const age = now.time_since_epoch().count() - measured_at_.load(std::memory_order_relaxed);
    if (age < half_life.count()) return nanoseconds{needed};
    return nanoseconds{needed >> std::min<std::int64_t>(age / half_life.count(), 62)};
}

void ExchangeTime::answered(nanoseconds took, base::TimePoint now) noexcept {
    std::int64_t const before = needed_.load(std::memory_order_relaxed);
    std::int64_t time = std::clamp(took, nanoseconds{0}, longest).count();
    if (before == 0) {
        mean_ = time;
        deviation_ = time / 2;
    } else {
        time = std::min(time, most_growth * before + slack);
        std::int64_t const difference = time - mean_;
        mean_ += difference / 8;
        deviation_ += ((difference < 0 ? -difference : difference) - deviation_) / 4;
    }
    needed_.store(mean_ + 4 * deviation_, std::memory_order_relaxed);
    measured_at_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
}

void ExchangeTime::cut_off(nanoseconds after, base::TimePoint now) noexcept {
    if (after >= needed(now)) answered(2 * std::min(after, longest), now);
}

ExchangeTime* ExchangeTimes::of(std::string_view operation) noexcept {
    char const* const name = operation.data();
    std::size_t index = reinterpret_cast<std::uintptr_t>(name) / 8 + operation.size();  // NOLINT
    for (std::size_t probes = 0; probes < entries_.size(); ++probes, ++index) {
        Entry& entry = entries_[index % entries_.size()];
        char const* found = entry.operation.load(std::memory_order_relaxed);
        if (found == nullptr && entry.operation.compare_exchange_strong(found, name, std::memory_order_relaxed)) {
            return &entry.time;
        }
        if (found == name) return &entry.time;
    }
    return nullptr;
}

}  // namespace clerk::transport
