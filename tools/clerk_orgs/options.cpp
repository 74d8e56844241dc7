#include "options.hpp"

#include "checks.hpp"
#include "common/command_line.hpp"
#include "export_target.hpp"
#include "program_text.hpp"
#include "values.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk_orgs {
namespace {

constexpr char const* ascending = "+created_at";
constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();

constexpr char const* details =
    "The secret key comes from the environment variable CLERK_SECRET_KEY or from --secret-key-file, never from an "
    "argument, which other users of the machine could read. CLERK_BASE_URL and CLERK_CA_FILE stand in for --base-url "
    "and --ca-file. Results go to standard output as JSON, one document a line, with control characters escaped; a "
    "failure is one line on standard error.\n"
    "Where a value is JSON|@FILE, @FILE is read from a file and @- from standard input.";

constexpr char const* update_details =
    "FIELD is one of name, slug, max_allowed_memberships, admin_delete_enabled, created_at, role_set_key, "
    "public_metadata, private_metadata. From API version 2026-05-12 on the service refuses metadata here: use "
    "merge-metadata or replace-metadata.";

constexpr char const* delete_details = "On a terminal it asks first, unless --yes is given; elsewhere it needs --yes.";

constexpr char const* export_details =
    "Every organization is written whole, with its private_metadata, unless --no-private-metadata or --fields says "
    "otherwise. A new FILE is readable by its user only; one that is replaced keeps its mode.\n"
    "The export goes in the order of created_at and is complete although organizations come and go meanwhile: pages "
    "overlap, and one that does not meet the page before it is asked for again. Should the service not keep its own "
    "rules, so that nothing is sure, the status is 6. --plain, or another --order-by, reads page after page and "
    "promises nothing.\n"
    "An --out FILE is written as FILE.part and renamed at the end, so that half an export never looks complete. With "
    "--resume the same command goes on where the last run ended, even one that was killed. A run that has come to its "
    "end removes the checkpoint, so that the next one exports anew; one that --max-items ended keeps it, and goes on "
    "when more is asked for. A checkpoint of another server, key, format or of other filters is refused.\n"
    "--timeout limits each page. Control characters never reach the output raw: JSON and CSV show them as \\u001b, "
    "where "
    "CSV keeps tabs and line breaks inside its quotes. CSV has times in RFC 3339, and null and absent both as nothing. "
    "A text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a line break) has an "
    "apostrophe before it in CSV, unless --csv-raw is given: the names are chosen by users of your application.";

/// Declares the options, lets CLI11 fill the commands, and hands out the chosen one.
class Parser {
public:
    Parser() : app_{"Manages the organizations of a Clerk application", "clerk-orgs"} {
        app_.set_version_flag("--version", std::string{"clerk-orgs "} + CLERK_VERSION_STRING, "The version");
        app_.set_help_flag("-h,--help", "This text");
        app_.require_subcommand(1);
        app_.fallthrough();
        declare_globals();
        declare_create();
        declare_reads();
        declare_update();
        declare_metadata();
        declare_removals_and_logo();
        declare_export();
        declare_documents();
    }

    std::variant<Options, std::string> parse(std::vector<std::string> arguments) {
        try {
            app_.parse(std::move(arguments));
        } catch (CLI::CallForVersion const&) {
            return app_.version() + "\n";
        } catch (CLI::CallForHelp const&) {
            ProgramText const text = program_text();
            return render_help(text, chosen_command(text));
        } catch (CLI::ExtrasError const&) {
            refuse_extras();
            throw;
        } catch (CLI::ArgumentMismatch const& error) {
            std::string_view const message{error.what()};
            throw UsageError{message.substr(0, message.find(':')), "takes one value, once"};
        } catch (CLI::ParseError const& error) {
            refuse_missing_command();
            refuse_extras();  // a misspelt option explains why a required one is missing
            throw UsageError{error.what()};
        }
        if (document_) return document_();
        take_environment();
        check_command();
        options_.command = pick_();
        take_key();
        collect_names();
        return std::move(options_);
    }

private:
    CLI::App& add_subcommand(std::string const& name, std::string const& summary, std::vector<std::string> examples,
                             std::string const& more = {}) {
        CLI::App* const added = app_.add_subcommand(name, summary);
        added->footer(more);
        added->set_help_flag("-h,--help", "This text");
        examples_[name] = std::move(examples);
        return *added;
    }

    /// A command whose options fill `command`.
    template <class T>
    CLI::App& add_command(std::string const& name, std::string const& summary, T& command,
                          std::vector<std::string> examples, std::string const& more = {}) {
        CLI::App& added = add_subcommand(name, summary, std::move(examples), more);
        added.callback([this, &command] {
            chosen_ = &command;
            pick_ = [&command] { return Command{std::move(command)}; };
        });
        return added;
    }

    /// An option that `convert` turns from text into `target`; its refusals name the option.
    template <class T, class Convert>
    static CLI::Option* add_value(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                                  std::string const& description, Convert convert) {
        return app
            .add_option_function<std::string>(
                name,
                [name, &target, convert](std::string const& text) {
                    target = convert(name, clerk_tools::literal(text));
                },
                description)
            ->type_name(kind);
    }

    template <class T>
    static CLI::Option* add_text(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                                 std::string const& description) {
        return add_value(app, name, kind, target, description, [](auto const&, std::string text) { return text; });
    }

    /// A text that nothing could mean when it is empty: most likely a variable that is not set.
    template <class T>
    static CLI::Option* add_word(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                                 std::string const& description) {
        return add_value(app, name, kind, target, description, [](std::string const& option, std::string text) {
            if (text.empty()) throw UsageError{option, "is empty"};
            return text;
        });
    }

    template <class T>
    static CLI::Option* add_integer(CLI::App& app, std::string const& name, T& target, std::string const& description,
                                    std::int64_t minimum = -integer_max, std::int64_t maximum = integer_max) {
        return add_value(app, name, "N", target, description, [=](std::string const& option, std::string const& text) {
            return parse_integer(option, text, minimum, maximum);
        });
    }

    static CLI::Option* add_texts(CLI::App& app, std::string const& name, std::string const& kind,
                                  std::vector<std::string>& target, std::string const& description) {
        // One value per occurrence: a second word would otherwise be swallowed with the positional arguments.
        return app
            .add_option_function<std::vector<std::string>>(
                name,
                [&target](std::vector<std::string> const& texts) {
                    target.clear();
                    for (std::string const& text : texts) target.push_back(clerk_tools::literal(text));
                },
                description)
            ->type_name(kind)
            ->allow_extra_args(false);
    }

    static void add_id(CLI::App& app, std::string& target) {
        add_value(app, "ID", "", target, "Organization id, org_...", parse_id)->required();
    }

    void add_dry_run(CLI::App& app) {
        app.add_flag("--dry-run", options_.dry_run, "Print the request as JSON, without its key, and send nothing");
    }

    void add_output(CLI::App& app) {
        add_value(app, "--output", "json|table", options_.output, "Default json; table is for people",
                  [](std::string const& option, std::string const& text) {
                      if (text == "json") return OutputFormat::json;
                      if (text == "table") return OutputFormat::table;
                      throw UsageError{option, "'" + text + "' is neither json nor table"};
                  });
    }

    template <class Query>
    static void add_includes(CLI::App& app, Query& query) {
        app.add_flag_callback(
            "--include-members-count", [&query] { query.include_members_count = true; }, "Count the members");
        app.add_flag_callback(
            "--include-missing-member-with-elevated-permissions",
            [&query] { query.include_missing_member_with_elevated_permissions = true; },
            "Say whether no member has elevated permissions");
    }

    static void add_filters(CLI::App& app, clerk::ListOrganizationsRequest& request) {
        add_text(app, "--query", "Q", request.query, "Id, or part of a name or slug");
        add_word(app, "--order-by", "O", request.order_by,
                 "name, created_at or members_count; + before it ascends, - descends");
        add_texts(app, "--user-id", "U", request.user_id, "Only with this member, -U without; repeatable");
        add_texts(app, "--organization-id", "O", request.organization_id, "Only this one, -O without; repeatable");
        add_includes(app, request);
    }

    /// `--public` and `--private` are the older names of merge-metadata and replace-metadata.
    template <class Request, class Parse>
    static void add_metadata(CLI::App& app, Request& request, std::string const& description, Parse parse,
                             bool has_older_names = false) {
        auto const add = [&](std::string const& name, auto& member) {
            std::string const older = has_older_names ? "," + name.substr(0, name.rfind('-')) : std::string{};
            app.add_option_function<std::string>(
                   name + older,
                   [name, &member, parse](std::string const& text) {
                       member = parse(name, clerk_tools::literal(text));
                   },
                   description)
                ->type_name("JSON|@FILE");
        };
        add("--public-metadata", request.public_metadata);
        add("--private-metadata", request.private_metadata);
    }

    /// What create and update have in common.
    template <class Request>
    static void add_members(CLI::App& app, Request& request) {
        add_text(app, "--slug", "S", request.slug, "a-z, 0-9 and -");
        add_integer(app, "--max-allowed-memberships", request.max_allowed_memberships, "0: unlimited");
        add_value(app, "--created-at", "T", request.created_at, "RFC 3339 time", parse_time);
        add_text(app, "--role-set-key", "K", request.role_set_key, "Role set");
        add_metadata(app, request, "JSON object", parse_metadata);
    }

    void declare_globals() {
        clerk::Config& config = options_.config;
        add_word(app_, "--base-url", "URL", config.base_url, "Default CLERK_BASE_URL, else https://api.clerk.com/v1");
        add_word(app_, "--ca-file", "FILE", config.tls.ca_file,
                 "PEM authorities instead of the system's; default CLERK_CA_FILE");
        add_word(app_, "--secret-key-file", "FILE", secret_key_file_, "Instead of CLERK_SECRET_KEY");
        add_word(app_, "--api-version", "V", config.api_version, "Clerk-API-Version, default 2026-05-12");
        add_value(app_, "--timeout", "SECONDS", config.timeout.total, "Whole call, default 60", parse_seconds);
        add_value(app_, "--max-attempts", "N", config.retry.max_attempts, "Default 3; 1: no retries",
                  [](std::string const& option, std::string const& text) {
                      return static_cast<int>(parse_integer(option, text, 1, 100));
                  });
        add_value(app_, "--rate-limit", "auto|on|off", config.rate_limit.mode,
                  "Keep to the published limits; auto: those of api.clerk.com only", parse_rate_limiting);
        add_value(app_, "--max-connections", "N", config.pool.max_connections, "Default 16",
                  [](std::string const& option, std::string const& text) {
                      return static_cast<std::size_t>(parse_integer(option, text, 1, 65535));
                  });
        app_.add_flag("-v,--verbose", options_.verbose, "Tell on standard error what each call did");
        app_.add_flag("--http-info", options_.http_info, R"(Print {"status","headers","data"})");
    }

    void declare_create() {
        CLI::App& app = add_command(
            "create", "Creates an organization", create_,
            {"clerk-orgs create --name Acme --slug acme --created-by user_2abc",
             R"(clerk-orgs create --name Acme --public-metadata '{"plan":"pro"}' --private-metadata @crm.json)"});
        add_text(app, "--name", "N", create_.request.name, "Name")->required();
        add_text(app, "--created-by", "U", create_.request.created_by, "User who becomes the administrator");
        add_members(app, create_.request);
        add_dry_run(app);
    }

    void declare_reads() {
        CLI::App& get = add_command("get", "Prints one organization", get_,
                                    {"clerk-orgs get acme", "clerk-orgs get org_2abc --output table"});
        add_text(get, "ID", "", get_.id, "Organization id or slug")->required();
        add_includes(get, get_.query);
        add_output(get);

        CLI::App& list = add_command("list", "Prints one page of organizations", list_,
                                     {"clerk-orgs list --limit 20 --order-by -created_at --output table",
                                      "clerk-orgs list --query acme --include-members-count"});
        add_integer(list, "--limit", list_.request.limit, "1 to 500; the service's default is 10");
        add_integer(list, "--offset", list_.request.offset, "How many to skip");
        add_filters(list, list_.request);
        add_output(list);
    }

    void declare_update() {
        CLI::App& app = add_command("update", "Changes an organization; what is not named stays", update_,
                                    {"clerk-orgs update org_2abc --name 'Acme Ltd' --slug acme-ltd",
                                     "clerk-orgs update org_2abc --null max_allowed_memberships --dry-run"},
                                    update_details);
        add_id(app, update_.id);
        add_text(app, "--name", "N", update_.request.name, "Name");
        add_members(app, update_.request);
        add_value(app, "--admin-delete-enabled", "true|false", update_.request.admin_delete_enabled,
                  "Whether administrators may delete it", parse_boolean);
        add_texts(app, "--null", "FIELD", null_fields_, "Set this member to null; repeatable");
        add_dry_run(app);
    }

    void declare_metadata() {
        CLI::App& merge =
            add_command("merge-metadata", "Merges metadata deeply; a null removes its key", merge_,
                        {R"(clerk-orgs merge-metadata org_2abc --public-metadata '{"seats":25}')",
                         R"(echo '{"crm":null}' | clerk-orgs merge-metadata org_2abc --private-metadata @-)"});
        add_id(merge, merge_.id);
        add_metadata(merge, merge_.request, "JSON object", parse_metadata, true);
        add_dry_run(merge);

        CLI::App& replace = add_command("replace-metadata", "Replaces the metadata that is named, whole", replace_,
                                        {R"(clerk-orgs replace-metadata org_2abc --public-metadata '{"plan":"free"}')",
                                         "clerk-orgs replace-metadata org_2abc --private-metadata @private.json"});
        add_id(replace, replace_.id);
        add_metadata(replace, replace_.request, "JSON object or null", parse_nullable_metadata, true);
        add_dry_run(replace);
    }

    void declare_removals_and_logo() {
        CLI::App& upload = add_command("upload-logo", "Sends an image of at most 10 MB", upload_logo_,
                                       {"clerk-orgs upload-logo org_2abc logo.png",
                                        "curl -s https://example.com/logo.png | clerk-orgs upload-logo org_2abc -"});
        add_id(upload, upload_logo_.id);
        add_value(upload, "FILE", "", upload_logo_.request.file,
                  "JPEG, PNG, GIF, WebP or ICO; - and pipes are read into memory", read_logo)
            ->required();
        add_text(upload, "--uploader-user-id", "U", upload_logo_.request.uploader_user_id, "User credited with it");
        add_dry_run(upload);

        CLI::App& delete_logo =
            add_command("delete-logo", "Removes the image", delete_logo_,
                        {"clerk-orgs delete-logo org_2abc", "clerk-orgs delete-logo org_2abc --dry-run"});
        add_id(delete_logo, delete_logo_.id);
        add_dry_run(delete_logo);
        CLI::App& remove =
            add_command("delete", "Deletes an organization for ever", delete_,
                        {"clerk-orgs delete org_2abc", "clerk-orgs delete org_2abc --yes"}, delete_details);
        add_id(remove, delete_.id);
        remove.add_flag("-y,--yes", delete_.yes, "Do not ask");
        add_dry_run(remove);
    }

    void declare_export() {
        export_.out = "-";
        export_.request.order_by = ascending;
        export_.paging.prefetch = 4;
        CLI::App& app = add_command(
            "export", "Prints all organizations that match", export_,
            {"clerk-orgs export --out organizations.ndjson --resume organizations.state --report report.json",
             "clerk-orgs export --format csv --fields id,name,slug,created_at --out organizations.csv"},
            export_details);
        add_word(app, "--out", "FILE|-", export_.out, "Default -, standard output");
        add_value(app, "--format", "ndjson|csv", export_.layout.format, "Default ndjson",
                  [](std::string const& option, std::string const& text) {
                      if (text == "ndjson") return ExportFormat::ndjson;
                      if (text == "csv") return ExportFormat::csv;
                      throw UsageError{option, "'" + text + "' is neither ndjson nor csv"};
                  });
        add_value(app, "--fields", "F,F", export_.layout.fields,
                  "Only these members, in this order, such as id,name; additional_fields: all others", parse_fields);
        app.add_flag("--no-private-metadata", no_private_metadata_, "Leave out private_metadata");
        app.add_flag("--csv-raw", export_.layout.raw_csv, "Leave texts that look like formulas as they are");
        add_integer(app, "--page-size", export_.paging.page_size, "1 to 500, default 500", 1, 500);
        add_value(app, "--prefetch", "N", export_.paging.prefetch, "Pages requested ahead, 0 to 64, default 4",
                  [](std::string const& option, std::string const& text) {
                      return static_cast<std::size_t>(parse_integer(option, text, 0, 64));
                  });
        add_integer(app, "--max-items", export_.paging.max_items, "Stop after so many; default 0: all", 0);
        add_word(app, "--resume", "FILE", export_.resume, "Keep a checkpoint in FILE, and go on from it");
        add_word(app, "--report", "FILE|-", export_.report, "Write how it went as JSON, at the end");
        app.add_flag("--plain", plain_, "Page after page, without overlaps");
        app.add_flag("--no-progress", export_.no_progress, "No progress bar, and no lines of progress in logs");
        add_filters(app, export_.request);
    }

    static std::string unguarded(std::string argument) {
        std::erase(argument, clerk_tools::guard);
        return argument;
    }

    /// Commands that need no service.
    void declare_documents() {
        CLI::App& completion =
            add_subcommand("completion", "Prints a script that completes commands and options",
                           {R"x(eval "$(clerk-orgs completion bash)")x",
                            "clerk-orgs completion fish >~/.config/fish/completions/clerk-orgs.fish"});
        add_text(completion, "SHELL", "bash|zsh|fish", topic_, "Which shell")->required();
        completion.callback([this] {
            if (topic_ != "bash" && topic_ != "zsh" && topic_ != "fish") {
                throw UsageError{"SHELL", "'" + topic_ + "' is none of bash, zsh and fish"};
            }
            document_ = [this] { return render_completion(program_text(), topic_); };
        });
        CLI::App& manual = add_subcommand("manual", "Prints the manual page of the program or of a command",
                                          {"clerk-orgs manual | man -l -", "clerk-orgs manual export | man -l -"});
        add_text(manual, "COMMAND", "", topic_, "A command; none: the program");
        manual.callback([this] {
            document_ = [this] {
                ProgramText const text = program_text();
                CommandText const* const command = text.find(topic_);
                if (!topic_.empty() && command == nullptr) throw no_command(topic_);
                return render_manual(text, command, CLERK_VERSION_STRING);
            };
        });
    }

    static CommandText text_of(CLI::App const& app) {
        CommandText text{};
        text.name = app.get_name();
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

    [[nodiscard]] ProgramText program_text() const {
        ProgramText text{};
        text.program = text_of(app_);
        text.program.details = details;
        for (CLI::App const* const command : app_.get_subcommands([](CLI::App const*) { return true; })) {
            CommandText described = text_of(*command);
            // The help flag is among those that every command takes.
            std::erase_if(described.options, [](OptionText const& option) { return option.names.back() == "--help"; });
            described.examples = examples_.at(described.name);
            text.commands.push_back(std::move(described));
        }
        return text;
    }

    [[nodiscard]] CommandText const* chosen_command(ProgramText const& text) const {
        auto const chosen = app_.get_subcommands();
        return chosen.empty() ? nullptr : text.find(chosen.front()->get_name());
    }

    static std::string suggestion(std::string const& word, std::vector<std::string> const& candidates) {
        std::string const meant = closest(word, candidates);
        return meant.empty() ? std::string{} : "; did you mean '" + meant + "'?";
    }

    [[nodiscard]] UsageError unexpected(std::string const& argument) const {
        std::vector<std::string> names;
        if (argument.starts_with("-")) {
            ProgramText const text = program_text();
            CommandText const* const command = chosen_command(text);
            for (CommandText const* const each : {&text.program, command}) {
                if (each == nullptr) continue;
                for (OptionText const& option : each->options) {
                    names.insert(names.end(), option.names.begin(), option.names.end());
                }
            }
        }
        return UsageError{"unexpected argument '" + argument + "'" +
                          suggestion(argument.substr(0, argument.find('=')), names)};
    }

    [[nodiscard]] UsageError no_command(std::string const& name) const {
        std::vector<std::string> names;
        for (CommandText const& command : program_text().commands) names.push_back(command.name);
        return UsageError{"there is no command '" + name + "'" + suggestion(name, names)};
    }

    void refuse_extras() const {
        auto const rest = app_.remaining(true);
        if (!rest.empty()) throw unexpected(unguarded(rest.front()));
    }

    void refuse_missing_command() const {
        if (!app_.get_subcommands().empty()) return;
        auto const rest = app_.remaining();
        if (rest.empty()) throw UsageError{"a command is required"};
        std::string const first = unguarded(rest.front());
        if (first.starts_with('-')) throw unexpected(first);
        throw no_command(first);
    }

    /// What one option alone cannot tell.
    void check_command() {
        if (options_.http_info && chosen_ == &export_) {
            throw UsageError{"--http-info", "does not apply to export, which reads many answers"};
        }
        if (options_.http_info && options_.output == OutputFormat::table) {
            throw UsageError{"--http-info", "does not go with --output table"};
        }
        if (options_.http_info && options_.dry_run) throw UsageError{"--http-info", "does not go with --dry-run"};
        // Last: it must see what the other options set.
        for (std::string const& field : null_fields_) set_null(update_.request, field);
        if (chosen_ == &update_) check_change(update_);
        if (chosen_ == &merge_) check_change(merge_);
        if (chosen_ == &replace_) check_change(replace_);
        if (chosen_ == &export_) finish_export();
    }

    void finish_export() {
        Layout& layout = export_.layout;
        layout.private_metadata = !no_private_metadata_;
        auto const& fields = layout.fields;
        if (no_private_metadata_ && std::find(fields.begin(), fields.end(), "private_metadata") != fields.end()) {
            throw UsageError{"--no-private-metadata", "--fields names private_metadata"};
        }
        if (layout.raw_csv && layout.format != ExportFormat::csv) throw UsageError{"--csv-raw", "needs --format csv"};
        export_.paging.anchored = !plain_ && export_.request.order_by == ascending;
        if (!export_.resume.empty() && !ExportTarget::regular_file(export_.out)) {
            throw UsageError{"--resume", "needs a regular file as --out"};
        }
        check_roles(export_, secret_key_file_, options_.config.tls.ca_file);
    }

    static std::string environment(char const* name) {
        char const* const value = std::getenv(name);
        return value == nullptr ? std::string{} : std::string{value};
    }

    void take_environment() {
        clerk::Config& config = options_.config;
        OptionNames& names = options_.names;
        names["base_url"] = "--base-url";
        names["tls.ca_file"] = "--ca-file";
        if (config.base_url.empty()) {
            config.base_url = environment("CLERK_BASE_URL");
            names["base_url"] = "CLERK_BASE_URL";
        }
        if (config.tls.ca_file.empty()) {
            config.tls.ca_file = environment("CLERK_CA_FILE");
            names["tls.ca_file"] = "CLERK_CA_FILE";
        }
    }

    void take_key() {
        clerk::Config& config = options_.config;
        OptionNames& names = options_.names;
        if (!secret_key_file_.empty()) {
            names["secret_key"] = "--secret-key-file";
            config.secret_key = read_secret_key(secret_key_file_);
            return;
        }
        names["secret_key"] = "CLERK_SECRET_KEY";
        clerk::Secret const key = clerk::secret_key_from_env();
        if (!key.empty()) config.secret_key = check_secret_key("CLERK_SECRET_KEY", key.reveal());
        if (key.empty() && !options_.dry_run) {
            throw UsageError{"there is no secret key; set CLERK_SECRET_KEY or use --secret-key-file"};
        }
    }

    /// What the library calls `order_by` is `--order-by` here.
    void collect_names() {
        ProgramText const text = program_text();
        OptionNames& names = options_.names;
        for (CommandText const* const command : {&text.program, chosen_command(text)}) {
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
        names.insert({{"file", "FILE"},
                      {"id_or_slug", "ID"},
                      {"timeout.total", "--timeout"},
                      {"retry.max_attempts", "--max-attempts"},
                      {"pool.max_connections", "--max-connections"}});
        names["organization_id"] = chosen_ == &list_ || chosen_ == &export_ ? "--organization-id" : "ID";
    }

    CLI::App app_;
    Options options_{};
    std::string secret_key_file_{};
    std::vector<std::string> null_fields_{};
    Create create_{};
    Get get_{};
    List list_{};
    Update update_{};
    MergeMetadata merge_{};
    ReplaceMetadata replace_{};
    UploadLogo upload_logo_{};
    DeleteLogo delete_logo_{};
    Delete delete_{};
    Export export_{};
    bool plain_{};
    bool no_private_metadata_{};
    std::string topic_{};  ///< The SHELL or COMMAND of a document.
    std::map<std::string, std::vector<std::string>> examples_{};
    void const* chosen_{};
    std::function<Command()> pick_{};
    std::function<std::string()> document_{};
};

/// A key on the command line must neither work nor be repeated in a message.
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
    return Parser{}.parse(clerk_tools::arguments_for_cli11(argc, argv));
}

}  // namespace clerk_orgs
