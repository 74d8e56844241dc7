/// @file
/// Where an export goes.
#pragma once

#include "output.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace clerk_orgs {

/// How far a file is written, and what it ends with there, so that another file is not taken for it.
struct OutputMark {
    std::uint64_t length{};
    std::uint32_t tail{};  ///< CRC-32 of the last bytes, at most 4096.

    friend bool operator==(OutputMark const&, OutputMark const&) = default;
};

/// The mark of a file as far as `length`; empty when it is shorter or cannot be read.
std::optional<OutputMark> mark_at(std::filesystem::path const& path, std::uint64_t length);

/// A regular file gets its name only when the export is complete; until then it has `.part` behind it.
class ExportTarget {
public:
    /// `out` is a file or `-`. Devices and pipes are written directly.
    static ExportTarget begin(std::string const& out);
    /// Goes on behind `mark`; what comes after it, perhaps half a line, is dropped. A file that has its name already is
    /// left alone, see `has_its_name()`.
    /// @throws UsageError when the file does not hold what the mark says
    static ExportTarget go_on(std::string const& out, OutputMark mark);
    /// Whether a later run can go on with `out`: it is, or will be, a regular file.
    static bool can_go_on(std::string const& out) { return resolve(out).has_value(); }

    [[nodiscard]] LineWriter& writer() noexcept { return writer_; }
    [[nodiscard]] bool is_standard_output() const noexcept { return out_ == "-"; }
    [[nodiscard]] bool has_its_name() const noexcept { return has_its_name_; }
    /// Puts everything so far on the disk. Only of a regular file.
    OutputMark mark();
    /// Writes what is buffered and gives the file its name.
    void complete();
    /// Writes what is buffered and returns what to say about it; a file that holds nothing worth keeping is removed.
    std::string abandon(bool keep);

private:
    ExportTarget(std::string const& out, std::optional<std::filesystem::path> final_path, LineWriter writer);
    static std::optional<std::filesystem::path> resolve(std::string const& out);

    std::string out_{};
    std::optional<std::filesystem::path> final_path_{};
    LineWriter writer_;
    bool has_its_name_{};
};

}  // namespace clerk_orgs
