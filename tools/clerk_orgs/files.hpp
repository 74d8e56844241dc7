/// @file
/// Files: which path names which file, and exclusive files of one process.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// Where a write to `path` ends up: behind all links, also one that leads to no file yet.
std::filesystem::path follow_links(std::filesystem::path path);

/// The identity of a file: the file itself, or the directory and name of one that does not exist yet.
struct FileIdentity {
    std::uint64_t device{};
    std::uint64_t inode{};
    std::string name{};  ///< Empty when the file exists.

    friend bool operator==(FileIdentity const&, FileIdentity const&) = default;
};

/// Empty for what is no regular file, such as /dev/null, and where no file can be.
std::optional<FileIdentity> identity_of(std::filesystem::path const& path);
/// That of the file that a stream writes; empty when it is none.
std::optional<FileIdentity> identity_of(std::FILE* stream);

enum class IfMissing { create, fail };

/// Opens `path` for this process alone: readable by its user only, under no second name, and not through a link.
/// Whatever it holds stays.
/// @throws OutputError when another process has it, or when it is not such a file
std::FILE* open_exclusively(std::filesystem::path const& path, IfMissing if_missing);

/// Creates `path`, readable by its user only; a file or a link that has the name is removed first.
/// @throws OutputError
std::FILE* create_anew(std::filesystem::path const& path);

/// Whether `path` is still the name of the file behind `stream`.
bool is_named(std::FILE* stream, std::filesystem::path const& path);

/// Gives the file behind `stream` the name `to` instead of `from`, with the mode of the file that has that name, and
/// waits until the directory is on the disk.
/// @throws OutputError
void rename_over(std::FILE* stream, std::filesystem::path const& from, std::filesystem::path const& to);

/// Reads `size` bytes at `offset`; false when there are fewer.
bool read_at(std::FILE* stream, std::uint64_t offset, char* out, std::size_t size);

/// Replaces a file atomically: at any moment it holds the old text or the new one. A link stays one, a mode stays as it
/// is, and a new file is readable by its user only. A device or a pipe is written.
/// @throws OutputError
void replace_file(std::filesystem::path const& path, std::string_view text);

}  // namespace clerk_orgs
