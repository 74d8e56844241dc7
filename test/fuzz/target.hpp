// Common parts of all fuzz targets: run(), invariants that are checked in any build, and a function that reads the
// input.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace clerk::fuzz {

// The target. Never throws, and keeps no state from one input to the next.
void run(std::string_view input);

// Aborts the process, which a fuzzer detects, and names the broken invariant.
inline void check(bool holds, char const* invariant) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", invariant);
    std::abort();
}

// Takes the first line, without its end: settings come before the data, so that seeds stay readable.
inline std::string_view take_line(std::string_view& rest) noexcept {
    std::size_t const end = rest.find('\n');
    std::string_view const line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

}  // namespace clerk::fuzz
