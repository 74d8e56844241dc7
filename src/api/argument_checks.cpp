#include "api/argument_checks.hpp"

#include "base/json_text.hpp"
#include "base/local_error.hpp"
#include "base/timestamp_range.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace clerk::api {

namespace {

// Ids have about 30 bytes and slugs at most 256; anything longer is a mistake.
constexpr std::size_t max_path_segment = 1024;

}  // namespace

void ArgumentChecks::refuse(std::string_view field, std::string message, errc code, boost::system::error_code cause) {
    if (!failed()) refusal_ = base::local_error(operation_, code, std::move(message), std::string{field}, cause);
}

void ArgumentChecks::path_segment(std::string_view field, std::string_view value) {
    if (value.empty()) return refuse(field, "must not be empty");
    if (value == "." || value == "..") return refuse(field, "must not be a relative path segment");
    if (value.size() > max_path_segment) {
        return refuse(field, "must have at most " + std::to_string(max_path_segment) + " bytes");
    }
    if (value.find('\0') != std::string_view::npos) return refuse(field, "must not contain a NUL character");
    text(field, value);
}

void ArgumentChecks::text(std::string_view field, std::string_view value) {
    if (!base::is_valid_utf8(value)) refuse(field, "must be valid UTF-8");
}

void ArgumentChecks::required_text(std::string_view field, std::string_view value) {
    if (value.empty()) return refuse(field, "must not be empty");
    text(field, value);
}

void ArgumentChecks::unsigned_id(std::string_view field, std::string_view value) {
    if (value.starts_with('-') || value.starts_with('+')) refuse(field, "must not begin with - or +");
}

void ArgumentChecks::text_of_length(std::string_view field, std::string_view value, std::size_t most) {
    required_text(field, value);
    if (base::count_code_points(value) > most) {
        refuse(field, "must have at most " + std::to_string(most) + " characters");
    }
}

void ArgumentChecks::not_negative(std::string_view field, std::int64_t value) {
    if (value < 0) refuse(field, "must not be negative");
}

void ArgumentChecks::in_range(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value >= least && value <= most) return;
    refuse(field, "must be between " + std::to_string(least) + " and " + std::to_string(most));
}

void ArgumentChecks::timestamp(std::string_view field, Timestamp value) {
    if (!base::is_representable(value)) refuse(field, "must lie within the years 0000 to 9999");
}

void ArgumentChecks::list(std::string_view field, std::vector<std::string> const& values) {
    for (std::string const& value : values) {
        if (value.empty()) refuse(field, "must not contain an empty string");
        text(field, value);
    }
}

void ArgumentChecks::metadata(std::string_view field, Metadata const& value) {
    if (base::json_depth(value.text()) <= base::max_metadata_depth) return;
    refuse(field, "nests deeper than " + std::to_string(base::max_metadata_depth) + " levels");
}

void ArgumentChecks::at_most(std::string_view field, std::size_t count, std::size_t limit) {
    if (count > limit) refuse(field, "must have at most " + std::to_string(limit) + " entries");
}

void ArgumentChecks::order_by(std::string_view value, std::span<std::string_view const> names) {
    if (value.empty()) return;
    if (value.starts_with('+') || value.starts_with('-')) value.remove_prefix(1);
    if (std::find(names.begin(), names.end(), value) != names.end()) return;
    std::string message{"must be "};
    for (std::string_view const& name : names) {
        if (&name != &names.front()) message += &name == &names.back() ? " or " : ", ";
        message += name;
    }
    refuse("order_by", message + ", with an optional + or - before it");
}

}  // namespace clerk::api
