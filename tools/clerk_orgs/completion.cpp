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

/// The words that a positional argument can be.
std::vector<std::string> positional_choices(ProgramText const& text, CommandText const& command) {
    std::vector<std::string> words;
    for (OptionText const& option : command.options) {
        if (!option.is_positional()) continue;
        for (std::string const& choice : option.choices()) words.push_back(choice);
        if (option.names.front() == "COMMAND") {
            auto const names = text.command_names();
            words.insert(words.end(), names.begin(), names.end());
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
    std::vector<std::string> const commands = text.command_names();
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
        "        case $word in\n"
        "            " +
        alternatives(commands) +
        ")\n"
        "                command=$word\n"
        "                break\n"
        "                ;;\n"
        "        esac\n"
        "    done\n"
        "    case $previous in\n";
    std::set<std::string> seen;
    append_bash_values(out, text.program.options, seen);
    for (CommandText const& each : text.commands) append_bash_values(out, each.options, seen);
    out += "    esac\n    case $command in\n        '') words='" + join(commands) + "' ;;\n";
    for (CommandText const& each : text.commands) {
        out += "        " + each.name + ") words='" + names_of(each.options);
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

/// Inside single quotes of a shell.
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

std::string zsh(ProgramText const& text) {
    std::string out =
        "#compdef clerk-orgs\n"
        "# zsh completion of clerk-orgs: as _clerk-orgs in a directory of $fpath\n"
        "_clerk_orgs() {\n"
        "    local curcontext=\"$curcontext\" state line\n"
        "    typeset -A opt_args\n"
        "    local -a commands\n"
        "    commands=(\n";
    for (CommandText const& each : text.commands) {
        out += "        " + quoted(each.name + ":" + zsh_text(each.summary)) + "\n";
    }
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
        out += "                " + each.name + ")\n                    _arguments \\\n";
        append_zsh_options(out, text, each, "                        ");
        append_zsh_options(out, text, text.program, "                        ");
        out += "                        && return\n                    ;;\n";
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
    for (CommandText const& each : text.commands) {
        out += "complete -c clerk-orgs -n __fish_use_subcommand -a " + each.name + " -d " + quoted(each.summary) + "\n";
    }
    append_fish_options(out, text.program, "");
    for (CommandText const& each : text.commands) {
        append_fish_options(out, each, " -n '__fish_seen_subcommand_from " + each.name + "'");
    }
    return out;
}

}  // namespace

std::string render_completion(ProgramText const& text, std::string_view shell) {
    return shell == "bash" ? bash(text) : shell == "zsh" ? zsh(text) : fish(text);
}

}  // namespace clerk_orgs
