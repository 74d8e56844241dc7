#include "common/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace clerk_bench {
namespace {

rusage usage_of_process() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

std::chrono::microseconds to_duration(timeval const& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

}  // namespace

std::chrono::microseconds cpu_time() {
    rusage const usage = usage_of_process();
    return to_duration(usage.ru_utime) + to_duration(usage.ru_stime);
}

std::int64_t max_rss_kb() {
    // ru_maxrss is only the fallback, because it starts with the value of the parent process.
    std::ifstream file{"/proc/self/status"};
    for (std::string word; file >> word;) {
        std::int64_t size = 0;
        if (word == "VmHWM:" && file >> size) return size;
    }
#ifdef __APPLE__
    return usage_of_process().ru_maxrss / 1024;  // bytes on macOS
#else
    return usage_of_process().ru_maxrss;
#endif
}

std::int64_t rss_kb() {
    std::ifstream file{"/proc/self/statm"};
    std::int64_t size = 0;
    std::int64_t resident = 0;
    if (!(file >> size >> resident)) return 0;
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace clerk_bench
