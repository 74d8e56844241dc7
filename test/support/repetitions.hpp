// How often a test with random input repeats.
#pragma once

#include <cstdlib>

namespace clerk::test {

// `many` with CLERK_TEST_REPETITIONS=many, as in the tests with the label "soak"; otherwise a sixth of it. The seeds
// differ from run to run.
inline int repetitions(int many) { return std::getenv("CLERK_TEST_REPETITIONS") != nullptr ? many : many / 6; }

}  // namespace clerk::test
