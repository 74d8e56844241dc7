// How often a test with random input repeats.
#pragma once

#include <cstdlib>

namespace clerk::test {

// `many` with CLERK_TEST_REPETITIONS=many, as in the tests with the label "soak"; otherwise a sixth of it. The seeds
// differ from run to run.
inline int repetitions(int many) {
    char const* const value = std::getenv("CLERK_TEST_REPETITIONS");
    return value != nullptr && *value != '\0' ? many : many / 6;
}

}  // namespace clerk::test
