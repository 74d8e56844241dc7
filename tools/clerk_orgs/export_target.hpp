/// @file
/// The output of an export.
#pragma once

#include "output.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace clerk_orgs {

/// A length of a file and a checksum of the bytes before it, so that another file is recognised.
struct OutputMark {
    std::uint64_t length{};
    std::uint32_t tail{};  ///< CRC-32 of the last bytes, at most 4096.

    friend bool operator==(OutputMark const&, OutputMark const&) = default;
};

/// The name of a file until it is complete.
std::filesystem::path part_of(std::filesystem::path const& final_path);

/// Whether the file matches the mark; it may be longer.
bool holds(std::filesystem::path const& path, OutputMark mark);

/// A regular file gets its name only when the export is complete. Until then its name ends with `.part`, and no other
/// process may write it.
class ExportTarget {
public:
    /// `out` is a file or `-`. Devices and pipes are written directly.
    static ExportTarget begin(std::string const& out);
    /// Continues the part at `mark`; bytes after it, such as half a line, are removed.
    /// @throws OutputError when the part does not match the mark, or another process writes it
    static ExportTarget go_on(std::string const& out, OutputMark mark);
    /// Continues at `mark` in a copy of a complete file. The file stays until the copy is complete.
    /// @throws OutputError
    static ExportTarget go_on_with_copy(std::string const& out, OutputMark mark);
    /// The file behind `out`, if a later run can continue it: it is, or will be, a regular file.
    static std::optional<std::filesystem::path> regular_file(std::string const& out);

    [[nodiscard]] LineWriter& writer() noexcept { return writer_; }
    [[nodiscard]] bool is_standard_output() const noexcept { return out_ == "-"; }
    /// Writes everything so far to the disk. Only for a regular file.
    /// @throws OutputError also when the file was cut, removed or renamed meanwhile
    OutputMark mark();
    /// Writes the buffer and gives the file its name.
    void complete();
    /// Writes the buffer and returns a message about the kept part; a file without content is removed.
    std::string abandon(bool keep);

private:
    ExportTarget(std::string const& out, std::optional<std::filesystem::path> final_path, LineWriter writer);
    void check_name() const;

    std::string out_{};
    std::optional<std::filesystem::path> final_path_{};
    LineWriter writer_;
};

}  // namespace clerk_orgs
