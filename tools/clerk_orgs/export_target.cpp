#include "export_target.hpp"

#include "files.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t tail_size = 4096;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_to_read(fs::path const& path) { return {std::fopen(path.c_str(), "rbe"), &std::fclose}; }

/// The mark of the first `length` bytes of a file; empty when it is shorter or cannot be read.
std::optional<OutputMark> mark_at(std::FILE* file, std::uint64_t length) {
    std::uint64_t const size = std::min(length, tail_size);
    std::array<char, tail_size> bytes{};
    if (!read_at(file, length - size, bytes.data(), size)) return std::nullopt;
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), size);
    return OutputMark{length, crc.checksum()};
}

LineWriter open_part(fs::path const& final_path, IfMissing if_missing = IfMissing::create) {
    fs::path const part = part_of(final_path);
    return LineWriter::of(open_exclusively(part, if_missing), part);
}

}  // namespace

fs::path part_of(fs::path const& final_path) {
    fs::path part{final_path};
    return part += ".part";
}

bool holds(fs::path const& path, OutputMark mark) {
    File const file = open_to_read(path);
    return file && mark_at(file.get(), mark.length) == mark;
}

ExportTarget::ExportTarget(std::string const& out, std::optional<fs::path> final_path, LineWriter writer)
    : out_{out}, final_path_{std::move(final_path)}, writer_{std::move(writer)} {}

std::optional<fs::path> ExportTarget::regular_file(std::string const& out) {
    if (out == "-") return std::nullopt;
    std::error_code ignored;
    auto const status = fs::status(out, ignored);
    // Renaming over a device or a pipe would replace it; over a link, it would replace only the link.
    if (fs::exists(status) && !fs::is_regular_file(status)) return std::nullopt;
    return follow_links(out);
}

ExportTarget ExportTarget::begin(std::string const& out) {
    if (out == "-") return {out, std::nullopt, LineWriter::standard_output()};
    auto const final_path = regular_file(out);
    if (!final_path) return {out, final_path, LineWriter::file(out)};
    ExportTarget target{out, final_path, open_part(*final_path)};
    target.writer_.cut(0);
    return target;
}

ExportTarget ExportTarget::go_on(std::string const& out, OutputMark mark) {
    auto const final_path = regular_file(out);
    ExportTarget target{out, final_path, open_part(final_path.value(), IfMissing::fail)};
    if (mark_at(target.writer_.stream(), mark.length) != mark) {
        throw OutputError{"'" + part_of(*final_path).string() + "' was changed meanwhile"};
    }
    target.writer_.cut(mark.length);
    return target;
}

ExportTarget ExportTarget::go_on_with_copy(std::string const& out, OutputMark mark) {
    auto const final_path = regular_file(out);
    ExportTarget target{out, final_path, open_part(final_path.value())};
    target.writer_.cut(0);
    File const complete = open_to_read(*final_path);
    std::array<char, 1U << 16U> block{};
    for (std::uint64_t done = 0; done < mark.length;) {
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), mark.length - done));
        if (!complete || !read_at(complete.get(), done, block.data(), size)) {
            throw OutputError{"cannot read '" + final_path->string() + "'"};
        }
        target.writer_.buffer().append(block.data(), size);
        target.writer_.flush();
        done += size;
    }
    if (mark_at(target.writer_.stream(), mark.length) != mark) {
        throw OutputError{"'" + final_path->string() + "' was changed meanwhile"};
    }
    return target;
}

void ExportTarget::check_name() const {
    fs::path const part = part_of(final_path_.value());
    if (!is_named(writer_.stream(), part)) {
        throw OutputError{"'" + part.string() + "' was removed, renamed or replaced while it was written"};
    }
}

OutputMark ExportTarget::mark() {
    writer_.sync();
    check_name();
    auto const mark = mark_at(writer_.stream(), writer_.written());
    if (!mark) throw OutputError{"'" + part_of(*final_path_).string() + "' was cut short while it was written"};
    return *mark;
}

void ExportTarget::complete() {
    writer_.sync();
    if (final_path_) {
        check_name();
        rename_over(writer_.stream(), part_of(*final_path_), *final_path_);  // while this process holds the lock
    }
    writer_.close();
}

std::string ExportTarget::abandon(bool keep) {
    writer_.flush();
    if (!final_path_) {
        writer_.close();
        return {};
    }
    fs::path const part = part_of(*final_path_);
    if (!keep && is_named(writer_.stream(), part)) {
        std::error_code ignored;  // an empty file may stay
        fs::remove(part, ignored);
    }
    writer_.close();
    return keep ? "; what arrived is kept in '" + printable(part.string()) + "'" : std::string{};
}

}  // namespace clerk_orgs
