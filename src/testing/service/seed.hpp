// Realistic organizations with their members, the same ones every time.
#pragma once

#include "testing/service/service_state.hpp"

#include <clerk/testing/emulator.hpp>

namespace clerk::testing {

// Adds the first `options.organizations` of an endless sequence.
void seed(ServiceState& state, EmulatorOptions const& options);

}  // namespace clerk::testing
