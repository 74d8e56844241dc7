// The operations of the API, by the names they have in the client. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace clerk::testing {

enum class Operation { list, create, get, update, remove, merge_metadata, replace_metadata, upload_logo, remove_logo };

// In the order of the enumeration.
inline constexpr std::array<std::string_view, 9> operation_names{"list_organizations",
                                                                 "create_organization",
                                                                 "get_organization",
                                                                 "update_organization",
                                                                 "delete_organization",
                                                                 "merge_organization_metadata",
                                                                 "replace_organization_metadata",
                                                                 "upload_organization_logo",
                                                                 "delete_organization_logo"};

[[nodiscard]] constexpr std::string_view to_string(Operation operation) noexcept {
    return operation_names[static_cast<std::size_t>(operation)];
}

}  // namespace clerk::testing
