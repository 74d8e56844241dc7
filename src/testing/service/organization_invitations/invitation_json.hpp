// An invitation as the service writes it.
#pragma once

#include "testing/service/service_state.hpp"

#include <string>

namespace clerk::testing {

enum class WithOrganization : bool { no, yes };

// With `state.mutex` held.
void append_invitation(std::string& out, ServiceState const& state, Invitation const& invitation,
                       WithOrganization form = WithOrganization::no);

}  // namespace clerk::testing
