/// @file
/// The output of an export.
#pragma once

#include "output.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace clerk_orgs {

/// How far a file is written, and its last bytes there, so that another file is recognised.
struct OutputMark {
    std::uint64_t length{};
    std::uint32_t tail{};  ///< CRC-32 of the last bytes, at most 4096.

    friend bool operator==(OutputMark const&, OutputMark const&) = default;
};

/// The name that a file has until it is complete.
std::filesystem::path part_of(std::filesystem::path const& final_path);

/// Whether the file holds what the mark says, and perhaps more.
bool holds(std::filesystem::path const& path, OutputMark mark);

/// A regular file gets its name only when the export is complete; until then it has `.part` behind it, and no other
/// process writes it.
class ExportTarget {
public:
    /// `out` is a file or `-`. Devices and pipes are written directly.
    static ExportTarget begin(std::string const& out);
    /// Continues behind `mark` in the part; what comes after it, perhaps half a line, is removed.
    /// @throws OutputError when the part does not hold what the mark says, or another process writes it
    static ExportTarget go_on(std::string const& out, OutputMark mark);
    /// Continues behind `mark` in a copy of a complete file, which stays until the copy is complete.
    /// @throws OutputError
    static ExportTarget go_on_with_copy(std::string const& out, OutputMark mark);
    /// The file that `out` leads to, when a later run can go on with it: it is, or will be, a regular file.
    static std::optional<std::filesystem::path> regular_file(std::string const& out);

    [[nodiscard]] LineWriter& writer() noexcept { return writer_; }
    [[nodiscard]] bool is_standard_output() const noexcept { return out_ == "-"; }
    /// Flushes everything so far to the disk. Only for a regular file.
    /// @throws OutputError also when the file was cut, removed or renamed meanwhile
    OutputMark mark();
    /// Writes what is buffered and gives the file its name.
    void complete();
    /// Writes what is buffered and returns a message about it; a file without content is removed.
    std::string abandon(bool keep);

private:
    ExportTarget(std::string const& out, std::optional<std::filesystem::path> final_path, LineWriter writer);
    void check_name() const;

    std::string out_{};
    std::optional<std::filesystem::path> final_path_{};
    LineWriter writer_;
};

}  // namespace clerk_orgs
