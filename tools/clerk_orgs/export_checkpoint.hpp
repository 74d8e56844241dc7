/// @file
/// What an export needs to go on after its end, whatever ended it.
#pragma once

#include "export_target.hpp"
#include "options.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_orgs {

struct ExportCheckpoint {
    ExportFormat format{};
    OutputMark output{};  ///< The output as far as it belongs to `walk`.
    std::string walk{};   ///< `OrganizationPaginator::checkpoint()`.

    friend bool operator==(ExportCheckpoint const&, ExportCheckpoint const&) = default;
};

/// One JSON object and a line end. It holds no key, names or metadata.
std::string to_text(ExportCheckpoint const& checkpoint);
/// Empty when `text` is none of these.
std::optional<ExportCheckpoint> parse_checkpoint(std::string_view text);

/// Empty when `path` does not exist or is empty.
/// @throws UsageError when it cannot be read, is no checkpoint or one of another format
std::optional<ExportCheckpoint> load_checkpoint(std::filesystem::path const& path, ExportFormat format);
/// Replaces `path` at once: whatever happens meanwhile, it holds the old checkpoint or the new one.
/// @throws OutputError
void save_checkpoint(std::filesystem::path const& path, ExportCheckpoint const& checkpoint);

}  // namespace clerk_orgs
