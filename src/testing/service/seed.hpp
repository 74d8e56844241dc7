// Realistic organizations, the same ones every time.
#pragma once

#include "testing/service/store.hpp"

#include <cstddef>

namespace clerk::testing {

// Adds the first `count` organizations of an endless sequence.
void seed(Store& store, std::size_t count);

}  // namespace clerk::testing
