#include "export.hpp"

#include "progress.hpp"
#include "report.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

std::filesystem::path part_of(std::filesystem::path path) { return path += ".part"; }

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

}  // namespace

std::optional<std::filesystem::path> ExportTarget::resolve(std::string const& out) {
    namespace fs = std::filesystem;
    if (out == "-") return std::nullopt;
    std::error_code ignored;
    auto const status = fs::status(out, ignored);
    if (!fs::exists(status)) return fs::path{out};
    // Renaming over a device or a pipe would destroy it; over a link, only the link.
    if (!fs::is_regular_file(status)) return std::nullopt;
    fs::path resolved = fs::canonical(out, ignored);
    return ignored ? fs::path{out} : resolved;
}

LineWriter ExportTarget::open(std::optional<std::filesystem::path> const& final_path, std::string const& out) {
    if (out == "-") return LineWriter::standard_output();
    return LineWriter::file(final_path ? part_of(*final_path) : std::filesystem::path{out});
}

ExportTarget::ExportTarget(std::string const& out)
    : standard_output_{out == "-"}, final_path_{resolve(out)}, writer_{open(final_path_, out)} {}

void ExportTarget::complete() {
    writer_.close();
    if (!final_path_) return;
    std::error_code error;
    std::filesystem::rename(part_of(*final_path_), *final_path_, error);
    if (error) {
        throw OutputError{"cannot rename '" + part_of(*final_path_).string() + "' to '" + final_path_->string() +
                          "': " + error.message()};
    }
}

std::string ExportTarget::abandon(bool has_organizations) {
    writer_.close();
    if (!final_path_) return {};
    std::filesystem::path const part = part_of(*final_path_);
    if (has_organizations) return "; what arrived is kept in '" + printable(part.string()) + "'";
    std::error_code ignored;  // an empty file that stays does no harm
    std::filesystem::remove(part, ignored);
    return {};
}

clerk::awaitable<int> run_export(clerk::OrganizationsApi& organizations, Export const& command, bool show_progress) {
    ExportTarget target{command.out};
    LineWriter& writer = target.writer();
    Progress progress{stderr, show_progress};
    bool const shares_terminal = target.is_standard_output() && is_terminal(stdout);
    if (command.format == ExportFormat::csv) append_csv_header(writer.buffer());

    clerk::OrganizationPaginator pages = organizations.paginate(command.request, command.paging);
    while (!pages.done()) {
        std::int64_t const offset = pages.position();
        clerk::Result<clerk::Organizations> const page = co_await pages.next_page();
        if (!page) {
            progress.clear();
            report(to_string(page.error()) + target.abandon(pages.delivered() > 0));
            co_return status_of(page.error());
        }
        if (shares_terminal || !page->undecoded.empty()) progress.clear();
        for (clerk::Organization const& organization : *page) {
            append(writer.buffer(), organization, command.format);
            writer.lines_done();
        }
        if (shares_terminal) writer.flush();
        for (clerk::UndecodedItem const& item : page->undecoded) report_undecoded(item, offset);
        progress.update(pages.delivered(), expected(pages.total_count(), command.paging.max_items));
    }

    progress.clear();
    if (pages.undecoded() > 0) {
        std::string const note = target.abandon(pages.delivered() > 0);
        report("the export is incomplete, undecoded items: " + std::to_string(pages.undecoded()) + note);
        progress.finish();
        co_return exit_status::decode;
    }
    target.complete();
    progress.finish();
    co_return exit_status::success;
}

}  // namespace clerk_orgs
