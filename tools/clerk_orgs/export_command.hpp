/// @file
/// The export: every organization, in constant memory.
#pragma once

#include "options.hpp"

namespace clerk_orgs {

/// Returns the exit status; failures are reported already.
/// @throws OutputError, UsageError
clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command, Options const& options);

}  // namespace clerk_orgs
