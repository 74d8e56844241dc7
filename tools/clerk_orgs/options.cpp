#include "options.hpp"

#include "common/command_line.hpp"
#include "export_target.hpp"
#include "values.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk_orgs {
namespace {

constexpr char const* ascending = "+created_at";
constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();

constexpr char const* footer =
    "The secret key comes from the environment variable CLERK_SECRET_KEY or from --secret-key-file, never from an\n"
    "argument, which other users of the machine could read. The results go to standard output as JSON, one document a\n"
    "line, with control characters escaped; a failure is one line on standard error.\n"
    "\n"
    "Exit status: 0 success; 1 the output could not be written; 2 the command line, a file it names or a value was\n"
    "refused before anything was sent; 3 the API answered 4xx or 5xx; 4 the connection failed (resolve, connect, TLS,\n"
    "framing, closed); 5 timeout; 6 a success whose body is not what was promised, or an export that may be "
    "incomplete;\n"
    "7 a size limit of this program; 130 interrupted (SIGINT or SIGTERM).";

constexpr char const* update_footer =
    "FIELD is one of name, slug, max_allowed_memberships, admin_delete_enabled, created_at, role_set_key,\n"
    "public_metadata, private_metadata. From API version 2026-05-12 on the service refuses metadata here: use\n"
    "merge-metadata or replace-metadata.";

constexpr char const* export_footer =
    "The export goes in the order of created_at and is complete although organizations come and go meanwhile: pages\n"
    "overlap, and one that does not meet the page before it is asked for again. Should the service not keep its own\n"
    "rules, so that nothing is sure, the status is 6. --plain, or another --order-by, reads page after page and "
    "promises\n"
    "nothing.\n"
    "\n"
    "An --out FILE is written as FILE.part and renamed at the end, so that half an export never looks complete. With\n"
    "--resume the same command goes on where the last run ended, even one that was killed; a checkpoint of other "
    "filters\n"
    "is refused, and one of a complete export leaves everything as it is.\n"
    "\n"
    "--timeout limits each page. Control characters never reach the output raw: JSON and CSV show them as \\u001b, "
    "where\n"
    "CSV keeps tabs and line breaks inside its quotes. CSV has times in RFC 3339, and null and absent both as nothing.";

/// Declares the options, lets CLI11 fill the commands, and hands out the chosen one.
class Parser {
public:
    Parser() : app_{"Manages the organizations of a Clerk application.", "clerk-orgs"} {
        app_.footer(footer);
        app_.set_version_flag("--version", std::string{"clerk-orgs "} + CLERK_VERSION_STRING);
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.formatter(std::make_shared<clerk_tools::HelpFormatter>(34));
        declare_globals();
        declare_create();
        declare_reads();
        declare_update();
        declare_metadata();
        declare_removals_and_logo();
        declare_export();
    }

    std::variant<Options, std::string> parse(std::vector<std::string> arguments) {
        try {
            app_.parse(std::move(arguments));
        } catch (CLI::CallForVersion const&) {
            return app_.version() + "\n";
        } catch (CLI::CallForHelp const&) {
            return app_.help();
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
        if (options_.http_info && chosen_ == &export_) {
            throw UsageError{"--http-info", "does not apply to export, which reads many answers"};
        }
        finish_update();
        finish_export();
        options_.command = pick_();
        options_.config.secret_key =
            secret_key_file_.empty() ? clerk::secret_key_from_env() : read_secret_key(secret_key_file_);
        if (options_.config.secret_key.empty()) {
            throw UsageError{"there is no secret key; set CLERK_SECRET_KEY or use --secret-key-file"};
        }
        return std::move(options_);
    }

private:
    /// A command whose options fill `command`.
    template <class T>
    CLI::App& add_command(std::string const& name, std::string const& description, T& command) {
        CLI::App* const added = app_.add_subcommand(name, description);
        added->group("Commands")->callback([this, &command] {
            chosen_ = &command;
            pick_ = [&command] { return Command{std::move(command)}; };
        });
        return *added;
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

    static void add_id(CLI::App& app, std::string& target, std::string const& description = "Organization id") {
        add_text(app, "ID", "", target, description)->required();
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

    /// What create and update have in common.
    template <class Request>
    static void add_members(CLI::App& app, Request& request) {
        add_text(app, "--slug", "S", request.slug, "a-z, 0-9 and -");
        add_integer(app, "--max-allowed-memberships", request.max_allowed_memberships, "0: unlimited");
        add_value(app, "--created-at", "T", request.created_at, "RFC 3339 time", parse_time);
        add_text(app, "--role-set-key", "K", request.role_set_key, "Role set");
        add_value(app, "--public-metadata", "JSON|@FILE", request.public_metadata, "JSON object", parse_metadata);
        add_value(app, "--private-metadata", "JSON|@FILE", request.private_metadata, "JSON object", parse_metadata);
    }

    void declare_globals() {
        clerk::Config& config = options_.config;
        add_word(app_, "--base-url", "URL", config.base_url, "Default https://api.clerk.com/v1");
        add_word(app_, "--ca-file", "FILE", config.tls.ca_file, "PEM authorities instead of the system's");
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
        CLI::App& app = add_command("create", "Creates an organization", create_);
        add_text(app, "--name", "N", create_.request.name, "Name")->required();
        add_text(app, "--created-by", "U", create_.request.created_by, "User who becomes the administrator");
        add_members(app, create_.request);
    }

    void declare_reads() {
        CLI::App& get = add_command("get", "Prints one organization", get_);
        add_id(get, get_.id, "Organization id or slug");
        add_includes(get, get_.query);

        CLI::App& list = add_command("list", "Prints one page of organizations", list_);
        add_integer(list, "--limit", list_.request.limit, "1 to 500; the service's default is 10");
        add_integer(list, "--offset", list_.request.offset, "How many to skip");
        add_filters(list, list_.request);
    }

    void declare_update() {
        CLI::App& app = add_command("update", "Changes an organization; what is not named stays", update_);
        app.footer(update_footer);
        add_id(app, update_.id);
        add_text(app, "--name", "N", update_.request.name, "Name");
        add_members(app, update_.request);
        add_value(app, "--admin-delete-enabled", "B", update_.request.admin_delete_enabled, "true or false",
                  parse_boolean);
        add_texts(app, "--null", "FIELD", null_fields_, "Set this member to null; repeatable");
    }

    void declare_metadata() {
        CLI::App& merge = add_command("merge-metadata", "Merges deeply; a null removes its key", merge_);
        add_id(merge, merge_.id);
        add_value(merge, "--public", "JSON|@FILE", merge_.request.public_metadata, "JSON object", parse_metadata);
        add_value(merge, "--private", "JSON|@FILE", merge_.request.private_metadata, "JSON object", parse_metadata);

        CLI::App& replace = add_command("replace-metadata", "Replaces what is named whole", replace_);
        add_id(replace, replace_.id);
        add_value(replace, "--public", "JSON|@FILE", replace_.request.public_metadata, "JSON object or null",
                  parse_nullable_metadata);
        add_value(replace, "--private", "JSON|@FILE", replace_.request.private_metadata, "JSON object or null",
                  parse_nullable_metadata);
    }

    void declare_removals_and_logo() {
        CLI::App& upload = add_command("upload-logo", "Sends an image of at most 10 MB", upload_logo_);
        add_id(upload, upload_logo_.id);
        add_value(upload, "FILE", "", upload_logo_.request.file, "JPEG, PNG, GIF, WebP or ICO",
                  [](auto const&, std::string const& path) { return clerk::LogoFile::from_path(path); })
            ->required();
        add_text(upload, "--uploader-user-id", "U", upload_logo_.request.uploader_user_id, "User credited with it");

        add_id(add_command("delete-logo", "Removes the image", delete_logo_), delete_logo_.id);
        add_id(add_command("delete", "Deletes an organization for ever", delete_), delete_.id);
    }

    void declare_export() {
        export_.out = "-";
        export_.request.order_by = ascending;
        export_.paging.prefetch = 4;
        CLI::App& app = add_command("export", "Prints all organizations that match", export_);
        app.footer(export_footer);
        add_word(app, "--out", "FILE|-", export_.out, "Default -, standard output");
        add_value(app, "--format", "ndjson|csv", export_.format, "Default ndjson",
                  [](std::string const& option, std::string const& text) {
                      if (text == "ndjson") return ExportFormat::ndjson;
                      if (text == "csv") return ExportFormat::csv;
                      throw UsageError{option, "'" + text + "' is neither ndjson nor csv"};
                  });
        add_integer(app, "--page-size", export_.paging.page_size, "1 to 500, default 500", 1, 500);
        add_value(app, "--prefetch", "N", export_.paging.prefetch, "Pages requested ahead, 0 to 64, default 4",
                  [](std::string const& option, std::string const& text) {
                      return static_cast<std::size_t>(parse_integer(option, text, 0, 64));
                  });
        add_integer(app, "--max-items", export_.paging.max_items, "Stop after so many; default 0: all", 0);
        add_word(app, "--resume", "FILE", export_.resume, "Keep a checkpoint in FILE, and go on from it");
        add_word(app, "--report", "FILE|-", export_.report, "Write how it went as JSON, at the end");
        app.add_flag("--plain", plain_, "Page after page, without overlaps");
        add_filters(app, export_.request);
    }

    static std::string unguarded(std::string argument) {
        std::erase(argument, clerk_tools::guard);
        return argument;
    }

    void refuse_extras() const {
        auto const rest = app_.remaining(true);
        if (!rest.empty()) throw UsageError{"unexpected argument '" + unguarded(rest.front()) + "'"};
    }

    void refuse_missing_command() const {
        if (!app_.get_subcommands().empty()) return;
        auto const rest = app_.remaining();
        if (rest.empty()) throw UsageError{"a command is required"};
        char const* const problem = rest.front().starts_with('-') ? "unexpected argument '" : "there is no command '";
        throw UsageError{problem + unguarded(rest.front()) + "'"};
    }

    /// `--null` last, because it must see what the other options set.
    void finish_update() {
        for (std::string const& field : null_fields_) set_null(field);
    }

    void finish_export() {
        export_.paging.anchored = !plain_ && export_.request.order_by == ascending;
        std::string const& out = export_.out;
        if (!export_.resume.empty()) {
            if (!ExportTarget::can_go_on(out)) throw UsageError{"--resume", "needs a regular file as --out"};
            if (export_.resume == out) throw UsageError{"--resume", "is the same file as --out"};
        }
        if (!export_.report.empty() && export_.report != "-") {
            if (export_.report == out) throw UsageError{"--report", "is the same file as --out"};
            if (export_.report == export_.resume) throw UsageError{"--report", "is the same file as --resume"};
        }
    }

    void set_null(std::string const& field) {
        clerk::UpdateOrganizationRequest& request = update_.request;
        auto const null = [&](auto& member) {
            if (member.has_value()) throw UsageError{"--null", field + " is also given a value"};
            member = nullptr;
        };
        if (field == "name") return null(request.name);
        if (field == "slug") return null(request.slug);
        if (field == "max_allowed_memberships") return null(request.max_allowed_memberships);
        if (field == "admin_delete_enabled") return null(request.admin_delete_enabled);
        if (field == "created_at") return null(request.created_at);
        if (field == "role_set_key") return null(request.role_set_key);
        if (field == "public_metadata") return null(request.public_metadata);
        if (field == "private_metadata") return null(request.private_metadata);
        throw UsageError{"--null", "'" + field +
                                       "' is none of name, slug, max_allowed_memberships, admin_delete_enabled, "
                                       "created_at, role_set_key, public_metadata, private_metadata"};
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
    void const* chosen_{};
    std::function<Command()> pick_{};
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
