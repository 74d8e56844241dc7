#include "options.hpp"

#include "checks.hpp"
#include "common/command_line.hpp"
#include "declarations.hpp"
#include "export_target.hpp"
#include "program_text.hpp"
#include "suggestions.hpp"
#include "values.hpp"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk_orgs {
namespace {

std::string unguarded(std::string argument) {
    std::erase(argument, clerk_tools::guard);
    return argument;
}

void refuse_extras(Declarations const& declared) {
    auto const rest = declared.app.remaining(true);
    if (rest.empty()) return;
    ProgramText const text = declared.program_text();
    throw unexpected_argument(text, declared.chosen_command(text), unguarded(rest.front()));
}

void refuse_missing_command(Declarations const& declared) {
    ProgramText const text = declared.program_text();
    CommandText const* const chosen = declared.chosen_command(text);
    if (chosen != nullptr && text.commands_of(*chosen).empty()) return;
    auto const rest = declared.app.remaining(true);
    std::string const group = chosen == nullptr ? "" : chosen->name + " ";
    if (rest.empty()) throw UsageError{group.empty() ? "a command is required" : group + "needs a command"};
    std::string const first = unguarded(rest.front());
    if (first.starts_with('-')) throw unexpected_argument(text, nullptr, first);
    throw no_command(text, group + first);
}

/// A text to print, when the arguments request one.
std::optional<std::string> read_arguments(Declarations& declared, std::vector<std::string> arguments) {
    try {
        declared.app.parse(std::move(arguments));
    } catch (CLI::CallForVersion const&) {
        return declared.app.version() + "\n";
    } catch (CLI::CallForHelp const&) {
        ProgramText const text = declared.program_text();
        return render_help(text, declared.chosen_command(text));
    } catch (CLI::ExtrasError const&) {
        refuse_extras(declared);
        throw;
    } catch (CLI::ArgumentMismatch const& error) {
        std::string_view const message{error.what()};
        throw UsageError{message.substr(0, message.find(':')), "takes one value, once"};
    } catch (CLI::ParseError const& error) {
        refuse_missing_command(declared);
        refuse_extras(declared);  // a misspelt option explains why a required one is missing
        throw UsageError{error.what()};
    }
    if (declared.make_document) return declared.make_document();
    return std::nullopt;
}

/// Refuses options that do not apply to the exported type.
void check_exported(Declarations const& declared) {
    Export const& command = declared.bulk_export;
    auto const refuse = [&declared](std::initializer_list<char const*> options, char const* why) {
        for (char const* const option : options) {
            if (declared.export_app->get_option(option)->count() != 0) throw UsageError{option, why};
        }
    };
    if (command.what != Exported::memberships) refuse({"--role"}, "is for export memberships");
    if (command.what != Exported::invitations) refuse({"--status"}, "is for export invitations");
    if (command.what == Exported::organizations) {
        return refuse({"--organization", "--of-all"}, "is for export memberships and export invitations");
    }
    refuse({"--order-by", "--include-members-count", "--include-missing-member-with-elevated-permissions"},
           "is for the export of organizations");
    if (command.organization.empty()) {
        if (!declared.export_of_all) {
            throw UsageError{"export of memberships or invitations needs --organization ID or --of-all"};
        }
        if (!command.resume.empty()) refuse({"--max-items"}, "cannot be combined with --of-all and --resume");
    } else {
        refuse({"--of-all", "--query", "--user-id", "--organization-id"}, "cannot be combined with --organization");
    }
}

std::vector<std::string> fields_of(Exported what) {
    if (what == Exported::memberships) return field_names<clerk::OrganizationMembership>();
    if (what == Exported::invitations) return field_names<clerk::OrganizationInvitation>();
    return field_names<clerk::Organization>();
}

void finish_export(Declarations& declared) {
    check_exported(declared);
    Export& command = declared.bulk_export;
    Layout& layout = command.layout;
    layout.private_metadata = !declared.no_private_metadata;
    if (declared.export_app->get_option("--fields")->count() != 0) {
        layout.fields = parse_fields("--fields", declared.export_fields, fields_of(command.what));
    }
    for (std::string const& field : layout.fields) {
        if (declared.no_private_metadata && field.ends_with("private_metadata")) {
            throw UsageError{"--no-private-metadata", "--fields names " + field};
        }
    }
    if (layout.raw_csv && layout.format != ExportFormat::csv) throw UsageError{"--csv-raw", "needs --format csv"};
    command.paging.anchored = !declared.plain && command.request.order_by == default_export_order;
    if (!command.resume.empty() && !ExportTarget::regular_file(command.out)) {
        throw UsageError{"--resume", "needs a regular file as --out"};
    }
    check_roles(command, declared.secret_key_file, declared.options.config.tls.ca_file);
}

/// Checks that involve several options.
void check_command(Declarations& declared) {
    Options const& options = declared.options;
    if (options.http_info && declared.is_chosen(&declared.bulk_export)) {
        throw UsageError{"--http-info", "does not apply to export, which reads many answers"};
    }
    if (options.http_info && options.output == OutputFormat::table) {
        throw UsageError{"--http-info", "cannot be combined with --output table"};
    }
    if (options.http_info && options.dry_run) throw UsageError{"--http-info", "cannot be combined with --dry-run"};
    // Checked last, because it depends on the other options.
    for (std::string const& field : declared.null_fields) set_null(declared.update.request, field);
    if (declared.is_chosen(&declared.update)) check_change(declared.update);
    if (declared.is_chosen(&declared.merge)) check_change(declared.merge);
    if (declared.is_chosen(&declared.replace)) check_change(declared.replace);
    if (declared.is_chosen(&declared.merge_membership)) check_change(declared.merge_membership);
    if (declared.is_chosen(&declared.bulk_export)) finish_export(declared);
}

/// Sets `target` from the environment when no option was given, and remembers the source for messages.
void take_variable(Options& options, char const* variable, char const* option, char const* field, std::string& target) {
    options.names[field] = option;
    if (!target.empty()) return;
    options.names[field] = variable;
    if (char const* const value = std::getenv(variable)) target = value;
}

void take_key(Options& options, std::string const& secret_key_file) {
    clerk::Config& config = options.config;
    if (!secret_key_file.empty()) {
        options.names["secret_key"] = "--secret-key-file";
        config.secret_key = read_secret_key(secret_key_file);
        return;
    }
    options.names["secret_key"] = "CLERK_SECRET_KEY";
    clerk::Secret const key = clerk::secret_key_from_env();
    if (!key.empty()) config.secret_key = check_secret_key("CLERK_SECRET_KEY", key.reveal());
    if (key.empty() && !options.dry_run) {
        throw UsageError{"there is no secret key; set CLERK_SECRET_KEY or use --secret-key-file"};
    }
}

/// Translates names of the library to options: `order_by` is `--order-by`.
void collect_names(Declarations const& declared, OptionNames& names) {
    ProgramText const text = declared.program_text();
    for (CommandText const* const command : {&text.program, declared.chosen_command(text)}) {
        for (OptionText const& option : command->options) {
            std::string const* name = &option.names.back();
            for (std::string const& each : option.names) {
                if (each.starts_with("--") && each.size() > name->size()) name = &each;
            }
            std::string field = name->substr(std::min(name->find_first_not_of('-'), name->size()));
            std::replace(field.begin(), field.end(), '-', '_');
            names.emplace(field, *name);
        }
    }
    std::string const logo = declared.upload_logo.request.file.path().string();
    names["file"] = logo.empty() ? "FILE" : "FILE '" + logo + "'";
    names.insert({{"id_or_slug", "ID"},
                  {"method", "METHOD"},
                  {"path", "PATH"},
                  {"body", "--data"},
                  {"requests", "FILE"},
                  {"invitation_id", "INVITATION"},
                  {"timeout.total", "--timeout"},
                  {"retry.max_attempts", "--max-attempts"},
                  {"pool.max_connections", "--max-connections"}});
    for (char const* const positional : {"ID", "ORGANIZATION"}) {
        if (names.contains(positional)) names.emplace("organization_id", positional);
    }
    for (char const* const option : {"USER", "user"}) {
        if (auto const name = names.find(option); name != names.end()) names.emplace("user_id", name->second);
    }
}

/// Refuses a key on the command line without repeating it in the message.
void refuse_key_arguments(int argc, char const* const* argv) {
    for (int index = 1; index < argc; ++index) {
        std::string_view const argument{argv[index]};
        if (argument == "--secret-key" || argument.starts_with("--secret-key=") || argument.starts_with("sk_live_") ||
            argument.starts_with("sk_test_")) {
            throw UsageError{"--secret-key",
                             "a key is never taken from an argument; set CLERK_SECRET_KEY or use --secret-key-file"};
        }
    }
}

}  // namespace

std::variant<Options, std::string> parse_options(int argc, char const* const* argv) {
    refuse_key_arguments(argc, argv);
    Declarations declared;
    if (auto text = read_arguments(declared, clerk_tools::arguments_for_cli11(argc, argv))) return *std::move(text);
    Options& options = declared.options;
    take_variable(options, "CLERK_BASE_URL", "--base-url", "base_url", options.config.base_url);
    take_variable(options, "CLERK_CA_FILE", "--ca-file", "tls.ca_file", options.config.tls.ca_file);
    check_command(declared);
    take_key(options, declared.secret_key_file);
    collect_names(declared, options.names);
    options.command = declared.take_command();
    return std::move(declared.options);
}

}  // namespace clerk_orgs
