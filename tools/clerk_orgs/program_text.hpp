/// @file
/// The commands and options as data; help, manual pages and completions are generated from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs {

struct OptionText {
    std::vector<std::string> names{};  ///< `-v`, `--verbose`; a positional argument has one name, without dashes.
    std::string value{};               ///< The kind of the value, such as `FILE|-`; empty for a flag.
    std::string description{};
    bool required{};

    [[nodiscard]] bool is_positional() const noexcept { return !names.front().starts_with('-'); }
    /// Whether the value is a path, such as `FILE`.
    [[nodiscard]] bool takes_file() const noexcept { return value.find("FILE") != std::string::npos; }
    /// The possible words of the value, such as `ndjson|csv`; empty when it is free.
    [[nodiscard]] std::vector<std::string> choices() const;
};

struct CommandText {
    std::string name{};     ///< `list`, or with its group: `memberships list`.
    std::string summary{};  ///< Without a full stop.
    std::string details{};  ///< Paragraphs; may be empty.
    std::vector<OptionText> options{};
    std::vector<std::string> examples{};
};

struct ProgramText {
    CommandText program{};  ///< Its options are those of every command.
    std::vector<CommandText> commands{};
    std::vector<CommandText> groups{};  ///< `memberships`, which is not a command by itself.

    /// A command or a group; null when there is none with this name.
    [[nodiscard]] CommandText const* find(std::string_view name) const noexcept;
    /// Of commands, and of groups.
    [[nodiscard]] std::vector<std::string> names() const;
    /// The commands of a group; all for the program; none for a command.
    [[nodiscard]] std::vector<CommandText const*> commands_of(CommandText const& subject) const;
};

/// The help of a command or a group, or of the program when it is null.
std::string render_help(ProgramText const& text, CommandText const* command);

/// A manual page for section 1, in the language of man(7).
std::string render_manual(ProgramText const& text, CommandText const* command, std::string_view version);

/// A script for `bash`, `zsh` or `fish`.
std::string render_completion(ProgramText const& text, std::string_view shell);

}  // namespace clerk_orgs
