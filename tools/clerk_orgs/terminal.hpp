/// @file
/// System functions of terminals and streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace clerk_orgs {

/// Whether `stream` is an interactive terminal.
bool is_terminal(std::FILE* stream);
/// The width of the terminal of `stream` in columns; 80 when unknown.
std::size_t terminal_width(std::FILE* stream);
/// Truncates a file. Nothing may have been written through `stream` before. False, with `errno`, on failure.
bool truncate_to(std::FILE* stream, std::uint64_t length);
/// Waits until the data of a file is on the disk; false, with `errno`, on failure. For a pipe or device there is
/// nothing to wait for.
bool sync_to_disk(std::FILE* stream);
/// Makes a write to a closed pipe or a closed standard stream fail, instead of ending the program or writing to another
/// file that got the number of the stream. Call it before any file is opened.
void guard_standard_streams();

}  // namespace clerk_orgs
