#include "export.hpp"

#include "export_checkpoint.hpp"
#include "export_target.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include "values.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace clerk_orgs {
namespace {

void append(std::string& out, clerk::Organization const& organization, ExportFormat format) {
    if (format == ExportFormat::csv) return append_csv(out, organization);
    std::size_t const start = out.size();
    append_json(out, organization);
    escape_controls_in_json(out, start);
    out.push_back('\n');
}

std::optional<std::int64_t> expected(std::optional<std::int64_t> total, std::int64_t max_items) {
    return total && max_items > 0 ? std::min(*total, max_items) : total;
}

void write_report(std::string const& to, clerk::WalkReport const& walked) {
    LineWriter writer = to == "-" ? LineWriter::standard_output() : LineWriter::file(to);
    writer.buffer() = to_json(walked) + '\n';
    writer.close();
}

/// One run: writes page after page, and after each a checkpoint when that is wanted.
class Exporter {
public:
    Exporter(clerk::OrganizationsApi& organizations, Export const& command, bool show_progress)
        : command_{command},
          saved_{command.resume.empty() ? std::nullopt : load_checkpoint(command.resume, command.format)},
          pages_{saved_ ? organizations.resume(command.request, saved_->walk, command.paging)
                        : organizations.paginate(command.request, command.paging)},
          target_{saved_ ? ExportTarget::go_on(command.out, saved_->output) : ExportTarget::begin(command.out)},
          progress_{stderr, show_progress, pages_.delivered()} {}

    clerk::awaitable<int> run() {
        begin();
        while (!pages_.done()) {
            std::int64_t const offset = pages_.position();
            clerk::Result<clerk::Organizations> const page = co_await pages_.next_page();
            if (!page) co_return give_up(to_string(page.error()), status_of(page.error()));
            // Only a complete export has its name: somebody else gave it this one.
            if (target_.has_its_name()) throw UsageError{"--resume", "needs '" + command_.out + ".part' back"};
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
        if (target_.has_its_name()) {
            report("'" + printable(command_.out) + "' is complete already; remove '" + printable(command_.resume) +
                   "' to export again");
        }
        progress_.finish();
        co_return exit_status::success;
    }

    [[nodiscard]] clerk::WalkReport walked() const { return pages_.report(); }

private:
    [[nodiscard]] bool resumable() const { return !command_.resume.empty(); }

    void begin() {
        bool const is_new = !saved_ || saved_->output.length == 0;
        if (is_new && command_.format == ExportFormat::csv) append_csv_header(target_.writer().buffer());
        // Before the first request: whatever cannot be written is better known now. Not over another checkpoint, which
        // the first page may find to be of another walk.
        if (resumable() && !saved_) save();
    }

    void write(clerk::Organizations const& page, std::int64_t offset) {
        LineWriter& writer = target_.writer();
        bool const shares_terminal = target_.is_standard_output() && is_terminal(stdout);
        if (shares_terminal || !page.undecoded.empty()) progress_.clear();
        for (clerk::Organization const& organization : page) {
            append(writer.buffer(), organization, command_.format);
            writer.lines_done();
        }
        if (shares_terminal) writer.flush();
        for (clerk::UndecodedItem const& item : page.undecoded) report_undecoded(item, offset);
        if (resumable()) save();
        progress_.update(pages_.delivered(), expected(pages_.total_count(), command_.paging.max_items));
    }

    void save() { save_checkpoint(command_.resume, {command_.format, target_.mark(), pages_.checkpoint()}); }

    /// Empty when the export is complete, or was not meant to be.
    [[nodiscard]] std::string doubt_of_completeness() const {
        bool const promised = command_.paging.anchored && command_.paging.max_items == 0;
        return promised ? std::string{pages_.report().doubt} : std::string{};
    }

    int give_up(std::string message, int status) {
        progress_.clear();
        std::string const kept = target_.abandon(pages_.delivered() > 0 || resumable());
        if (status != exit_status::usage) {
            message += kept;
            if (resumable() && !pages_.done()) message += "; the same command goes on from there";
        }
        report(message);
        return status;
    }

    Export const& command_;
    std::optional<ExportCheckpoint> saved_;
    clerk::OrganizationPaginator pages_;
    ExportTarget target_;
    Progress progress_;
};

}  // namespace

clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command, bool show_progress) {
    Exporter exporter{organizations, command, show_progress};
    int status = exit_status::output_failed;
    std::exception_ptr failure;
    try {
        status = co_await exporter.run();
    } catch (OutputError const&) {
        failure = std::current_exception();
    }
    if (!command.report.empty()) write_report(command.report, exporter.walked());
    if (failure) std::rethrow_exception(failure);
    co_return status;
}

}  // namespace clerk_orgs
