#include "declarations.hpp"

#include "option_kinds.hpp"
#include "suggestions.hpp"
#include "values.hpp"

#include <cstddef>
#include <utility>

namespace clerk_orgs {
namespace {

constexpr char const* program_details =
    "The secret key comes from the environment variable CLERK_SECRET_KEY or from --secret-key-file, never from an "
    "argument, which other users of the machine could read. CLERK_BASE_URL and CLERK_CA_FILE are the defaults of "
    "--base-url and --ca-file. Results go to standard output as JSON, one document per line, with control characters "
    "escaped; a failure is one line on standard error.\n"
    "Where a value is JSON|@FILE, @FILE is read from a file and @- from standard input.";

constexpr char const* update_details =
    "FIELD is one of name, slug, max_allowed_memberships, admin_delete_enabled, created_at, role_set_key, "
    "public_metadata, private_metadata. From API version 2026-05-12 on the service refuses metadata here: use "
    "merge-metadata or replace-metadata.";

constexpr char const* export_details =
    "All members of each organization are written, including private_metadata, unless --no-private-metadata or "
    "--fields is given. A new FILE is readable by its user only; one that is replaced keeps its mode.\n"
    "memberships and invitations are those of one organization (--organization), or of all that match (--of-all): "
    "--query, --user-id and --organization-id select the organizations. An organization that is deleted during the "
    "export is skipped. A member of an object has a name such as organization.id in CSV and --fields. The order of "
    "memberships does not show whether one is missing: the report says so, and the status is 0.\n"
    "The export follows the order of created_at and is complete although organizations are created and deleted "
    "meanwhile: pages overlap, and one that does not overlap the page before is requested again. When the answers "
    "contradict each other, so that the export may be incomplete, the status is 6. --plain, or another --order-by, "
    "reads page after page and may miss or repeat organizations.\n"
    "An --out FILE is written as FILE.part and renamed at the end, so that an incomplete export never has its name. "
    "With --resume the same command continues where the last run ended, even one that was killed. A run that reaches "
    "its end removes the checkpoint, so that the next one starts from the beginning; one that --max-items ended keeps "
    "it, and continues when more items are allowed. A checkpoint of another server, key, format or filter is "
    "refused.\n"
    "--timeout limits each page. Control characters never reach the output raw: JSON and CSV show them as \\u001b, "
    "but CSV keeps tabs and line breaks inside its quotes. CSV has times in RFC 3339, and an empty field for a null or "
    "missing member. A text that a spreadsheet would evaluate as a formula (it begins with =, +, -, @, a tab or a "
    "line break) gets an apostrophe in front in CSV, unless --csv-raw is given: the names are chosen by users of your "
    "application.";

constexpr char const* api_details =
    "PATH, names and values are plain text, which is percent-encoded. The answer is printed with control characters "
    "escaped, otherwise unchanged.\n"
    "GET, PUT and DELETE are tried again like the other commands; POST and PATCH only when they cannot have taken "
    "effect.";

/// `memberships list`; the program's own name is not part of it.
std::string full_name(CLI::App const& app) {
    bool const is_in_group = app.get_parent() != nullptr && app.get_parent()->get_parent() != nullptr;
    return (is_in_group ? app.get_parent()->get_name() + " " : std::string{}) + app.get_name();
}

std::vector<CLI::App const*> subcommands_of(CLI::App const& app) {
    return app.get_subcommands([](CLI::App const*) { return true; });
}

CommandText text_of(CLI::App const& app) {
    CommandText text{};
    text.name = full_name(app);
    text.summary = app.get_description();
    text.details = app.get_footer();
    for (CLI::Option const* const option : app.get_options()) {
        OptionText described{};
        for (std::string const& name : option->get_snames()) described.names.push_back("-" + name);
        for (std::string const& name : option->get_lnames()) described.names.push_back("--" + name);
        if (described.names.empty()) described.names.push_back(option->get_name(true));
        described.description = option->get_description();
        described.value = option->get_type_name();
        if (option->get_expected_max() == 0) described.value.clear();  // a flag
        described.required = option->get_required();
        text.options.push_back(std::move(described));
    }
    return text;
}

}  // namespace

Declarations::Declarations() : app{"Manages the organizations of a Clerk application", "clerk-orgs"} {
    app.set_version_flag("--version", std::string{"clerk-orgs "} + CLERK_VERSION_STRING, "Print the version");
    app.set_help_flag("-h,--help", "Print this text");
    app.require_subcommand(1);
    app.fallthrough();
    declare_globals();
    declare_create();
    declare_reads();
    declare_update();
    declare_metadata();
    declare_logo();
    declare_delete();
    declare_memberships();
    declare_invitations();
    declare_api();
    declare_export();
    declare_documents();
}

CLI::App& Declarations::add_subcommand(std::string const& name, std::string const& summary,
                                       std::vector<std::string> examples, std::string const& details) {
    CLI::App* const added = group_->add_subcommand(name, summary);
    added->footer(details);
    added->set_help_flag("-h,--help", "Print this text");
    examples_[full_name(*added)] = std::move(examples);
    return *added;
}

void Declarations::begin_group(std::string const& name, std::string const& summary) {
    group_ = &app;
    group_ = &add_subcommand(name, summary, {});
    group_->require_subcommand(1);
}

void Declarations::add_dry_run(CLI::App& command) {
    command.add_flag("--dry-run", options.dry_run, "Print the request as JSON, without its key, and send nothing");
}

void Declarations::add_yes(CLI::App& command, bool& yes) {
    command.footer("On a terminal it asks first, unless --yes is given; elsewhere it needs --yes.");
    command.add_flag("-y,--yes", yes, "Do not ask");
}

void Declarations::add_page(CLI::App& command, std::optional<std::int64_t>& limit,
                            std::optional<std::int64_t>& offset) {
    add_integer(command, "--limit", limit, "1 to 500; the service's default is 10");
    add_integer(command, "--offset", offset, "How many to skip");
}

void Declarations::add_output(CLI::App& command) {
    add_value(command, "--output", "json|table", options.output, "Default json; table is for people",
              [](std::string const& option, std::string const& text) {
                  if (text == "json") return OutputFormat::json;
                  if (text == "table") return OutputFormat::table;
                  throw UsageError{option, "'" + text + "' is neither json nor table"};
              });
}

void Declarations::declare_globals() {
    clerk::Config& config = options.config;
    add_word(app, "--base-url", "URL", config.base_url, "Default CLERK_BASE_URL, else https://api.clerk.com/v1");
    add_word(app, "--ca-file", "FILE", config.tls.ca_file,
             "PEM authorities instead of the system's; default CLERK_CA_FILE");
    add_word(app, "--secret-key-file", "FILE", secret_key_file, "Instead of CLERK_SECRET_KEY");
    add_word(app, "--api-version", "V", config.api_version, "Clerk-API-Version, default 2026-05-12");
    add_value(app, "--timeout", "SECONDS", config.timeout.total, "Whole call, default 60", parse_seconds);
    add_value(app, "--max-attempts", "N", config.retry.max_attempts, "Default 3; 1: no retries",
              [](std::string const& option, std::string const& text) {
                  return static_cast<int>(parse_integer(option, text, 1, 100));
              });
    add_value(app, "--rate-limit", "auto|on|off", config.rate_limit.mode,
              "Obey the published limits; auto: for api.clerk.com only", parse_rate_limiting);
    add_value(app, "--max-connections", "N", config.pool.max_connections, "Default 16",
              [](std::string const& option, std::string const& text) {
                  return static_cast<std::size_t>(parse_integer(option, text, 1, 65535));
              });
    app.add_flag("-v,--verbose", options.verbose, "Print a record of each call on standard error");
    app.add_flag("--http-info", options.http_info, R"(Print {"status","headers","data"})");
}

void Declarations::declare_create() {
    CLI::App& command = add_command(
        "create", "Creates an organization", create,
        {"clerk-orgs create --name Acme --slug acme --created-by user_2abc",
         R"(clerk-orgs create --name Acme --public-metadata '{"plan":"pro"}' --private-metadata @crm.json)"});
    add_text(command, "--name", "N", create.request.name, "Name")->required();
    add_text(command, "--created-by", "U", create.request.created_by, "User who becomes the administrator");
    add_members(command, create.request);
    add_dry_run(command);
}

void Declarations::declare_reads() {
    CLI::App& get_command = add_command("get", "Prints one organization", get,
                                        {"clerk-orgs get acme", "clerk-orgs get org_2abc --output table"});
    add_text(get_command, "ID", "", get.id, "Organization id or slug")->required();
    add_includes(get_command, get.query);
    add_output(get_command);

    CLI::App& list_command = add_command("list", "Prints one page of organizations", list,
                                         {"clerk-orgs list --limit 20 --order-by -created_at --output table",
                                          "clerk-orgs list --query acme --include-members-count"});
    add_page(list_command, list.request.limit, list.request.offset);
    add_filters(list_command, list.request);
    add_output(list_command);
}

void Declarations::declare_update() {
    CLI::App& command =
        add_command("update", "Changes an organization; members that are not named stay as they are", update,
                    {"clerk-orgs update org_2abc --name 'Acme Ltd' --slug acme-ltd",
                     "clerk-orgs update org_2abc --null max_allowed_memberships --dry-run"},
                    update_details);
    add_id(command, update.id);
    add_text(command, "--name", "N", update.request.name, "Name");
    add_members(command, update.request);
    add_value(command, "--admin-delete-enabled", "true|false", update.request.admin_delete_enabled,
              "Whether administrators may delete it", parse_boolean);
    add_texts(command, "--null", "FIELD", null_fields, "Set this member to null; repeatable");
    add_dry_run(command);
}

void Declarations::declare_metadata() {
    CLI::App& merge_command =
        add_command("merge-metadata", "Merges metadata deeply; a null removes its key", merge,
                    {R"(clerk-orgs merge-metadata org_2abc --public-metadata '{"seats":25}')",
                     R"(echo '{"crm":null}' | clerk-orgs merge-metadata org_2abc --private-metadata @-)"});
    add_id(merge_command, merge.id);
    add_metadata(merge_command, merge.request, "JSON object", parse_metadata, true);
    add_dry_run(merge_command);

    CLI::App& replace_command =
        add_command("replace-metadata", "Replaces the named metadata as a whole", replace,
                    {R"(clerk-orgs replace-metadata org_2abc --public-metadata '{"plan":"free"}')",
                     "clerk-orgs replace-metadata org_2abc --private-metadata @private.json"});
    add_id(replace_command, replace.id);
    add_metadata(replace_command, replace.request, "JSON object or null", parse_nullable_metadata, true);
    add_dry_run(replace_command);
}

void Declarations::declare_logo() {
    CLI::App& upload = add_command("upload-logo", "Sends an image of at most 10 MB", upload_logo,
                                   {"clerk-orgs upload-logo org_2abc logo.png",
                                    "curl -s https://example.com/logo.png | clerk-orgs upload-logo org_2abc -"});
    add_id(upload, upload_logo.id);
    add_value(upload, "FILE", "", upload_logo.request.file,
              "JPEG, PNG, GIF, WebP or ICO; - and pipes are read into memory", read_logo)
        ->required();
    add_text(upload, "--uploader-user-id", "U", upload_logo.request.uploader_user_id, "User credited with it");
    add_dry_run(upload);

    CLI::App& removal = add_command("delete-logo", "Removes the image", delete_logo,
                                    {"clerk-orgs delete-logo org_2abc", "clerk-orgs delete-logo org_2abc --dry-run"});
    add_id(removal, delete_logo.id);
    add_dry_run(removal);
}

void Declarations::declare_delete() {
    CLI::App& command = add_command("delete", "Deletes an organization permanently", remove,
                                    {"clerk-orgs delete org_2abc", "clerk-orgs delete org_2abc --yes"});
    add_id(command, remove.id);
    add_yes(command, remove.yes);
    add_dry_run(command);
}

void Declarations::declare_api() {
    CLI::App& command = add_command("api", "Calls any endpoint and prints its answer", any_endpoint,
                                    {"clerk-orgs api GET /organizations/org_2abc/domains --query limit=20",
                                     R"(clerk-orgs api POST /organizations/org_2abc/domains --data '{"name":"a.com"}')",
                                     "clerk-orgs api PATCH /organization_roles/role_2abc --data @role.json --dry-run"},
                                    api_details);
    clerk::ApiRequest& request = any_endpoint.request;
    request.operation = "api";
    add_text(command, "METHOD", "GET|POST|PUT|PATCH|DELETE", request.method, "HTTP method")->required();
    add_text(command, "PATH", "", request.path, "The path below the base URL: /organizations")->required();
    add_parameters(command, "--query", request.query, "A parameter of the query; repeatable");
    add_value(command, "--data", "JSON|@FILE|-", request.body, "The body; - is standard input", parse_data);
    add_dry_run(command);
}

void Declarations::declare_export() {
    bulk_export.out = "-";
    bulk_export.request.order_by = default_export_order;
    bulk_export.paging.prefetch = 4;
    CLI::App& command = add_command(
        "export", "Prints all organizations that match, or their memberships or invitations", bulk_export,
        {"clerk-orgs export --out organizations.ndjson --resume organizations.state --report report.json",
         "clerk-orgs export --format csv --fields id,name,slug,created_at --out organizations.csv",
         "clerk-orgs export memberships --organization org_2abc --out members.ndjson",
         "clerk-orgs export invitations --of-all --status pending --out pending.ndjson --resume pending.state"},
        export_details);
    export_app = &command;
    add_value(command, "WHAT", "organizations|memberships|invitations", bulk_export.what, "Default organizations",
              parse_exported);
    add_value(command, "--organization", "ID", bulk_export.organization, "Memberships or invitations of this one",
              parse_id);
    command.add_flag("--of-all", export_of_all, "Memberships or invitations of all organizations that match");
    add_texts(command, "--role", "R", bulk_export.roles, "Memberships with this role; repeatable");
    add_texts(command, "--status", "pending|accepted|revoked|expired", bulk_export.statuses,
              "Invitations with this status; repeatable");
    add_word(command, "--out", "FILE|-", bulk_export.out, "Default -, standard output");
    add_value(command, "--format", "ndjson|csv", bulk_export.layout.format, "Default ndjson",
              [](std::string const& option, std::string const& text) {
                  if (text == "ndjson") return ExportFormat::ndjson;
                  if (text == "csv") return ExportFormat::csv;
                  throw UsageError{option, "'" + text + "' is neither ndjson nor csv"};
              });
    add_text(command, "--fields", "F,F", export_fields,
             "Only these members, in this order, such as id,name; additional_fields: all others");
    command.add_flag("--no-private-metadata", no_private_metadata, "Leave out private_metadata");
    command.add_flag("--csv-raw", bulk_export.layout.raw_csv, "Leave texts that look like formulas as they are");
    add_integer(command, "--page-size", bulk_export.paging.page_size, "1 to 500, default 500", 1, 500);
    add_value(command, "--prefetch", "N", bulk_export.paging.prefetch,
              "Pages requested ahead, with --of-all the first ones of so many organizations; 0 to 64, default 4",
              [](std::string const& option, std::string const& text) {
                  return static_cast<std::size_t>(parse_integer(option, text, 0, 64));
              });
    add_integer(command, "--max-items", bulk_export.paging.max_items, "Stop after N items; default 0: all", 0);
    add_word(command, "--resume", "FILE", bulk_export.resume, "Keep a checkpoint in FILE, and continue from it");
    add_word(command, "--report", "FILE|-", bulk_export.report, "Write a report as JSON at the end");
    command.add_flag("--plain", plain, "Read page after page, without overlaps");
    command.add_flag("--no-progress", bulk_export.no_progress, "No progress bar, and no lines of progress in logs");
    add_filters(command, bulk_export.request);
}

/// Commands that do not use the service.
void Declarations::declare_documents() {
    CLI::App& completion = add_subcommand("completion", "Prints a script that completes commands and options",
                                          {R"x(eval "$(clerk-orgs completion bash)")x",
                                           "clerk-orgs completion fish >~/.config/fish/completions/clerk-orgs.fish"});
    add_text(completion, "SHELL", "bash|zsh|fish", shell_, "The shell")->required();
    completion.callback([this] {
        if (shell_ != "bash" && shell_ != "zsh" && shell_ != "fish") {
            throw UsageError{"SHELL", "'" + shell_ + "' is none of bash, zsh and fish"};
        }
        make_document = [this] { return render_completion(program_text(), shell_); };
    });
    CLI::App& manual = add_subcommand("manual", "Prints the manual page of the program or of a command",
                                      {"clerk-orgs manual | man -l -", "clerk-orgs manual export | man -l -",
                                       "clerk-orgs manual memberships list | man -l -"});
    add_texts(manual, "COMMAND", "", topic_, "A command, in one word or two; none: the program")
        ->allow_extra_args()
        ->expected(0, 2);
    manual.callback([this] {
        make_document = [this] {
            ProgramText const text = program_text();
            std::string const topic = CLI::detail::join(topic_, " ");
            CommandText const* const command = text.find(topic);
            if (!topic.empty() && command == nullptr) throw no_command(text, topic);
            return render_manual(text, command, CLERK_VERSION_STRING);
        };
    });
}

ProgramText Declarations::program_text() const {
    ProgramText text{};
    text.program = text_of(app);
    text.program.details = program_details;
    auto const add = [&](CLI::App const& command, std::vector<CommandText>& to) {
        CommandText described = text_of(command);
        // The help flag is one of the options of every command.
        std::erase_if(described.options, [](OptionText const& option) { return option.names.back() == "--help"; });
        described.examples = examples_.at(described.name);
        to.push_back(std::move(described));
    };
    for (CLI::App const* const command : subcommands_of(app)) {
        auto const members = subcommands_of(*command);
        add(*command, members.empty() ? text.commands : text.groups);
        for (CLI::App const* const member : members) add(*member, text.commands);
    }
    return text;
}

CommandText const* Declarations::chosen_command(ProgramText const& text) const {
    CLI::App const* chosen = &app;
    while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
    return chosen == &app ? nullptr : text.find(full_name(*chosen));
}

}  // namespace clerk_orgs
