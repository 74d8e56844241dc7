#include "commands.hpp"

#include "export_command.hpp"
#include "export_report.hpp"
#include "output.hpp"
#include "table.hpp"
#include "terminal.hpp"
#include "values.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>

namespace clerk_orgs {
namespace {

using clerk::awaitable;
using clerk::OrganizationInvitationsApi;
using clerk::OrganizationMembershipsApi;
using clerk::OrganizationsApi;
using clerk::Response;
using clerk::Result;

struct Apis {
    OrganizationsApi organizations;
    OrganizationMembershipsApi memberships;
    OrganizationInvitationsApi invitations;
};

template <class T>
using Call = awaitable<Result<Response<T>>>;

Call<clerk::Organization> start(Apis& apis, Create const& command) {
    return apis.organizations.create_organization_with_http_info(command.request);
}
Call<clerk::Organization> start(Apis& apis, Get const& command) {
    return apis.organizations.get_organization_with_http_info(command.id, command.query);
}
Call<clerk::Organizations> start(Apis& apis, List const& command) {
    return apis.organizations.list_organizations_with_http_info(command.request);
}
Call<clerk::Organization> start(Apis& apis, Update const& command) {
    return apis.organizations.update_organization_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(Apis& apis, MergeMetadata const& command) {
    return apis.organizations.merge_organization_metadata_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(Apis& apis, ReplaceMetadata const& command) {
    return apis.organizations.replace_organization_metadata_with_http_info(command.id, command.request);
}
Call<clerk::OrganizationWithLogo> start(Apis& apis, UploadLogo const& command) {
    return apis.organizations.upload_organization_logo_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(Apis& apis, DeleteLogo const& command) {
    return apis.organizations.delete_organization_logo_with_http_info(command.id);
}
Call<clerk::DeletedObject> start(Apis& apis, Delete const& command) {
    return apis.organizations.delete_organization_with_http_info(command.id);
}

Call<clerk::OrganizationMembership> start(Apis& apis, GetMembership const& command) {
    return apis.memberships.get_organization_membership_with_http_info(command.organization_id, command.user_id);
}
Call<clerk::OrganizationMembership> start(Apis& apis, CreateMembership const& command) {
    return apis.memberships.create_organization_membership_with_http_info(command.organization_id, command.request);
}
Call<clerk::OrganizationMembership> start(Apis& apis, UpdateMembership const& command) {
    return apis.memberships.update_organization_membership_with_http_info(command.organization_id, command.user_id,
                                                                          command.request);
}
Call<clerk::OrganizationMembership> start(Apis& apis, MergeMembershipMetadata const& command) {
    return apis.memberships.merge_organization_membership_metadata_with_http_info(command.organization_id,
                                                                                  command.user_id, command.request);
}
Call<clerk::OrganizationMembership> start(Apis& apis, DeleteMembership const& command) {
    return apis.memberships.delete_organization_membership_with_http_info(command.organization_id, command.user_id);
}
Call<clerk::OrganizationMemberships> start(Apis& apis, ListMemberships const& command) {
    clerk::ListOrganizationMembershipsRequest const& request = command.request;
    if (!command.organization_id.empty()) {
        return apis.memberships.list_organization_memberships_with_http_info(command.organization_id, request);
    }
    if (!command.user_id.empty()) {
        return apis.memberships.list_user_organization_memberships_with_http_info(command.user_id,
                                                                                  {request.limit, request.offset});
    }
    clerk::ListInstanceOrganizationMembershipsRequest const instance{request.limit, request.offset, request.order_by};
    return apis.memberships.list_instance_organization_memberships_with_http_info(instance);
}

Call<clerk::OrganizationInvitation> start(Apis& apis, GetInvitation const& command) {
    return apis.invitations.get_organization_invitation_with_http_info(command.organization_id, command.invitation_id);
}
Call<clerk::OrganizationInvitation> start(Apis& apis, CreateInvitation const& command) {
    return apis.invitations.create_organization_invitation_with_http_info(command.organization_id, command.request);
}
Call<clerk::OrganizationInvitations> start(Apis& apis, CreateInvitations const& command) {
    return apis.invitations.create_organization_invitation_bulk_with_http_info(command.organization_id,
                                                                               command.requests);
}
Call<clerk::OrganizationInvitation> start(Apis& apis, RevokeInvitation const& command) {
    return apis.invitations.revoke_organization_invitation_with_http_info(command.organization_id,
                                                                          command.invitation_id, command.request);
}
/// Whether the list is not that of one organization.
Call<clerk::OrganizationInvitationsWithPublicOrganizationData> start_elsewhere(Apis& apis,
                                                                               ListInvitations const& command) {
    clerk::ListOrganizationInvitationsRequest const& request = command.request;
    if (!command.user_id.empty()) {
        clerk::ListUserOrganizationInvitationsRequest const of_user{request.limit, request.offset, request.status};
        return apis.invitations.list_user_organization_invitations_with_http_info(command.user_id, of_user);
    }
    clerk::ListInstanceOrganizationInvitationsRequest const of_instance{request.limit, request.offset, request.status,
                                                                        command.query, request.order_by};
    return apis.invitations.list_instance_organization_invitations_with_http_info(of_instance);
}

Call<clerk::OrganizationInvitations> start(Apis& apis, ListInvitations const& command) {
    return apis.invitations.list_organization_invitations_with_http_info(command.organization_id, command.request);
}

/// Only a list can be partly decoded.
template <class T>
int status_of_answer(T const&) {
    return exit_status::success;
}

template <class T>
int status_of_answer(clerk::Page<T> const& page) {
    for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, 0);
    return page.undecoded.empty() ? exit_status::success : exit_status::decode;
}

/// An answer as text; only `list` and `get` can print a table.
template <class T>
std::string text_of(Response<T> const& answer, Options const& options) {
    if constexpr (requires { render_table(answer.data, TableStyle{}); }) {
        if (options.output == OutputFormat::table) {
            return render_table(answer.data, choose_table_style(is_terminal(stdout), terminal_width(stdout),
                                                                std::getenv("NO_COLOR"), std::getenv("TERM")));
        }
    }
    return answer_line(answer, options.http_info);
}

template <class T>
awaitable<int> print_answer(Call<T> call, Options const& options) {
    Result<Response<T>> const answer = co_await std::move(call);
    if (!answer) {
        report(describe(answer.error(), options.names));
        co_return status_of(answer.error());
    }
    LineWriter output = LineWriter::standard_output();
    output.buffer() = text_of(*answer, options);
    output.close();
    co_return status_of_answer(answer->data);
}

using Preview = Result<clerk::RequestPreview>;

Preview preview(Create const& command) { return clerk::preview_create_organization(command.request); }
Preview preview(Update const& command) { return clerk::preview_update_organization(command.id, command.request); }
Preview preview(MergeMetadata const& command) {
    return clerk::preview_merge_organization_metadata(command.id, command.request);
}
Preview preview(ReplaceMetadata const& command) {
    return clerk::preview_replace_organization_metadata(command.id, command.request);
}
Preview preview(UploadLogo const& command) {
    return clerk::preview_upload_organization_logo(command.id, command.request);
}
Preview preview(DeleteLogo const& command) { return clerk::preview_delete_organization_logo(command.id); }
Preview preview(Api const& command) { return clerk::preview_request(command.request); }
Preview preview(Delete const& command) { return clerk::preview_delete_organization(command.id); }
Preview preview(CreateMembership const& command) {
    return clerk::preview_create_organization_membership(command.organization_id, command.request);
}
Preview preview(UpdateMembership const& command) {
    return clerk::preview_update_organization_membership(command.organization_id, command.user_id, command.request);
}
Preview preview(MergeMembershipMetadata const& command) {
    return clerk::preview_merge_organization_membership_metadata(command.organization_id, command.user_id,
                                                                 command.request);
}
Preview preview(DeleteMembership const& command) {
    return clerk::preview_delete_organization_membership(command.organization_id, command.user_id);
}
Preview preview(CreateInvitation const& command) {
    return clerk::preview_create_organization_invitation(command.organization_id, command.request);
}
Preview preview(CreateInvitations const& command) {
    return clerk::preview_create_organization_invitation_bulk(command.organization_id, command.requests);
}
Preview preview(RevokeInvitation const& command) {
    return clerk::preview_revoke_organization_invitation(command.organization_id, command.invitation_id,
                                                         command.request);
}
/// Commands that only read have no --dry-run.
template <class Read>
Preview preview(Read const&) {
    return clerk::Error{clerk::errc::invalid_argument, "--dry-run is for commands that write"};
}

/// The question before the command, and its name.
struct Question {
    std::string text{};
    char const* command{};
};

Question question_of(Delete const& command) {
    return {"Delete organization " + printable(command.id) + " permanently?", "delete"};
}
Question question_of(DeleteMembership const& command) {
    return {
        "Remove user " + printable(command.user_id) + " from organization " + printable(command.organization_id) + "?",
        "memberships delete"};
}
Question question_of(RevokeInvitation const& command) {
    return {"Revoke invitation " + printable(command.invitation_id) + "?", "invitations revoke"};
}

std::string json_string(std::string_view text) {
    return boost::json::serialize(boost::json::value(boost::json::string_view{text.data(), text.size()}));
}

}  // namespace

awaitable<int> run_command(clerk::Client const& client, Options const& options) {
    Apis apis{OrganizationsApi{client}, OrganizationMembershipsApi{client}, OrganizationInvitationsApi{client}};
    auto const run = [&](auto const& command) -> awaitable<int> {
        using T = std::decay_t<decltype(command)>;
        if constexpr (std::is_same_v<T, Export>) {
            return run_export(client, command, options);
        } else if constexpr (std::is_same_v<T, Api>) {
            return print_answer(client.request(command.request), options);
        } else if constexpr (std::is_same_v<T, ListInvitations>) {
            return command.organization_id.empty() ? print_answer(start_elsewhere(apis, command), options)
                                                   : print_answer(start(apis, command), options);
        } else {
            return print_answer(start(apis, command), options);
        }
    };
    co_return co_await std::visit(run, options.command);
}

int print_request(Options const& options) {
    Preview const request = std::visit([](auto const& command) { return preview(command); }, options.command);
    if (!request) {
        report(describe(request.error(), options.names));
        return status_of(request.error());
    }
    // The defaults of the library for empty values.
    constexpr char const* default_base_url = "https://api.clerk.com/v1";
    constexpr char const* default_api_version = "2026-05-12";
    clerk::Config const& config = options.config;
    std::string url = config.base_url.empty() ? default_base_url : config.base_url;
    url.erase(url.find_last_not_of('/') + 1);
    LineWriter output = LineWriter::standard_output();
    std::string& line = output.buffer();
    line = R"({"method":)" + json_string(request->method) + R"(,"url":)" + json_string(url + request->target) +
           R"(,"headers":{"Clerk-API-Version":)" +
           json_string(config.api_version.empty() ? default_api_version : config.api_version);
    if (!request->content_type.empty()) line += R"(,"Content-Type":)" + json_string(request->content_type);
    line += R"(},"body":)";
    if (!request->body.empty()) {
        line += request->body;
    } else if (request->body_size != 0) {
        line += json_string(std::to_string(request->body_size) + " bytes");
    } else {
        line += "null";
    }
    line += '}';
    escape_controls_in_json(line, 0);
    line += '\n';
    output.close();
    return exit_status::success;
}

void confirm(Options const& options, bool is_terminal) {
    auto const question_if = [](auto const& command) {
        if constexpr (requires { command.yes; }) {
            if (!command.yes) return question_of(command);
        }
        return Question{};
    };
    Question const question = std::visit(question_if, options.command);
    if (question.text.empty() || options.dry_run) return;
    if (!is_terminal) {
        throw UsageError{std::string{question.command} + " needs --yes when there is no terminal to ask on"};
    }
    std::fputs((question.text + " [y/N] ").c_str(), stderr);
    std::fflush(stderr);
    char answer[16]{};
    bool const answered = std::fgets(answer, sizeof answer, stdin) != nullptr;
    std::string_view const text{answer};
    if (!answered || !(text == "y\n" || text == "Y\n" || text == "yes\n")) {
        throw UsageError{"nothing was sent"};
    }
}

}  // namespace clerk_orgs
