#include "export_target.hpp"

#include "values.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t tail_size = 4096;

fs::path part_of(fs::path path) { return path += ".part"; }

UsageError not_its_file(fs::path const& part) {
    return {"--resume", "'" + part.string() + "' is not the file that the checkpoint was made for"};
}

}  // namespace

std::optional<OutputMark> mark_at(fs::path const& path, std::uint64_t length) {
    std::uint64_t const size = std::min(length, tail_size);
    std::array<char, tail_size> bytes{};
    std::ifstream file{path, std::ios::binary};
    file.seekg(static_cast<std::streamoff>(length - size));
    if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) return std::nullopt;
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), size);
    return OutputMark{length, crc.checksum()};
}

ExportTarget::ExportTarget(std::string const& out, std::optional<fs::path> final_path, LineWriter writer)
    : out_{out}, final_path_{std::move(final_path)}, writer_{std::move(writer)} {}

std::optional<fs::path> ExportTarget::resolve(std::string const& out) {
    if (out == "-") return std::nullopt;
    std::error_code ignored;
    auto const status = fs::status(out, ignored);
    if (!fs::exists(status)) return fs::path{out};
    // Renaming over a device or a pipe would destroy it; over a link, only the link.
    if (!fs::is_regular_file(status)) return std::nullopt;
    fs::path resolved = fs::canonical(out, ignored);
    return ignored ? fs::path{out} : resolved;
}

ExportTarget ExportTarget::begin(std::string const& out) {
    if (out == "-") return {out, std::nullopt, LineWriter::standard_output()};
    auto const final_path = resolve(out);
    if (!final_path) return {out, final_path, LineWriter::file(out)};
    ExportTarget target{out, final_path, LineWriter::exclusive_file(part_of(*final_path))};
    target.writer_.cut(0);
    return target;
}

ExportTarget ExportTarget::go_on(std::string const& out, OutputMark mark) {
    if (mark.length == 0) return begin(out);
    auto const final_path = resolve(out);
    if (!final_path) throw UsageError{"--resume", "'" + out + "' is no file to go on with"};
    std::error_code ignored;
    fs::path const part = part_of(*final_path);
    bool const has_its_name = !fs::exists(part, ignored) && fs::file_size(*final_path, ignored) == mark.length;
    fs::path const& path = has_its_name ? *final_path : part;
    if (mark_at(path, mark.length) != mark) throw not_its_file(part);
    ExportTarget target{out, final_path, LineWriter::exclusive_file(path)};
    if (mark_at(path, mark.length) != mark) throw not_its_file(part);  // now nobody can change it
    target.writer_.cut(mark.length);
    target.has_its_name_ = has_its_name;
    return target;
}

OutputMark ExportTarget::mark() {
    writer_.sync();
    fs::path const part = part_of(final_path_.value());
    auto const mark = mark_at(part, writer_.written());
    if (!mark) throw OutputError{"'" + part.string() + "' was cut short while it was written"};
    return *mark;
}

void ExportTarget::complete() {
    writer_.close();
    if (!final_path_ || has_its_name_) return;
    std::error_code error;
    fs::rename(part_of(*final_path_), *final_path_, error);
    if (error) {
        throw OutputError{"cannot rename '" + part_of(*final_path_).string() + "' to '" + final_path_->string() +
                          "': " + error.message()};
    }
}

std::string ExportTarget::abandon(bool keep) {
    writer_.close();
    if (!final_path_ || has_its_name_) return {};
    fs::path const part = part_of(*final_path_);
    if (keep) return "; what arrived is kept in '" + printable(part.string()) + "'";
    std::error_code ignored;  // an empty file that stays does no harm
    fs::remove(part, ignored);
    return {};
}

}  // namespace clerk_orgs
