#include "export_command.hpp"

#include "columns.hpp"
#include "export_checkpoint.hpp"
#include "export_report.hpp"
#include "export_target.hpp"
#include "files.hpp"
#include "members_of_all.hpp"
#include "progress.hpp"
#include "terminal.hpp"
#include "values.hpp"

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;

clerk::Timestamp now() {
    return std::chrono::time_point_cast<clerk::Timestamp::duration>(std::chrono::system_clock::now());
}

std::optional<std::int64_t> expected(std::optional<std::int64_t> total, std::int64_t max_items) {
    return total && max_items > 0 ? std::min(*total, max_items) : total;
}

/// The name of an exported type.
template <class T>
constexpr std::string_view item_name = "organization";
template <>
constexpr std::string_view item_name<clerk::OrganizationMembership> = "membership";
template <>
constexpr std::string_view item_name<clerk::OrganizationInvitation> = "invitation";

/// Whether a walk over the list can be known to be complete; not for memberships, which may be ordered by their users.
template <class T>
constexpr bool order_can_tell = !std::same_as<T, clerk::OrganizationMembership>;

/// A text that is equal for exports whose lines may be in one file.
template <class T>
std::string describe_export(Export const& command) {
    std::string text = describe<T>(command.layout);
    if (command.what == Exported::organizations) return text;
    std::string name{item_name<T>};
    name += command.organization.empty() ? "s of all organizations" : "s";
    for (auto const* const chosen : {&command.roles, &command.statuses}) {
        for (std::string const& each : *chosen) name += ' ' + each;
    }
    return name + ' ' + text;
}

template <class T>
std::string more_of_report(clerk::Paginator<T> const&) {
    return {};
}
template <class T>
std::string more_of_report(MembersOfAll<T> const& pages) {
    return R"("deleted_organizations":)" + std::to_string(pages.deleted()) + ',';
}

template <class Pages>
void write_report(std::string const& to, Pages const& pages, clerk::WalkReport const& walked,
                  clerk::Timestamp started_at) {
    std::string text = R"({"started_at":")" + clerk::to_string(started_at) + R"(","finished_at":")" +
                       clerk::to_string(now()) + "\"," + more_of_report(pages);
    text.append(to_json(walked), 1).push_back('\n');
    if (to != "-") return replace_file(to, text);
    LineWriter writer = LineWriter::standard_output();
    writer.buffer() = text;
    writer.close();
}

/// Makes the pages of an export, from a checkpoint when it is not empty.
template <class Pages>
using MakePages = std::function<Pages(std::string const& checkpoint)>;

/// The start of a run: where the last one ended, if that can be continued.
template <class Pages>
struct Beginning {
    std::optional<ExportCheckpoint> saved{};
    Pages pages;
    ExportTarget target;
};

template <class Pages>
Pages continued(MakePages<Pages> const& make, Export const& command, std::string const& checkpoint) {
    try {
        return make(checkpoint);
    } catch (std::exception const&) {  // what Boost.JSON throws is of several types
        throw CheckpointRefused{command.resume, "'" + command.resume + "' is damaged"};
    }
}

template <class T, class Pages>
Beginning<Pages> begin(MakePages<Pages> const& make, Export const& command) {
    auto const begin_anew = [&] { return Beginning<Pages>{std::nullopt, make({}), ExportTarget::begin(command.out)}; };
    if (command.resume.empty()) return begin_anew();
    auto saved = load_checkpoint(command.resume, describe_export<T>(command));
    if (!saved) return begin_anew();
    Pages pages = continued(make, command, saved->walk);
    fs::path const out = ExportTarget::regular_file(command.out).value();
    fs::path const part = part_of(out);
    std::error_code ignored;
    bool const has_part = fs::exists(fs::symlink_status(part, ignored));
    bool const part_fits = has_part && holds(part, saved->output);
    // The last run had delivered everything, or everything that --max-items allows: that export has ended.
    if (pages.done() && !part_fits) return begin_anew();
    if (command.paging.max_items != 0 && pages.delivered() > command.paging.max_items) {
        throw CheckpointRefused{command.resume, "there are " + std::to_string(pages.delivered()) + ' ' +
                                                    std::string{item_name<T>} +
                                                    "s already, more than --max-items allows"};
    }
    if (saved->output.length == 0) {
        ExportTarget target = ExportTarget::begin(command.out);
        return {std::move(saved), std::move(pages), std::move(target)};
    }
    // A run that ended at --max-items has already renamed its file.
    bool const copies = !has_part && holds(out, saved->output);
    if (!part_fits && !copies) {
        std::string const problem = has_part ? "' is not the file that the checkpoint was made for" : "' is not there";
        throw CheckpointRefused{command.resume, "'" + part.string() + problem};
    }
    ExportTarget target = copies ? ExportTarget::go_on_with_copy(command.out, saved->output)
                                 : ExportTarget::go_on(command.out, saved->output);
    return {std::move(saved), std::move(pages), std::move(target)};
}

/// One run: writes page after page, and after each page a checkpoint if one is wanted. `Pages` is a paginator.
template <class T, class Pages>
class Exporter {
public:
    Exporter(Beginning<Pages> beginning, Export const& command, OptionNames const& names, ProgressStyle progress)
        : command_{command},
          names_{names},
          resumed_{beginning.saved.has_value()},
          started_at_{resumed_ ? beginning.saved->started_at : now()},
          pages_{std::move(beginning.pages)},
          target_{std::move(beginning.target)},
          progress_{stderr, progress, item_name<T>, pages_.delivered()} {
        if (!resumed_ || beginning.saved->output.length == 0)
            append_header<T>(target_.writer().buffer(), command_.layout);
    }

    clerk::awaitable<int> run() {
        // Written before the first request, so that a file that cannot be written is noticed now. An existing
        // checkpoint is not overwritten, because the first page may show that it belongs to another walk.
        if (resumable() && !resumed_) save();
        while (!pages_.done()) {
            std::int64_t const offset = pages_.position();
            clerk::Result<clerk::Page<T>> const page = co_await pages_.next_page();
            if (!page) co_return give_up(page.error());
            write(*page, offset);
        }
        progress_.clear();
        if (pages_.undecoded() > 0) {
            std::string const count = std::to_string(pages_.undecoded());
            co_return give_up("the export is incomplete, undecoded items: " + count, exit_status::decode);
        }
        if (std::string const doubt = doubt_of_completeness(); !doubt.empty()) {
            co_return give_up("the export may be incomplete: " + doubt, exit_status::decode);
        }
        target_.complete();
        // A walk that --max-items ended can be continued with a larger limit.
        bool const is_cut = command_.paging.max_items != 0 && pages_.delivered() >= command_.paging.max_items;
        if (resumable() && !is_cut) remove_checkpoint(command_.resume);
        progress_.finish();
        co_return exit_status::success;
    }

    /// `output_failed`: the report does not say that the export is complete.
    void report(bool output_failed) const {
        clerk::WalkReport walked = pages_.report();
        if (output_failed) {
            walked.complete = false;
            walked.doubt = "the output could not be written";
        }
        write_report(command_.report, pages_, walked, started_at_);
    }

private:
    [[nodiscard]] bool resumable() const { return !command_.resume.empty(); }

    void write(clerk::Page<T> const& page, std::int64_t offset) {
        LineWriter& writer = target_.writer();
        bool const shares_terminal = target_.is_standard_output() && is_terminal(stdout);
        if (shares_terminal || !page.undecoded.empty()) progress_.clear();
        for (T const& record : page) {
            append_record(writer.buffer(), record, command_.layout);
            writer.lines_done();
        }
        if (shares_terminal) writer.flush();
        for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, offset);
        if (resumable()) save();
        progress_.update(pages_.delivered(), expected(pages_.total_count(), command_.paging.max_items));
    }

    void save() {
        save_checkpoint(command_.resume,
                        {describe_export<T>(command_), started_at_, target_.mark(), pages_.checkpoint()});
    }

    /// Empty when the export is complete, or is not required to be.
    [[nodiscard]] std::string doubt_of_completeness() const {
        bool const promised = order_can_tell<T> && command_.paging.anchored && command_.paging.max_items == 0;
        return promised ? std::string{pages_.report().doubt} : std::string{};
    }

    int give_up(clerk::Error const& error) {
        if (error == clerk::errc::invalid_argument && error.field() == "checkpoint") {
            static_cast<void>(target_.abandon(true));
            throw CheckpointRefused{command_.resume, "'" + command_.resume + "' " + std::string{error.message()}};
        }
        return give_up(describe(error, names_), status_of(error));
    }

    int give_up(std::string message, int status) {
        progress_.clear();
        bool const has_items = pages_.delivered() > 0;
        bool const goes_on = resumable() && has_items && !pages_.done();
        // A checkpoint without progress is useless, for example after a wrong key. It is removed while the lock is
        // held.
        if (resumable() && !goes_on) remove_checkpoint(command_.resume);
        message += target_.abandon(has_items);
        if (goes_on) message += "; the same command continues from there";
        clerk_orgs::report(message);
        return status;
    }

    Export const& command_;
    OptionNames const& names_;
    bool resumed_;
    clerk::Timestamp started_at_;
    Pages pages_;
    ExportTarget target_;
    Progress progress_;
};

template <class T, class Pages>
clerk::awaitable<int> run(MakePages<Pages> make, Export const& command, Options const& options) {
    bool const is_quiet = options.verbose || command.no_progress;  // --verbose prints more than progress
    ProgressStyle const progress =
        is_quiet ? ProgressStyle::none : choose_progress(is_terminal(stderr), std::getenv("TERM"), std::getenv("CI"));
    Exporter<T, Pages> exporter{begin<T>(make, command), command, options.names, progress};
    int status = exit_status::output_failed;
    std::exception_ptr failure;
    std::string failure_text;
    try {
        status = co_await exporter.run();
    } catch (OutputError const& error) {
        failure = std::current_exception();
        failure_text = error.what();
    }
    if (!command.report.empty()) {
        try {
            exporter.report(failure != nullptr);
        } catch (OutputError const& error) {
            if (!failure && status == exit_status::success) throw;
            if (error.what() != failure_text) report(printable(error.what()));
        }
    }
    if (failure) std::rethrow_exception(failure);
    co_return status;
}

MakePages<clerk::OrganizationPaginator> organizations(clerk::Client const& client, Export const& command,
                                                      clerk::PaginatorOptions paging) {
    return [=, api = clerk::OrganizationsApi{client}, &command](std::string const& checkpoint) mutable {
        return checkpoint.empty() ? api.paginate(command.request, paging)
                                  : api.resume(command.request, checkpoint, paging);
    };
}

/// A walk over the members of one organization.
template <class T>
using MakeMembers =
    std::function<clerk::Paginator<T>(std::string const& organization_id, std::string const& checkpoint)>;

template <class Api, class Request>
auto members(Api api, Request const& request, clerk::PaginatorOptions paging) {
    return [=](std::string const& organization_id, std::string const& checkpoint) mutable {
        return checkpoint.empty() ? api.paginate(organization_id, request, paging)
                                  : api.resume(organization_id, request, checkpoint, paging);
    };
}

/// Exports the members of one organization or of all.
template <class T>
clerk::awaitable<int> run_members(MakeMembers<T> const& make, clerk::Client const& client, Export const& command,
                                  Options const& options) {
    if (!command.organization.empty()) {
        auto const of_one = [&command, make](std::string const& checkpoint) {
            return make(command.organization, checkpoint);
        };
        return run<T, clerk::Paginator<T>>(of_one, command, options);
    }
    constexpr std::int64_t listed_at_once = 100;  // their ids are in each checkpoint
    clerk::PaginatorOptions paging = command.paging;
    paging.page_size = std::min(paging.page_size, listed_at_once);
    paging.prefetch = 0;
    paging.max_items = 0;
    auto const of_all = [&command, make, list = organizations(client, command, paging)](std::string const& checkpoint) {
        MembersOfAllSource<T> source{};
        source.organizations = list;
        source.members = make;
        source.prefetch = command.paging.prefetch;
        source.page_size = command.paging.page_size;
        source.max_items = command.paging.max_items;
        return MembersOfAll<T>{std::move(source), checkpoint};
    };
    return run<T, MembersOfAll<T>>(of_all, command, options);
}

}  // namespace

clerk::awaitable<int> run_export(clerk::Client const& client, Export const& command, Options const& options) {
    clerk::PaginatorOptions paging = command.paging;
    if (command.what == Exported::organizations) {
        return run<clerk::Organization, clerk::OrganizationPaginator>(organizations(client, command, paging), command,
                                                                      options);
    }
    if (command.organization.empty()) {  // instead, first pages of other organizations are requested ahead
        paging.prefetch = 0;
        paging.max_items = 0;
    }
    if (command.what == Exported::memberships) {
        clerk::ListOrganizationMembershipsRequest request{};
        request.role = command.roles;
        MakeMembers<clerk::OrganizationMembership> const make =
            members(clerk::OrganizationMembershipsApi{client}, request, paging);
        return run_members<clerk::OrganizationMembership>(make, client, command, options);
    }
    clerk::ListOrganizationInvitationsRequest request{};
    request.status = command.statuses;
    MakeMembers<clerk::OrganizationInvitation> const make =
        members(clerk::OrganizationInvitationsApi{client}, request, paging);
    return run_members<clerk::OrganizationInvitation>(make, client, command, options);
}

}  // namespace clerk_orgs
