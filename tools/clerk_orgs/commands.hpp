/// @file
/// Commands that are one call and print one answer.
#pragma once

#include "options.hpp"

namespace clerk_orgs {

/// Runs the chosen command, export included. Returns the exit status; failures are reported already.
/// @throws OutputError
clerk::awaitable<int> run_command(clerk::OrganizationsApi organizations, Options const& options);

}  // namespace clerk_orgs
