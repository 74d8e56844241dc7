/// @file
/// Commands that are one call and print one answer.
#pragma once

#include "options.hpp"

namespace clerk_orgs {

/// Runs the given command, including export. Returns the exit status; failures have been reported.
/// @throws OutputError, UsageError
clerk::awaitable<int> run_command(clerk::Client const& client, Options const& options);

/// For `--dry-run`: prints the request as JSON. Returns the exit status.
/// @throws OutputError
int print_request(Options const& options);

/// Asks before a deletion; `is_terminal`: whether a user can answer.
/// @throws UsageError when no user can answer, or when the answer is no
void confirm(Options const& options, bool is_terminal);

}  // namespace clerk_orgs
