#include "export_checkpoint.hpp"

#include "files.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <cerrno>
#include <exception>
#include <fstream>
#include <iterator>
#include <system_error>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::int64_t version = 2;  // version 1 had no server, key and columns
constexpr char const* name_of_version = "clerk_orgs_export";

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string to_text(ExportCheckpoint const& checkpoint) {
    json::object const object{{name_of_version, version},
                              {"layout", checkpoint.layout},
                              {"started_at", checkpoint.started_at.time_since_epoch().count()},
                              {"length", checkpoint.output.length},
                              {"tail", checkpoint.output.tail},
                              {"walk", checkpoint.walk}};
    return json::serialize(object) + '\n';
}

std::optional<ExportCheckpoint> parse_checkpoint(std::string_view text) {
    try {
        json::value const parsed = json::parse(view(text));
        json::object const& object = parsed.as_object();
        if (object.at(name_of_version) != version) return std::nullopt;
        ExportCheckpoint checkpoint{};
        checkpoint.layout = std::string_view{object.at("layout").as_string()};
        checkpoint.started_at = clerk::Timestamp{std::chrono::milliseconds{object.at("started_at").as_int64()}};
        checkpoint.output.length = json::value_to<std::uint64_t>(object.at("length"));
        checkpoint.output.tail = json::value_to<std::uint32_t>(object.at("tail"));
        checkpoint.walk = std::string_view{object.at("walk").as_string()};
        return checkpoint;
    } catch (std::exception const&) {  // Boost.JSON throws exceptions of several types
        return std::nullopt;
    }
}

CheckpointRefused::CheckpointRefused(std::string const& path, std::string const& problem)
    : UsageError{"--resume", problem + "; remove '" + path + "' to start again"} {}

std::optional<ExportCheckpoint> load_checkpoint(std::string const& path, std::string_view layout) {
    std::error_code ignored;
    fs::file_status const status = fs::status(path, ignored);
    if (!fs::exists(status)) return std::nullopt;
    if (!fs::is_regular_file(status)) throw UsageError{"--resume", "'" + path + "' is not a regular file"};
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file && errno == ENOENT) return std::nullopt;  // its run has just ended
    if (!file) throw UsageError{"--resume", "cannot read '" + path + "'"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    if (text.empty()) return std::nullopt;
    auto checkpoint = parse_checkpoint(text);
    if (!checkpoint) {
        bool const known = text.find(name_of_version) != std::string::npos;
        throw CheckpointRefused{
            path, "'" + path + "' is " +
                      (known ? "of another version of clerk-orgs, or damaged" : "not a checkpoint of an export")};
    }
    if (checkpoint->layout != layout) {
        throw CheckpointRefused{path, "'" + path + "' belongs to another export (" + checkpoint->layout + ")"};
    }
    return checkpoint;
}

void save_checkpoint(std::string const& path, ExportCheckpoint const& checkpoint) {
    replace_file(path, to_text(checkpoint));
}

void remove_checkpoint(std::string const& path) {
    std::error_code error;
    fs::remove(follow_links(path), error);
    if (error) throw OutputError{"cannot remove '" + path + "': " + error.message()};
}

}  // namespace clerk_orgs
