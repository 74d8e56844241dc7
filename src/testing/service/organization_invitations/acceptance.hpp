// Accepts an invitation as the invited user does; there is no operation of this API for it.
#pragma once

#include "testing/service/service_state.hpp"
#include "testing/service/text.hpp"

#include <string>
#include <string_view>

namespace clerk::testing {

// The results of an acceptance, as JSON.
struct Acceptance {
    std::string membership{};
    std::string invitation{};
};

// Makes the user a member with the role and the metadata of the invitation. Throws std::invalid_argument when the
// invitation is not pending, there is no such user, or it is a member already.
Acceptance accept(ServiceState& state, std::string_view invitation_id, std::string_view user_id, Milliseconds now);

}  // namespace clerk::testing
