#include "export_checkpoint.hpp"

#include "values.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <exception>
#include <fstream>
#include <iterator>
#include <system_error>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::int64_t version = 1;

std::string_view name_of(ExportFormat format) { return format == ExportFormat::csv ? "csv" : "ndjson"; }

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string to_text(ExportCheckpoint const& checkpoint) {
    json::object const object{{"clerk_orgs_export", version},
                              {"format", view(name_of(checkpoint.format))},
                              {"length", checkpoint.output.length},
                              {"tail", checkpoint.output.tail},
                              {"walk", checkpoint.walk}};
    return json::serialize(object) + '\n';
}

std::optional<ExportCheckpoint> parse_checkpoint(std::string_view text) {
    try {
        json::value const parsed = json::parse(view(text));
        json::object const& object = parsed.as_object();
        if (object.at("clerk_orgs_export") != version) return std::nullopt;
        ExportCheckpoint checkpoint{};
        json::string const& format = object.at("format").as_string();
        if (format != view(name_of(ExportFormat::csv)) && format != view(name_of(ExportFormat::ndjson))) {
            return std::nullopt;
        }
        checkpoint.format = format == "csv" ? ExportFormat::csv : ExportFormat::ndjson;
        checkpoint.output.length = json::value_to<std::uint64_t>(object.at("length"));
        checkpoint.output.tail = json::value_to<std::uint32_t>(object.at("tail"));
        checkpoint.walk = std::string_view{object.at("walk").as_string()};
        return checkpoint;
    } catch (std::exception const&) {  // what Boost.JSON throws is of several types
        return std::nullopt;
    }
}

std::optional<ExportCheckpoint> load_checkpoint(fs::path const& path, ExportFormat format) {
    std::error_code ignored;
    fs::file_status const status = fs::status(path, ignored);
    if (!fs::exists(status)) return std::nullopt;
    std::ifstream file{path, std::ios::binary};
    if (!fs::is_regular_file(status) || !file) throw UsageError{"--resume", "cannot read '" + path.string() + "'"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    if (text.empty()) return std::nullopt;
    auto checkpoint = parse_checkpoint(text);
    if (!checkpoint) throw UsageError{"--resume", "'" + path.string() + "' is no checkpoint of an export"};
    if (checkpoint->format != format) {
        throw UsageError{"--resume",
                         "'" + path.string() + "' belongs to an export to " + std::string{name_of(checkpoint->format)}};
    }
    return checkpoint;
}

void save_checkpoint(fs::path const& path, ExportCheckpoint const& checkpoint) {
    fs::path next{path};
    next += ".new";
    LineWriter writer = LineWriter::file(next);
    writer.buffer() = to_text(checkpoint);
    writer.sync();
    writer.close();
    std::error_code error;
    fs::rename(next, path, error);
    if (error) throw OutputError{"cannot replace '" + path.string() + "': " + error.message()};
}

}  // namespace clerk_orgs
