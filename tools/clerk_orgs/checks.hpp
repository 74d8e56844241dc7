/// @file
/// Checks that involve several options.
#pragma once

#include "options.hpp"

#include <string>

namespace clerk_orgs {

/// Checks that no file has two roles, whatever paths name it: one content would overwrite the other. The last two may
/// be empty.
/// @throws UsageError
void check_roles(Export const& command, std::string const& secret_key_file, std::string const& ca_file);

/// Sets the member `field` to null.
/// @throws UsageError when there is no such member, or when it also has a value
void set_null(clerk::UpdateOrganizationRequest& request, std::string const& field);

/// @throws UsageError when the request would change nothing
void check_change(Update const& command);
void check_change(MergeMetadata const& command);
void check_change(ReplaceMetadata const& command);
void check_change(MergeMembershipMetadata const& command);

}  // namespace clerk_orgs
