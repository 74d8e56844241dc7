/// @file
/// System functions of terminals and streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace clerk_orgs {

/// Whether `stream` is an interactive terminal.
bool is_terminal(std::FILE* stream);
/// Columns of the terminal behind `stream`; 80 when it does not say.
std::size_t terminal_width(std::FILE* stream);
/// Cuts a file that nothing was written to through `stream` yet; false, with `errno`, on failure.
bool truncate_to(std::FILE* stream, std::uint64_t length);
/// Waits until what was written to a file is on its disk; false, with `errno`, when it cannot be put there. What has no
/// disk, such as a pipe, is done.
bool sync_to_disk(std::FILE* stream);
/// Makes writing to a closed pipe or a closed standard stream an error of that write: not the silent end of the
/// program, and not a write to whatever file or socket was opened in the stream's place. Call it before anything is
/// opened.
void guard_standard_streams();

}  // namespace clerk_orgs
