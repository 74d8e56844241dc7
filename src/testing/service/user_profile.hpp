// Generates the profile of a user from the id. Pure.
#pragma once

#include "testing/service/text.hpp"

#include <string>
#include <string_view>

namespace clerk::testing {

// Empty texts: no value.
struct UserProfile {
    std::string_view id{};
    std::string_view first_name{};
    std::string_view last_name{};
    std::string email_address{};
    std::string phone_number{};
    std::string username{};
    std::string web3_wallet{};
    Milliseconds created_at{};
    Milliseconds last_active_at{};
    bool has_image{};
};

[[nodiscard]] UserProfile profile_of(std::string_view user_id);

// Public user data of an invitation; it has fewer members than that of a membership.
enum class PublicUserData { of_member, of_inviter };
void append_json(std::string& out, UserProfile const& profile, PublicUserData form);

}  // namespace clerk::testing
