// A membership as the service writes it.
#pragma once

#include "testing/service/service_state.hpp"

#include <string>

namespace clerk::testing {

// With `state.mutex` held.
void append_membership(std::string& out, ServiceState const& state, Slot organization, Membership const& membership);

}  // namespace clerk::testing
