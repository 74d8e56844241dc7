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
using clerk::OrganizationsApi;
using clerk::Response;
using clerk::Result;

template <class T>
using Call = awaitable<Result<Response<T>>>;

Call<clerk::Organization> start(OrganizationsApi& organizations, Create const& command) {
    return organizations.create_organization_with_http_info(command.request);
}
Call<clerk::Organization> start(OrganizationsApi& organizations, Get const& command) {
    return organizations.get_organization_with_http_info(command.id, command.query);
}
Call<clerk::Organizations> start(OrganizationsApi& organizations, List const& command) {
    return organizations.list_organizations_with_http_info(command.request);
}
Call<clerk::Organization> start(OrganizationsApi& organizations, Update const& command) {
    return organizations.update_organization_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(OrganizationsApi& organizations, MergeMetadata const& command) {
    return organizations.merge_organization_metadata_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(OrganizationsApi& organizations, ReplaceMetadata const& command) {
    return organizations.replace_organization_metadata_with_http_info(command.id, command.request);
}
Call<clerk::OrganizationWithLogo> start(OrganizationsApi& organizations, UploadLogo const& command) {
    return organizations.upload_organization_logo_with_http_info(command.id, command.request);
}
Call<clerk::Organization> start(OrganizationsApi& organizations, DeleteLogo const& command) {
    return organizations.delete_organization_logo_with_http_info(command.id);
}
Call<clerk::DeletedObject> start(OrganizationsApi& organizations, Delete const& command) {
    return organizations.delete_organization_with_http_info(command.id);
}

/// Only a list can be decoded in part.
template <class T>
int status_of_answer(T const&) {
    return exit_status::success;
}

int status_of_answer(clerk::Organizations const& page) {
    for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, 0);
    return page.undecoded.empty() ? exit_status::success : exit_status::decode;
}

/// An answer as text; only organizations have a table.
template <class T>
std::string text_of(Response<T> const& answer, Options const& options) {
    constexpr bool has_table = std::is_same_v<T, clerk::Organization> || std::is_same_v<T, clerk::Organizations>;
    if constexpr (has_table) {
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
/// Reading commands have no --dry-run.
template <class Read>
Preview preview(Read const&) {
    return clerk::Error{clerk::errc::invalid_argument, "--dry-run is for commands that write"};
}

std::string json_string(std::string_view text) {
    return boost::json::serialize(boost::json::value(boost::json::string_view{text.data(), text.size()}));
}

}  // namespace

awaitable<int> run_command(clerk::Client const& client, Options const& options) {
    OrganizationsApi organizations{client};
    auto const run = [&](auto const& command) -> awaitable<int> {
        if constexpr (std::is_same_v<std::decay_t<decltype(command)>, Export>) {
            return run_export(organizations, command, options);
        } else if constexpr (std::is_same_v<std::decay_t<decltype(command)>, Api>) {
            return print_answer(client.request(command.request), options);
        } else {
            return print_answer(start(organizations, command), options);
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
    // What the library takes empty ones for.
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
    auto const* const command = std::get_if<Delete>(&options.command);
    if (command == nullptr || command->yes || options.dry_run) return;
    if (!is_terminal) throw UsageError{"delete needs --yes when there is no terminal to ask on"};
    std::string const question = "Delete organization " + printable(command->id) + " permanently? [y/N] ";
    std::fputs(question.c_str(), stderr);
    std::fflush(stderr);
    char answer[16]{};
    bool const answered = std::fgets(answer, sizeof answer, stdin) != nullptr;
    std::string_view const text{answer};
    if (!answered || !(text == "y\n" || text == "Y\n" || text == "yes\n")) {
        throw UsageError{"nothing was deleted"};
    }
}

}  // namespace clerk_orgs
