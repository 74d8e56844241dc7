#include "export_command.hpp"

#include "columns.hpp"
#include "export_checkpoint.hpp"
#include "export_report.hpp"
#include "export_target.hpp"
#include "files.hpp"
#include "progress.hpp"
#include "terminal.hpp"
#include "values.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
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

void write_report(std::string const& to, clerk::WalkReport const& walked, clerk::Timestamp started_at) {
    std::string text =
        R"({"started_at":")" + clerk::to_string(started_at) + R"(","finished_at":")" + clerk::to_string(now()) + "\",";
    text.append(to_json(walked), 1).push_back('\n');
    if (to != "-") return replace_file(to, text);
    LineWriter writer = LineWriter::standard_output();
    writer.buffer() = text;
    writer.close();
}

/// The start of a run: where the last one ended, if that can be continued.
struct Beginning {
    std::optional<ExportCheckpoint> saved{};
    clerk::OrganizationPaginator pages;
    ExportTarget target;
};

Beginning begin_anew(clerk::OrganizationsApi& organizations, Export const& command) {
    return {std::nullopt, organizations.paginate(command.request, command.paging), ExportTarget::begin(command.out)};
}

Beginning begin(clerk::OrganizationsApi& organizations, Export const& command) {
    if (command.resume.empty()) return begin_anew(organizations, command);
    auto saved = load_checkpoint(command.resume, describe(command.layout));
    if (!saved) return begin_anew(organizations, command);
    auto pages = organizations.resume(command.request, saved->walk, command.paging);
    fs::path const out = ExportTarget::regular_file(command.out).value();
    fs::path const part = part_of(out);
    std::error_code ignored;
    bool const has_part = fs::exists(fs::symlink_status(part, ignored));
    bool const part_fits = has_part && holds(part, saved->output);
    // The last run had delivered everything, or everything that --max-items allows: that export has ended.
    if (pages.done() && !part_fits) return begin_anew(organizations, command);
    if (command.paging.max_items != 0 && pages.delivered() > command.paging.max_items) {
        throw CheckpointRefused{command.resume, "there are " + std::to_string(pages.delivered()) +
                                                    " organizations already, more than --max-items allows"};
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

/// One run: writes page after page, and after each page a checkpoint if one is wanted.
class Exporter {
public:
    Exporter(Beginning beginning, Export const& command, OptionNames const& names, ProgressStyle progress)
        : command_{command},
          names_{names},
          resumed_{beginning.saved.has_value()},
          started_at_{resumed_ ? beginning.saved->started_at : now()},
          pages_{std::move(beginning.pages)},
          target_{std::move(beginning.target)},
          progress_{stderr, progress, pages_.delivered()} {
        if (!resumed_ || beginning.saved->output.length == 0) append_header(target_.writer().buffer(), command_.layout);
    }

    clerk::awaitable<int> run() {
        // Written before the first request, so that a file that cannot be written is noticed now. An existing
        // checkpoint is not overwritten, because the first page may show that it belongs to another walk.
        if (resumable() && !resumed_) save();
        while (!pages_.done()) {
            std::int64_t const offset = pages_.position();
            clerk::Result<clerk::Organizations> const page = co_await pages_.next_page();
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

    [[nodiscard]] clerk::WalkReport walked() const { return pages_.report(); }
    [[nodiscard]] clerk::Timestamp started_at() const { return started_at_; }

private:
    [[nodiscard]] bool resumable() const { return !command_.resume.empty(); }

    void write(clerk::Organizations const& page, std::int64_t offset) {
        LineWriter& writer = target_.writer();
        bool const shares_terminal = target_.is_standard_output() && is_terminal(stdout);
        if (shares_terminal || !page.undecoded.empty()) progress_.clear();
        for (clerk::Organization const& organization : page) {
            append_record(writer.buffer(), organization, command_.layout);
            writer.lines_done();
        }
        if (shares_terminal) writer.flush();
        for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, offset);
        if (resumable()) save();
        progress_.update(pages_.delivered(), expected(pages_.total_count(), command_.paging.max_items));
    }

    void save() {
        save_checkpoint(command_.resume, {describe(command_.layout), started_at_, target_.mark(), pages_.checkpoint()});
    }

    /// Empty when the export is complete, or is not required to be.
    [[nodiscard]] std::string doubt_of_completeness() const {
        bool const promised = command_.paging.anchored && command_.paging.max_items == 0;
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
        report(message);
        return status;
    }

    Export const& command_;
    OptionNames const& names_;
    bool resumed_;
    clerk::Timestamp started_at_;
    clerk::OrganizationPaginator pages_;
    ExportTarget target_;
    Progress progress_;
};

}  // namespace

clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command,
                                 Options const& options) {
    bool const is_quiet = options.verbose || command.no_progress;  // --verbose prints more than progress
    ProgressStyle const progress =
        is_quiet ? ProgressStyle::none : choose_progress(is_terminal(stderr), std::getenv("TERM"), std::getenv("CI"));
    Exporter exporter{begin(organizations, command), command, options.names, progress};
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
        clerk::WalkReport walked = exporter.walked();
        if (failure) {
            walked.complete = false;
            walked.doubt = "the output could not be written";
        }
        try {
            write_report(command.report, walked, exporter.started_at());
        } catch (OutputError const& error) {
            if (!failure && status == exit_status::success) throw;
            if (error.what() != failure_text) report(printable(error.what()));
        }
    }
    if (failure) std::rethrow_exception(failure);
    co_return status;
}

}  // namespace clerk_orgs
