/// @file
/// Suggestions for unknown words.
#pragma once

#include "program_text.hpp"
#include "values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

/// The candidate that was most likely meant; empty when none is near.
std::string closest(std::string_view word, std::vector<std::string> const& candidates);

/// There is no command `name`; names the one that is near.
UsageError no_command(ProgramText const& text, std::string const& name);

/// `argument` has no place; names the option that is near, of the program or of `command`, which may be null.
UsageError unexpected_argument(ProgramText const& text, CommandText const* command, std::string const& argument);

}  // namespace clerk_orgs
