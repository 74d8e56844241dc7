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
/// Makes writing to a closed pipe or a closed standard stream an error of that write: not the silent end of the
/// program, and not a write to whatever file or socket was opened in the stream's place. Call it before anything is
/// opened.
void guard_standard_streams();

}  // namespace clerk_orgs
