// The errors of requests about members. Pure.
#pragma once

#include "testing/service/refusal.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::testing {

[[nodiscard]] std::vector<ApiRefusal> membership_refusals();

namespace refusals {

ApiRefusal already_a_member(std::string_view user);
ApiRefusal minimum_permissions_needed();
ApiRefusal missing_permission(std::string_view key);
ApiRefusal not_a_member();
ApiRefusal membership_quota_exceeded(std::int64_t quota);
ApiRefusal membership_not_found();

}  // namespace refusals

}  // namespace clerk::testing
