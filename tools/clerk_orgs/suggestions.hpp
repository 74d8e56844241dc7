/// @file
/// Suggestions for unknown words.
#pragma once

#include "program_text.hpp"
#include "values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

/// The most similar candidate; empty when none is similar enough.
std::string closest(std::string_view word, std::vector<std::string> const& candidates);

/// The message for an unknown command `name`, with a similar one if there is one.
UsageError no_command(ProgramText const& text, std::string const& name);

/// The message for an unexpected argument, with a similar option of the program or of `command`, which may be null, or
/// a similar group.
UsageError unexpected_argument(ProgramText const& text, CommandText const* command, std::string const& argument);

}  // namespace clerk_orgs
