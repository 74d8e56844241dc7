// Makes one allocation of a thread fail. This replaces operator new: exactly one file of a test program includes it,
// unless a sanitizer replaces it (support/sanitized.hpp).
#pragma once

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace clerk::test {

// Allocations of this thread before one fails; negative: none fails.
inline thread_local long allowed = -1;

inline bool must_fail() noexcept {
    if (allowed < 0) return false;
    return allowed-- == 0;
}

// Runs a step in which one allocation may fail. False when it failed.
template <class Step>
bool survives(Step step) {
    try {
        step();
        return true;
    } catch (std::bad_alloc const&) {
        return false;
    }
}

// Calls the script with the first, the second, … allocation failing, until none fails. Returns how many failed.
template <class Script>
int fail_each(Script script) {
    int failures = 0;
    for (long nth = 0; nth < 1000; ++nth) {
        BOOST_TEST_CONTEXT("allocation " << nth) {
            bool const failed = script(nth);
            allowed = -1;
            if (!failed) return failures;
            ++failures;
        }
    }
    BOOST_ERROR("no end");
    return failures;
}

}  // namespace clerk::test

// Not inlined: g++ would warn that new and free() do not match.
[[gnu::noinline]] void* operator new(std::size_t size) {
    void* const memory = clerk::test::must_fail() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#ifdef __GLIBC__
// Asio allocates its operations and coroutines with this function.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    void* memory{};
    bool const failed = clerk::test::must_fail() || posix_memalign(&memory, alignment, size) != 0;
    return failed ? nullptr : memory;
}
#endif
