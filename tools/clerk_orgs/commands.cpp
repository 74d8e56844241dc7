#include "commands.hpp"

#include "export.hpp"
#include "output.hpp"
#include "report.hpp"

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

/// Only a list can arrive in part.
template <class T>
int status_of_answer(T const&) {
    return exit_status::success;
}

int status_of_answer(clerk::Organizations const& page) {
    for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, 0);
    return page.undecoded.empty() ? exit_status::success : exit_status::decode;
}

template <class T>
awaitable<int> print_answer(Call<T> call, bool http_info) {
    Result<Response<T>> const answer = co_await std::move(call);
    if (!answer) {
        report(to_string(answer.error()));
        co_return status_of(answer.error());
    }
    LineWriter output = LineWriter::standard_output();
    output.buffer() = answer_line(*answer, http_info);
    output.close();
    co_return status_of_answer(answer->data);
}

}  // namespace

awaitable<int> run_command(OrganizationsApi organizations, Options const& options) {
    auto const run = [&](auto const& command) -> awaitable<int> {
        if constexpr (std::is_same_v<std::decay_t<decltype(command)>, Export>) {
            return run_export(organizations, command, !options.verbose);
        } else {
            return print_answer(start(organizations, command), options.http_info);
        }
    };
    co_return co_await std::visit(run, options.command);
}

}  // namespace clerk_orgs
