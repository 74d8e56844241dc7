#include "program_text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace clerk_orgs {
namespace {

constexpr std::size_t text_width = 110;
constexpr std::size_t description_column = 36;

constexpr char const* exit_statuses =
    "0    success\n"
    "1    the output could not be written\n"
    "2    the command line, a file it names or a value was refused before anything was sent\n"
    "3    the API answered 4xx or 5xx\n"
    "4    the connection failed: resolve, connect, TLS, framing, closed\n"
    "5    timeout\n"
    "6    a success whose body is not what the API describes, or an export that may be incomplete\n"
    "7    a size limit of this program\n"
    "130  interrupted by SIGINT or SIGTERM\n";

/// Appends words with line breaks at the width; the first line begins at `column`.
void append_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t column) {
    bool first = true;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find(' '), text.size());
        if (!first && column + 1 + end > text_width) {
            out.append("\n").append(indent, ' ');
            column = indent;
            first = true;
        }
        if (!first) out.push_back(' ');
        out.append(text.substr(0, end));
        column += end + (first ? 0 : 1);
        first = false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    out.push_back('\n');
}

void append_paragraphs(std::string& out, std::string_view text) {
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        out.push_back('\n');
        append_wrapped(out, text.substr(0, end), 0, 0);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void append_option(std::string& out, OptionText const& option) {
    std::string line = "  ";
    for (std::string const& name : option.names) {
        if (line.size() > 2) line += ", ";
        line += name;
    }
    if (!option.value.empty()) line += " " + option.value;
    if (line.size() + 2 > description_column) {
        line += "\n" + std::string(description_column, ' ');
    } else {
        line.resize(description_column, ' ');
    }
    out.append(line);
    append_wrapped(out, option.description + (option.required && !option.is_positional() ? " (required)" : ""),
                   description_column, description_column);
}

template <class Wanted>
void append_options(std::string& out, char const* title, std::vector<OptionText> const& options, Wanted wanted) {
    if (std::none_of(options.begin(), options.end(), wanted)) return;
    out.append("\n").append(title).append(":\n");
    for (OptionText const& option : options) {
        if (wanted(option)) append_option(out, option);
    }
}

std::string usage(CommandText const& command) {
    std::string line = "Usage: clerk-orgs " + command.name + " [OPTIONS]";
    for (OptionText const& option : command.options) {
        std::string text = option.names.back();
        if (!option.is_positional()) text += " " + option.value;
        if (option.required) line += " " + text;
        if (!option.required && option.is_positional()) line += " [" + text + "]";
    }
    return line + "\n";
}

void append_examples(std::string& out, CommandText const& command) {
    if (command.examples.empty()) return;
    out.append("\nExamples:\n");
    for (std::string const& example : command.examples) out.append("  ").append(example).append("\n");
}

void append_exit_statuses(std::string& out) {
    out.append("\nExit status:\n");
    std::string_view rest{exit_statuses};
    while (!rest.empty()) {
        std::size_t const end = rest.find('\n') + 1;
        out.append("  ").append(rest.substr(0, end));
        rest.remove_prefix(end);
    }
}

}  // namespace

std::string render_help(ProgramText const& text, CommandText const* command) {
    auto const positional = [](OptionText const& option) { return option.is_positional(); };
    auto const named = [](OptionText const& option) { return !option.is_positional(); };
    std::string out;
    CommandText const& subject = command == nullptr ? text.program : *command;
    out.append(subject.summary).append(".\n\n");
    if (auto const commands = text.commands_of(subject); !commands.empty()) {
        out.append("Usage: clerk-orgs ").append(command == nullptr ? "" : command->name + " ");
        out.append("[OPTIONS] COMMAND …\n\nCommands:\n");
        for (CommandText const* const each : commands) {
            std::string line = "  " + each->name;
            line.resize(30, ' ');
            out.append(line).append(each->summary).append("\n");
        }
        append_options(out, command == nullptr ? "Options" : "Global options", text.program.options, named);
    } else {
        out.append(usage(*command));
        append_options(out, "Arguments", command->options, positional);
        append_options(out, "Options", command->options, named);
        append_options(out, "Global options", text.program.options, named);
    }
    append_paragraphs(out, subject.details);
    append_examples(out, subject);
    append_exit_statuses(out);
    return out;
}

namespace {

/// Escapes text for troff.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t index = 0; index < text.size(); ++index) {
        char const byte = text[index];
        if (index == 0 && (byte == '.' || byte == '\'')) out += "\\&";
        if (byte == '\\') {
            out += "\\e";
        } else if (byte == '-') {
            out += "\\-";
        } else {
            out += byte;
        }
    }
    return out;
}

void append_manual_options(std::string& out, char const* title, std::vector<OptionText> const& options) {
    if (options.empty()) return;
    out.append(".SH ").append(title).append("\n");
    for (OptionText const& option : options) {
        out.append(".TP\n");
        std::string separator;
        for (std::string const& name : option.names) {
            out.append(separator).append("\\fB").append(escaped(name)).append("\\fR");
            separator = ", ";
        }
        if (!option.value.empty()) out.append(" \\fI").append(escaped(option.value)).append("\\fR");
        out.append("\n").append(escaped(option.description)).append("\n");
    }
}

/// `clerk-orgs-memberships-list`.
std::string page_name(ProgramText const& text, CommandText const& subject) {
    std::string name = &subject == &text.program ? "clerk-orgs" : "clerk-orgs-" + subject.name;
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

}  // namespace

std::string render_manual(ProgramText const& text, CommandText const* command, std::string_view version) {
    CommandText const& subject = command == nullptr ? text.program : *command;
    std::string const name = page_name(text, subject);
    std::string upper = name;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    std::string out = ".TH " + escaped(upper) + " 1 \"\" \"clerk\\-cpp " + escaped(version) + "\" \"User Commands\"\n";
    out += ".SH NAME\n" + escaped(name) + " \\- " + escaped(subject.summary) + "\n.SH SYNOPSIS\n";
    auto const commands = text.commands_of(subject);
    if (!commands.empty()) {
        out += "\\fBclerk\\-orgs\\fR " + (command == nullptr ? "" : command->name + " ") + "[OPTIONS] COMMAND ...\n";
    } else {
        out += escaped(usage(*command).substr(std::string_view{"Usage: "}.size()));
    }
    if (!subject.details.empty()) {
        out += ".SH DESCRIPTION\n";
        std::string_view rest{subject.details};
        while (!rest.empty()) {
            std::size_t const end = std::min(rest.find('\n'), rest.size());
            out += escaped(rest.substr(0, end)) + "\n.PP\n";
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    if (!commands.empty()) {
        out += ".SH COMMANDS\n";
        for (CommandText const* const each : commands) {
            out += ".TP\n\\fB" + escaped(each->name) + "\\fR\n" + escaped(each->summary) + "; see " +
                   escaped(page_name(text, *each)) + "(1)\n";
        }
    } else {
        append_manual_options(out, "OPTIONS", subject.options);
    }
    append_manual_options(out, command == nullptr ? "OPTIONS" : "GLOBAL OPTIONS", text.program.options);
    if (!subject.examples.empty()) {
        out += ".SH EXAMPLES\n.nf\n";
        for (std::string const& example : subject.examples) out += escaped(example) + "\n";
        out += ".fi\n";
    }
    out += ".SH EXIT STATUS\n.nf\n" + escaped(exit_statuses) + ".fi\n";
    return out;
}

}  // namespace clerk_orgs
