/// @file
/// Hides differences between the versions of CLI11: arguments are taken literally, and help texts are printed as
/// written.
#pragma once

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk_tools {

/// Prefix for an argument that CLI11 may interpret as something else than text: a list (`[a,b]`, `[[a]]`), an empty
/// value (`{}`) or the end of a command (`++`).
inline constexpr char guard = '\x01';

/// `text`, with the guard if it needs one.
inline std::string guarded(std::string_view text) {
    constexpr std::string_view special{"[{+\x01"};
    std::string out;
    if (!text.empty() && special.find(text.front()) != std::string_view::npos) out += guard;
    return out.append(text);
}

/// The original text of a value that CLI11 got from `arguments_for_cli11()`.
inline std::string literal(std::string text) {
    if (text.starts_with(guard)) text.erase(0, 1);
    return text;
}

/// The arguments for `CLI::App::parse()`, which expects the last one first. Values may have a guard and must be read
/// with `literal()`.
inline std::vector<std::string> arguments_for_cli11(int argc, char const* const* argv) {
    std::vector<std::string> arguments;
    bool options = true;
    for (int index = 1; index < argc; ++index) {
        std::string_view const argument{argv[index]};
        options = options && argument != "--";
        std::size_t const equals = argument.find('=');
        if (!options || !argument.starts_with("--") || equals == std::string_view::npos) {
            arguments.push_back(guarded(argument));
        } else if (equals + 1 == argument.size()) {
            // CLI11 would take the next argument as the value of `--option=`.
            arguments.emplace_back(argument.substr(0, equals));
            arguments.emplace_back();
        } else {
            arguments.push_back(std::string{argument.substr(0, equals + 1)} + guarded(argument.substr(equals + 1)));
        }
    }
    std::reverse(arguments.begin(), arguments.end());
    return arguments;
}

/// Prints help texts as they were written, because line breaks, indents and group names differ between versions of
/// CLI11.
class HelpFormatter final : public CLI::FormatterBase {
public:
    explicit HelpFormatter(std::size_t column) : column_{column} {}

    std::string make_help(CLI::App const* app, std::string name, CLI::AppFormatMode) const override {
        std::string text = app->get_description() + "\n\n" + usage(*app, name);
        add_positionals(*app, text);
        add_options(*app, text);
        add_commands(*app, text);
        if (std::string const footer = app->get_footer(); !footer.empty()) text += '\n' + footer + '\n';
        return text;
    }

private:
    using Options = std::vector<CLI::Option const*>;

    static Options positionals_of(CLI::App const& app) {
        return app.get_options([](CLI::Option const* option) { return option->get_positional(); });
    }
    static std::vector<CLI::App const*> commands_of(CLI::App const& app) {
        return app.get_subcommands([](CLI::App const*) { return true; });
    }
    static std::string placeholder(CLI::Option const& option) {
        std::string const kind = option.get_type_size() == 0 ? std::string{} : option.get_type_name();
        return (kind.empty() ? "" : " " + kind) + (option.get_required() ? " REQUIRED" : "");
    }
    // The name of the default group is spelt differently between versions.
    static std::string group_of(CLI::Option const& option) {
        return CLI::detail::to_lower(option.get_group()) == "options" ? "Options" : option.get_group();
    }

    static std::string usage(CLI::App const& app, std::string const& name) {
        std::string line = "Usage: " + name + " [OPTIONS]";
        for (CLI::Option const* const option : positionals_of(app)) {
            std::string const place = option->get_name(true);
            line += option->get_required() ? " " + place : " [" + place + "]";
        }
        if (!commands_of(app).empty()) line += " COMMAND";
        return line + '\n';
    }

    void add_positionals(CLI::App const& app, std::string& text) const {
        Options const positionals = positionals_of(app);
        if (!positionals.empty()) text += "\nPositionals:\n";
        for (CLI::Option const* const option : positionals) {
            add_line(text, option->get_name(true) + placeholder(*option), option->get_description());
        }
    }

    void add_options(CLI::App const& app, std::string& text) const {
        Options const options = app.get_options([](CLI::Option const* option) { return option->nonpositional(); });
        std::vector<std::string> groups;
        for (CLI::Option const* const option : options) {
            std::string group = group_of(*option);
            if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(std::move(group));
        }
        for (std::string const& group : groups) {
            text += '\n' + group + ":\n";
            for (CLI::Option const* const option : options) {
                if (group_of(*option) != group) continue;
                add_line(text, option->get_name(false, true) + placeholder(*option), option->get_description());
            }
        }
    }

    void add_commands(CLI::App const& app, std::string& text) const {
        auto const commands = commands_of(app);
        if (!commands.empty()) text += "\nCommands:\n";
        for (CLI::App const* const command : commands) add_line(text, command->get_name(), command->get_description());
    }

    // After a name that is too long for its column, the description is on the next line.
    void add_line(std::string& text, std::string const& name, std::string const& description) const {
        std::string const indent(column_, ' ');
        std::string line = "  " + name;
        line += line.size() < column_ ? std::string(column_ - line.size(), ' ') : '\n' + indent;
        for (char const c : description) {
            line += c;
            if (c == '\n') line += indent;
        }
        text += line + '\n';
    }

    std::size_t column_;
};

}  // namespace clerk_tools
