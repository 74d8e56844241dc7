#include "checks.hpp"

#include "export_target.hpp"
#include "files.hpp"
#include "values.hpp"

#include <cstdio>
#include <optional>
#include <vector>

namespace clerk_orgs {
namespace {

template <class Request>
void check_metadata(char const* command, Request const& request) {
    if (request.public_metadata.is_absent() && request.private_metadata.is_absent()) {
        throw UsageError{std::string{command} + " needs --public-metadata or --private-metadata"};
    }
}

}  // namespace

void check_roles(Export const& command, std::string const& secret_key_file, std::string const& ca_file) {
    struct Role {
        std::string option{};
        std::string file{};  ///< The file behind the given path, for messages, if they differ.
        std::optional<FileIdentity> identity{};
    };
    std::vector<Role> roles;
    auto const add = [&](std::string const& option, std::string const& path, char const* suffix) {
        if (path.empty()) return;
        if (path == "-") {
            if (option != "--report" || command.out != "-") roles.push_back({option, {}, identity_of(stdout)});
            return;
        }
        roles.push_back({option, {}, identity_of(path)});
        if (suffix == nullptr || !ExportTarget::regular_file(path)) return;
        std::string const working = follow_links(path).string() + suffix;
        roles.push_back({option, working, identity_of(working)});
    };
    add("--out", command.out, ".part");
    add("--resume", command.resume, ".new");
    add("--report", command.report, ".new");
    add("--secret-key-file", secret_key_file, nullptr);
    add("--ca-file", ca_file, nullptr);
    for (std::size_t i = 0; i != roles.size(); ++i) {
        for (std::size_t j = 0; j != i; ++j) {
            Role const& role = roles[i];
            Role const& other = roles[j];
            if (!role.identity || role.identity != other.identity || role.option == other.option) continue;
            if (role.option == "--ca-file" && other.option == "--secret-key-file") continue;  // both are only read
            std::string const& working = role.file.empty() ? other.file : role.file;
            throw UsageError{role.option, "is the same file as " + other.option +
                                              (working.empty() ? "" : ", which needs '" + working + "'")};
        }
    }
}

void set_null(clerk::UpdateOrganizationRequest& request, std::string const& field) {
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

void check_change(Update const& command) {
    clerk::UpdateOrganizationRequest const& r = command.request;
    bool const is_empty = r.name.is_absent() && r.slug.is_absent() && r.max_allowed_memberships.is_absent() &&
                          r.admin_delete_enabled.is_absent() && r.created_at.is_absent() &&
                          r.role_set_key.is_absent() && r.public_metadata.is_absent() && r.private_metadata.is_absent();
    if (is_empty) throw UsageError{"update needs at least one member to change, such as --name"};
}

void check_change(MergeMetadata const& command) { check_metadata("merge-metadata", command.request); }
void check_change(ReplaceMetadata const& command) { check_metadata("replace-metadata", command.request); }
void check_change(MergeMembershipMetadata const& command) {
    check_metadata("memberships merge-metadata", command.request);
}

}  // namespace clerk_orgs
