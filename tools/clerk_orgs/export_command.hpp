/// @file
/// The export: every organization, membership or invitation, in constant memory.
#pragma once

#include "options.hpp"

namespace clerk_orgs {

/// Returns the exit status; failures have been reported.
/// @throws OutputError, UsageError
clerk::awaitable<int> run_export(clerk::Client const& client, Export const& command, Options const& options);

}  // namespace clerk_orgs
