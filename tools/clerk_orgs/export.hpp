/// @file
/// The export: every organization, in constant memory.
#pragma once

#include "options.hpp"

namespace clerk_orgs {

/// Returns the exit status; failures are reported already. `progress` draws a bar on a terminal.
/// @throws OutputError, UsageError
clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command, bool progress);

}  // namespace clerk_orgs
