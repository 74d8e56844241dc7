/// @file
/// Checks that involve several options.
#pragma once

#include "options.hpp"

#include <string>

namespace clerk_orgs {

/// No file has two roles, by whatever names: one of them would be lost. The last two may be empty.
/// @throws UsageError
void check_roles(Export const& command, std::string const& secret_key_file, std::string const& ca_file);

/// Sets the member `field` to null.
/// @throws UsageError when there is none of this name, or when it has a value
void set_null(clerk::UpdateOrganizationRequest& request, std::string const& field);

/// @throws UsageError when the request would change nothing
void check_change(Update const& command);
void check_change(MergeMetadata const& command);
void check_change(ReplaceMetadata const& command);
void check_change(MergeMembershipMetadata const& command);

}  // namespace clerk_orgs
