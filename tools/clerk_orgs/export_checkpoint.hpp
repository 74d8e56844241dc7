/// @file
/// The state that an export needs to continue after any end.
#pragma once

#include "export_target.hpp"
#include "values.hpp"

#include <clerk.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_orgs {

struct ExportCheckpoint {
    std::string layout{};  ///< `describe()` of the layout: one file has lines of one layout only.
    clerk::Timestamp started_at{};
    OutputMark output{};  ///< The part of the output that belongs to `walk`.
    std::string walk{};   ///< `OrganizationPaginator::checkpoint()`.

    friend bool operator==(ExportCheckpoint const&, ExportCheckpoint const&) = default;
};

/// One JSON object and a line end. It holds no key, names or metadata.
std::string to_text(ExportCheckpoint const& checkpoint);
/// Empty when `text` is not such an object.
std::optional<ExportCheckpoint> parse_checkpoint(std::string_view text);

/// A checkpoint that cannot be used; the message says how to start again.
class CheckpointRefused : public UsageError {
public:
    CheckpointRefused(std::string const& path, std::string const& problem);
};

/// Empty when `path` does not exist or is empty.
/// @throws CheckpointRefused when it cannot be read, is not a checkpoint, or has another layout
std::optional<ExportCheckpoint> load_checkpoint(std::string const& path, std::string_view layout);
/// Replaces `path` atomically: at any moment it holds the old checkpoint or the new one.
/// @throws OutputError
void save_checkpoint(std::string const& path, ExportCheckpoint const& checkpoint);
/// @throws OutputError
void remove_checkpoint(std::string const& path);

}  // namespace clerk_orgs
