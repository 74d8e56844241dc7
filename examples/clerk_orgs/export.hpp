/// @file
/// The export: every organization, in constant memory.
#pragma once

#include "options.hpp"
#include "output.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace clerk_orgs {

/// Where an export goes. A regular file gets its name only when the export is complete.
class ExportTarget {
public:
    /// `out` is a file or `-`. Devices and pipes are written directly.
    explicit ExportTarget(std::string const& out);

    [[nodiscard]] LineWriter& writer() noexcept { return writer_; }
    [[nodiscard]] bool is_standard_output() const noexcept { return standard_output_; }
    /// Writes what is buffered and gives the file its name.
    void complete();
    /// Writes what is buffered and returns what to say about it; a file without a single organization is removed.
    std::string abandon(bool has_organizations);

private:
    static std::optional<std::filesystem::path> resolve(std::string const& out);
    static LineWriter open(std::optional<std::filesystem::path> const& final_path, std::string const& out);

    bool standard_output_{};
    std::optional<std::filesystem::path> final_path_{};
    LineWriter writer_;
};

/// Returns the exit status; failures are reported already. `progress` draws a bar on a terminal.
/// @throws OutputError
clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command, bool progress);

}  // namespace clerk_orgs
