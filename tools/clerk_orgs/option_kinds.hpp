/// @file
/// The kinds of options that commands are declared with. Each reads its text into a value; refusals name the option.
#pragma once

#include "common/command_line.hpp"
#include "options.hpp"
#include "values.hpp"

#include <clerk.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace clerk_orgs {

inline constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();

/// An option that `convert` turns from text into `target`; its refusals name the option.
template <class T, class Convert>
CLI::Option* add_value(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                       std::string const& description, Convert convert) {
    return app
        .add_option_function<std::string>(
            name,
            [name, &target, convert](std::string const& text) { target = convert(name, clerk_tools::literal(text)); },
            description)
        ->type_name(kind);
}

template <class T>
CLI::Option* add_text(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                      std::string const& description) {
    return add_value(app, name, kind, target, description, [](auto const&, std::string text) { return text; });
}

/// A text that must not be empty: an empty one is most likely an unset variable.
template <class T>
CLI::Option* add_word(CLI::App& app, std::string const& name, std::string const& kind, T& target,
                      std::string const& description) {
    return add_value(app, name, kind, target, description, [](std::string const& option, std::string text) {
        if (text.empty()) throw UsageError{option, "is empty"};
        return text;
    });
}

template <class T>
CLI::Option* add_integer(CLI::App& app, std::string const& name, T& target, std::string const& description,
                         std::int64_t minimum = -integer_max, std::int64_t maximum = integer_max) {
    return add_value(app, name, "N", target, description, [=](std::string const& option, std::string const& text) {
        return parse_integer(option, text, minimum, maximum);
    });
}

inline CLI::Option* add_texts(CLI::App& app, std::string const& name, std::string const& kind,
                              std::vector<std::string>& target, std::string const& description) {
    // One value per occurrence: otherwise CLI11 would take a second word from the positional arguments.
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

inline CLI::Option* add_parameters(CLI::App& app, std::string const& name, std::vector<clerk::QueryParameter>& target,
                                   std::string const& description) {
    return app
        .add_option_function<std::vector<std::string>>(
            name,
            [name, &target](std::vector<std::string> const& texts) {
                target.clear();
                for (std::string const& text : texts) {
                    target.push_back(parse_parameter(name, clerk_tools::literal(text)));
                }
            },
            description)
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
}

/// `organizations`, `memberships` or `invitations`.
inline Exported parse_exported(std::string_view option, std::string const& text) {
    if (text == "organizations") return Exported::organizations;
    if (text == "memberships") return Exported::memberships;
    if (text == "invitations") return Exported::invitations;
    throw UsageError{option, "'" + text + "' is none of organizations, memberships and invitations"};
}

inline void add_id(CLI::App& app, std::string& target) {
    add_value(app, "ID", "", target, "Organization id, org_...", parse_id)->required();
}

template <class Query>
void add_includes(CLI::App& app, Query& query) {
    app.add_flag_callback(
        "--include-members-count", [&query] { query.include_members_count = true; }, "Count the members");
    app.add_flag_callback(
        "--include-missing-member-with-elevated-permissions",
        [&query] { query.include_missing_member_with_elevated_permissions = true; },
        "Report whether no member has elevated permissions");
}

inline void add_filters(CLI::App& app, clerk::ListOrganizationsRequest& request) {
    add_text(app, "--query", "Q", request.query, "Id, or part of a name or slug");
    add_word(app, "--order-by", "O", request.order_by,
             "name, created_at or members_count; + before it ascends, - descends");
    add_texts(app, "--user-id", "U", request.user_id, "Only with this member, -U without; repeatable");
    add_texts(app, "--organization-id", "O", request.organization_id, "Only this one, -O without; repeatable");
    add_includes(app, request);
}

/// `--public` and `--private` are the older names of merge-metadata and replace-metadata.
template <class Request, class Parse>
void add_metadata(CLI::App& app, Request& request, std::string const& description, Parse parse,
                  bool has_older_names = false) {
    auto const add = [&](std::string const& name, auto& member) {
        std::string const older = has_older_names ? "," + name.substr(0, name.rfind('-')) : std::string{};
        app.add_option_function<std::string>(
               name + older,
               [name, &member, parse](std::string const& text) { member = parse(name, clerk_tools::literal(text)); },
               description)
            ->type_name("JSON|@FILE");
    };
    add("--public-metadata", request.public_metadata);
    add("--private-metadata", request.private_metadata);
}

/// The options that create and update have in common.
template <class Request>
void add_members(CLI::App& app, Request& request) {
    add_text(app, "--slug", "S", request.slug, "a-z, 0-9 and -");
    add_integer(app, "--max-allowed-memberships", request.max_allowed_memberships, "0: unlimited");
    add_value(app, "--created-at", "T", request.created_at, "RFC 3339 time", parse_time);
    add_text(app, "--role-set-key", "K", request.role_set_key, "Role set");
    add_metadata(app, request, "JSON object", parse_metadata);
}

}  // namespace clerk_orgs
