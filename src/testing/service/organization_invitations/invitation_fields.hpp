// The parsed fields of valid requests about invitations, and the errors of such requests. Pure.
#pragma once

#include "testing/service/json.hpp"
#include "testing/service/refusal.hpp"
#include "testing/service/stored_metadata.hpp"
#include "testing/service/text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

struct NewInvitation {
    std::string email_address{};
    std::string role{};
    std::optional<std::string> inviter_user_id{};
    MetadataFields metadata{};
    Milliseconds lifetime{};
};

[[nodiscard]] Outcome<NewInvitation> read_new_invitation(Json const& body);
// An array of 1 to 10.
[[nodiscard]] Outcome<std::vector<NewInvitation>> read_new_invitations(Json const& body);

[[nodiscard]] std::vector<ApiRefusal> invitation_refusals();

namespace refusals {

ApiRefusal invitation_not_unique();
ApiRefusal invitation_not_found();
ApiRefusal invitation_not_pending();

}  // namespace refusals

}  // namespace clerk::testing
