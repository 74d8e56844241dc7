// The clock of all code that waits or measures.
#pragma once

#include <atomic>
#include <chrono>

namespace clerk::base {

// std::chrono::steady_clock, until a test stops it and sets the time itself. Thread-safe.
class Clock {
public:
    using duration = std::chrono::steady_clock::duration;      // NOLINT(readability-identifier-naming)
    using rep = duration::rep;                                 // NOLINT(readability-identifier-naming)
    using period = duration::period;                           // NOLINT(readability-identifier-naming)
    using time_point = std::chrono::steady_clock::time_point;  // NOLINT(readability-identifier-naming)
    static constexpr bool is_steady = true;

    [[nodiscard]] static time_point now() noexcept {
        rep const stopped_at = stopped_at_.load(std::memory_order_relaxed);
        if (stopped_at != running) [[unlikely]]
            return time_point{duration{stopped_at}};
        return std::chrono::steady_clock::now();
    }

    // For tests only, and for the whole process. Timers do not notice that time was moved: see
    // test/support/manual_time.hpp.
    static void stop_at(time_point now) noexcept { stopped_at_ = now.time_since_epoch().count(); }
    static void resume() noexcept { stopped_at_ = running; }

private:
    static constexpr rep running = 0;

    inline static std::atomic<rep> stopped_at_{running};  // NOLINT(readability-identifier-naming)
};

}  // namespace clerk::base
