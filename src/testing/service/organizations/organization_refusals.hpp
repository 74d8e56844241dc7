// The errors that only requests about organizations have. Pure.
#pragma once

#include "testing/service/refusal.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace clerk::testing {

[[nodiscard]] std::vector<ApiRefusal> organization_refusals();

namespace refusals {

ApiRefusal unsupported_image_type();
ApiRefusal image_decode_error();
ApiRefusal image_file_missing();
ApiRefusal creator_not_found(std::string_view user_id);
ApiRefusal organization_slugs_disabled();
ApiRefusal organization_quota_exceeded(std::size_t quota);
ApiRefusal image_not_found();
ApiRefusal image_too_large();
ApiRefusal organization_name_invalid(std::string_view name, std::string_view why);
ApiRefusal slug_format_invalid();
ApiRefusal slug_taken();

}  // namespace refusals

}  // namespace clerk::testing
