/// @file
/// Files: whether two paths name the same file, and files that one process uses exclusively.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// The file that a write to `path` changes: links are followed, even to a file that does not exist yet.
std::filesystem::path follow_links(std::filesystem::path path);

/// The identity of a file: the file itself, or the directory and name of one that does not exist yet.
struct FileIdentity {
    std::uint64_t device{};
    std::uint64_t inode{};
    std::string name{};  ///< Empty when the file exists.

    friend bool operator==(FileIdentity const&, FileIdentity const&) = default;
};

/// Empty for anything but a regular file, such as /dev/null, and where no file can be created.
std::optional<FileIdentity> identity_of(std::filesystem::path const& path);
/// The identity of the file that a stream writes; empty when it is not a regular file.
std::optional<FileIdentity> identity_of(std::FILE* stream);

enum class IfMissing { create, fail };

/// Opens `path` for this process exclusively: readable by its user only, without other hard links, and not through a
/// symbolic link. Its content stays.
/// @throws OutputError when another process uses it, or when it is not such a file
std::FILE* open_exclusively(std::filesystem::path const& path, IfMissing if_missing);

/// Creates `path`, readable by its user only; an existing file or link of that name is removed first.
/// @throws OutputError
std::FILE* create_anew(std::filesystem::path const& path);

/// Whether `path` still names the file of `stream`.
bool is_named(std::FILE* stream, std::filesystem::path const& path);

/// Renames the file of `stream` from `from` to `to`, keeps the mode of an existing file `to`, and waits until the
/// directory is on the disk.
/// @throws OutputError
void rename_over(std::FILE* stream, std::filesystem::path const& from, std::filesystem::path const& to);

/// Reads `size` bytes at `offset`; false when there are fewer.
bool read_at(std::FILE* stream, std::uint64_t offset, char* out, std::size_t size);

/// Replaces a file atomically: at any moment it holds the old text or the new one. Links and modes are kept; a new file
/// is readable by its user only. A device or a pipe is written directly.
/// @throws OutputError
void replace_file(std::filesystem::path const& path, std::string_view text);

}  // namespace clerk_orgs
