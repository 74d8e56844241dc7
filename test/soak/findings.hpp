// Collects errors. Thread-safe.
#pragma once

#include <cstddef>
#include <iostream>
#include <mutex>
#include <string_view>

namespace clerk::soak {

class Findings {
public:
    void report(std::string_view what) {
        std::scoped_lock const lock{mutex_};
        constexpr std::size_t most_shown = 25;
        if (++count_ <= most_shown) std::cerr << "FOUND: " << what << std::endl;
    }
    void expect(bool good, std::string_view what) {
        if (!good) report(what);
    }
    [[nodiscard]] std::size_t count() const {
        std::scoped_lock const lock{mutex_};
        return count_;
    }

private:
    mutable std::mutex mutex_{};
    std::size_t count_{};
};

}  // namespace clerk::soak
