#include "program_text.hpp"

#include <set>
#include <string>

namespace clerk_orgs {
namespace {

std::string join(std::vector<std::string> const& words) {
    std::string joined;
    for (std::string const& word : words) joined += (joined.empty() ? "" : " ") + word;
    return joined;
}

std::string names_of(std::vector<OptionText> const& options) {
    std::vector<std::string> names;
    for (OptionText const& option : options) {
        if (!option.is_positional()) names.insert(names.end(), option.names.begin(), option.names.end());
    }
    return join(names);
}

/// `list` of `memberships list`.
std::string last_word(CommandText const& command) { return command.name.substr(command.name.find(' ') + 1); }

/// Commands that are in no group, and groups.
std::vector<std::string> first_words(ProgramText const& text) {
    std::vector<std::string> words = text.names();
    std::erase_if(words, [](std::string const& name) { return name.find(' ') != std::string::npos; });
    return words;
}

std::vector<std::string> words_of(ProgramText const& text, CommandText const& group) {
    std::vector<std::string> words;
    for (CommandText const* const each : text.commands_of(group)) words.push_back(last_word(*each));
    return words;
}

/// The possible words of a positional argument.
std::vector<std::string> positional_choices(ProgramText const& text, CommandText const& command) {
    std::vector<std::string> words;
    for (OptionText const& option : command.options) {
        if (!option.is_positional()) continue;
        for (std::string const& choice : option.choices()) words.push_back(choice);
        if (option.names.front() == "COMMAND") {
            for (std::string const& name : first_words(text)) words.push_back(name);
            for (CommandText const& group : text.groups) {
                for (std::string const& name : words_of(text, group)) words.push_back(name);
            }
        }
    }
    return words;
}

std::string alternatives(std::vector<std::string> const& names) {
    std::string joined;
    for (std::string const& name : names) joined += (joined.empty() ? "" : " | ") + name;
    return joined;
}

void append_bash_values(std::string& out, std::vector<OptionText> const& options, std::set<std::string>& seen) {
    for (OptionText const& option : options) {
        if (option.is_positional() || option.value.empty() || !seen.insert(option.names.back()).second) continue;
        std::string action;
        if (auto const choices = option.choices(); !choices.empty()) {
            action = "mapfile -t COMPREPLY < <(compgen -W '" + join(choices) + "' -- \"$current\")";
        } else if (option.value.find("@FILE") != std::string::npos) {
            action = "mapfile -t COMPREPLY < <(compgen -f -P @ -- \"${current#@}\")";
        } else if (option.takes_file()) {
            action = "mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
        } else {
            action = "COMPREPLY=()";
        }
        out += "        " + alternatives(option.names) + ")\n            " + action +
               "\n            return\n            ;;\n";
    }
}

std::string bash(ProgramText const& text) {
    // The commands that may follow the words so far, as ' list' or 'memberships list'.
    std::vector<std::string> steps;
    for (std::string const& name : text.names()) {
        steps.push_back((name.find(' ') == std::string::npos ? "' " : "'") + name + "'");
    }
    std::string out =
        "# bash completion of clerk-orgs: eval \"$(clerk-orgs completion bash)\"\n"
        "_clerk_orgs() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word words\n"
        "    if [[ $current == = ]]; then\n"
        "        current=''\n"
        "    elif [[ $previous == = ]]; then\n"
        "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "    fi\n"
        "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        "        case \"$command $word\" in\n"
        "            " +
        alternatives(steps) +
        ")\n"
        "                command=${command:+$command }$word\n"
        "                ;;\n"
        "        esac\n"
        "    done\n"
        "    case $previous in\n";
    std::set<std::string> seen;
    append_bash_values(out, text.program.options, seen);
    for (CommandText const& each : text.commands) append_bash_values(out, each.options, seen);
    out += "    esac\n    case $command in\n        '') words='" + join(first_words(text)) + "' ;;\n";
    for (CommandText const& each : text.groups) {
        out += "        " + each.name + ") words='" + join(words_of(text, each)) + "' ;;\n";
    }
    for (CommandText const& each : text.commands) {
        out += "        '" + each.name + "') words='" + names_of(each.options);
        if (auto const choices = positional_choices(text, each); !choices.empty()) out += " " + join(choices);
        out += "' ;;\n";
    }
    out +=
        "    esac\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words " +
        names_of(text.program.options) +
        "\" -- \"$current\")\n"
        "}\n"
        "complete -o bashdefault -o default -F _clerk_orgs clerk-orgs\n";
    return out;
}

/// Escapes text for single quotes of a shell.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (char const byte : text) {
        if (byte == '\'') {
            out += "'\\''";
        } else {
            out += byte;
        }
    }
    return out += "'";
}

std::string zsh_text(std::string_view text) {
    std::string out;
    for (char const byte : text) {
        if (byte == '[' || byte == ']' || byte == ':' || byte == '\\') out += '\\';
        out += byte;
    }
    return out;
}

std::string zsh_action(OptionText const& option) {
    if (auto const choices = option.choices(); !choices.empty()) return "(" + join(choices) + ")";
    return option.takes_file() ? "_files" : " ";
}

void append_zsh_options(std::string& out, ProgramText const& text, CommandText const& command,
                        std::string const& indent) {
    std::size_t place = 0;
    for (OptionText const& option : command.options) {
        if (option.is_positional()) {
            auto const choices = positional_choices(text, command);
            std::string const action = !choices.empty() ? "(" + join(choices) + ")" : zsh_action(option);
            out.append(indent)
                .append(quoted(std::to_string(++place) + ":" + zsh_text(option.names.front()) + ":" + action))
                .append(" \\\n");
            continue;
        }
        for (std::string const& name : option.names) {
            std::string spec = "*" + name + "[" + zsh_text(option.description) + "]";
            if (!option.value.empty()) spec += ":" + zsh_text(option.value) + ":" + zsh_action(option);
            out += indent + quoted(spec) + " \\\n";
        }
    }
}

void append_zsh_commands(std::string& out, std::vector<CommandText> const& commands, std::string const& indent) {
    for (CommandText const& each : commands) {
        if (each.name.find(' ') != std::string::npos) continue;
        out += indent + quoted(each.name + ":" + zsh_text(each.summary)) + "\n";
    }
}

/// The case of one command.
void append_zsh_command(std::string& out, ProgramText const& text, CommandText const& command,
                        std::string const& indent) {
    out += indent + last_word(command) + ")\n" + indent + "    _arguments \\\n";
    append_zsh_options(out, text, command, indent + "        ");
    append_zsh_options(out, text, text.program, indent + "        ");
    out += indent + "        && return\n" + indent + "    ;;\n";
}

std::string zsh(ProgramText const& text) {
    std::string out =
        "#compdef clerk-orgs\n"
        "# zsh completion of clerk-orgs: as _clerk-orgs in a directory of $fpath\n"
        "_clerk_orgs() {\n"
        "    local curcontext=\"$curcontext\" state line\n"
        "    typeset -A opt_args\n"
        "    local -a commands\n"
        "    commands=(\n";
    append_zsh_commands(out, text.commands, "        ");
    append_zsh_commands(out, text.groups, "        ");
    out += "    )\n    _arguments -C \\\n";
    append_zsh_options(out, text, text.program, "        ");
    out +=
        "        '1: :->command' \\\n"
        "        '*:: :->arguments'\n"
        "    case $state in\n"
        "        command) _describe command commands ;;\n"
        "        arguments)\n"
        "            case $line[1] in\n";
    for (CommandText const& each : text.commands) {
        if (each.name.find(' ') == std::string::npos) append_zsh_command(out, text, each, "                ");
    }
    for (CommandText const& group : text.groups) {
        out += "                " + group.name +
               ")\n"
               "                    if ((CURRENT == 2)); then\n"
               "                        commands=(\n";
        for (CommandText const* const each : text.commands_of(group)) {
            out += "                            " + quoted(last_word(*each) + ":" + zsh_text(each->summary)) + "\n";
        }
        out +=
            "                        )\n"
            "                        _describe command commands\n"
            "                        return\n"
            "                    fi\n"
            "                    shift words\n"
            "                    ((CURRENT--))\n"
            "                    case $words[1] in\n";
        for (CommandText const* const each : text.commands_of(group)) {
            append_zsh_command(out, text, *each, "                        ");
        }
        out += "                    esac\n                    ;;\n";
    }
    return out + "            esac\n            ;;\n    esac\n}\n_clerk_orgs \"$@\"\n";
}

void append_fish_options(std::string& out, CommandText const& command, std::string const& condition) {
    for (OptionText const& option : command.options) {
        if (option.is_positional()) {
            for (std::string const& choice : option.choices()) {
                out.append("complete -c clerk-orgs").append(condition).append(" -a ").append(choice).append("\n");
            }
            if (option.takes_file()) out += "complete -c clerk-orgs" + condition + " -F\n";
            continue;
        }
        out += "complete -c clerk-orgs" + condition;
        for (std::string const& name : option.names) {
            out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        if (auto const choices = option.choices(); !choices.empty()) {
            out += " -x -a " + quoted(join(choices));
        } else if (option.takes_file()) {
            out += " -r -F";
        } else if (!option.value.empty()) {
            out += " -x";
        }
        out += " -d " + quoted(option.description) + "\n";
    }
}

std::string fish(ProgramText const& text) {
    std::string out =
        "# fish completion of clerk-orgs: clerk-orgs completion fish | source\n"
        "complete -c clerk-orgs -f\n";
    auto const append_command = [&out](CommandText const& command, std::string const& condition) {
        out += "complete -c clerk-orgs" + condition + " -a " + last_word(command) + " -d " + quoted(command.summary) +
               "\n";
    };
    std::string no_group;
    for (CommandText const& group : text.groups) no_group += "; and not __fish_seen_subcommand_from " + group.name;
    no_group += "'";
    append_fish_options(out, text.program, "");
    for (CommandText const& each : text.commands) {
        if (each.name.find(' ') != std::string::npos) continue;
        append_command(each, " -n __fish_use_subcommand");
        append_fish_options(out, each, " -n '__fish_seen_subcommand_from " + each.name + no_group);
    }
    for (CommandText const& group : text.groups) {
        append_command(group, " -n __fish_use_subcommand");
        std::string const inside = " -n '__fish_seen_subcommand_from " + group.name + "; and ";
        for (CommandText const* const each : text.commands_of(group)) {
            append_command(*each, inside + "not __fish_seen_subcommand_from " + join(words_of(text, group)) + "'");
            append_fish_options(out, *each, inside + "__fish_seen_subcommand_from " + last_word(*each) + "'");
        }
    }
    return out;
}

}  // namespace

std::string render_completion(ProgramText const& text, std::string_view shell) {
    return shell == "bash" ? bash(text) : shell == "zsh" ? zsh(text) : fish(text);
}

}  // namespace clerk_orgs
