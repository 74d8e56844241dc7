/// @file
/// The few things about terminals and streams that differ between systems.
#pragma once

#include <cstddef>
#include <cstdio>

namespace clerk_orgs {

/// Whether `stream` is an interactive terminal.
bool is_terminal(std::FILE* stream);
/// Columns of the terminal behind `stream`; 80 when it does not say.
std::size_t terminal_width(std::FILE* stream);
/// Keeps line ends as they are, on systems that would translate them.
void write_bytes_unchanged(std::FILE* stream);
/// Makes a closed pipe an error of the write instead of the silent end of the program.
void report_closed_pipes();

}  // namespace clerk_orgs
