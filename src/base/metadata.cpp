#include <clerk/metadata.hpp>

#include <clerk/result.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>
#include <limits>

namespace clerk {

namespace {

// Deepest nesting accepted from outside. Text that the decoder produced was limited there already.
constexpr std::size_t max_parse_depth = 64;

// Drops the white space between tokens of valid JSON; numbers and strings keep their spelling.
std::string compact(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    bool in_string = false;
    for (std::size_t index = 0; index < json.size(); ++index) {
        char const c = json[index];
        if (in_string) {
            out += c;
            if (c == '\\') {
                out += json[++index];
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            out += c;
            in_string = c == '"';
        }
    }
    return out;
}

Error refuse(std::string message) {
    ErrorDetails details;
    details.message = std::move(message);
    details.field = "metadata";
    return Error{errc::invalid_argument, std::move(details)};
}

}  // namespace

Metadata::Metadata(boost::json::object const& object) {
    if (!object.empty()) text_ = boost::json::serialize(object);
}

boost::system::result<Metadata, Error> Metadata::parse(std::string_view json) {
    boost::json::parse_options options;
    options.max_depth = max_parse_depth;
    boost::system::error_code failure;
    boost::json::value const value = boost::json::parse(json, failure, {}, options);
    if (failure == boost::json::error::too_deep) {
        return refuse("nests deeper than " + std::to_string(max_parse_depth) + " levels");
    }
    if (failure) return refuse("is not valid JSON: " + failure.message());
    if (!value.is_object()) return refuse("must be a JSON object");
    return Metadata{compact(json)};
}

boost::json::object Metadata::object() const {
    if (empty()) return {};
    boost::json::parse_options options;
    options.max_depth = std::numeric_limits<std::uint32_t>::max();
    return std::move(boost::json::parse(text_, {}, options).as_object());
}

bool operator==(Metadata const& left, Metadata const& right) {
    return left.text() == right.text() || left.object() == right.object();
}

}  // namespace clerk
