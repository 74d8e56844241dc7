#include "soak/process.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#ifdef __linux__
#include <unistd.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace clerk::soak {

// ThreadSanitizer starts a symbolizer, with a pipe to it, when it first compares a report with the suppressions.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CLERK_SOAK_UNDER_TSAN
#endif
#endif

std::optional<std::size_t> open_files() {
#ifdef CLERK_SOAK_UNDER_TSAN
    return {};
#else
    std::error_code error{};
    std::filesystem::directory_iterator const files{"/proc/self/fd", error};
    if (error) return {};
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
#endif
}

std::optional<std::size_t> resident_memory() {
#ifdef __linux__
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
    std::ifstream file{"/proc/self/statm"};
    std::size_t total{};
    std::size_t resident{};
    if (!(file >> total >> resident)) return {};
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
#else
    return {};
#endif
}

bool memory_is_meaningful() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return false;
#else
    return true;
#endif
#else
    return true;
#endif
}

}  // namespace clerk::soak
