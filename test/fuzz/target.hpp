// What every fuzz target is made of: run(), invariants that hold in any build, and a way to read the input.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace clerk::fuzz {

// The target. Never throws, and keeps nothing from one input to the next.
void run(std::string_view input);

// Ends the process in the way that a fuzzer notices, naming the broken invariant.
inline void check(bool holds, char const* invariant) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", invariant);
    std::abort();
}

// Takes the first line, without its end: settings come first and the data after them, so that seeds stay readable.
inline std::string_view take_line(std::string_view& rest) noexcept {
    std::size_t const end = rest.find('\n');
    std::string_view const line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

}  // namespace clerk::fuzz
