// Ten thousand calls at once over few connections.
#pragma once

#include "soak/findings.hpp"

namespace clerk::soak {

void burst(Findings& findings);

}  // namespace clerk::soak
