#include <clerk/metadata.hpp>

#include <clerk/result.hpp>

#include "base/json_parse.hpp"
#include "base/json_text.hpp"
#include "base/local_error.hpp"
#include "base/text_safety.hpp"

#include <boost/json/error.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace clerk {

namespace {

// JSON has no NaN and no infinity, but Boost.JSON writes them.
bool is_finite(boost::json::value const& value) noexcept {
    switch (value.kind()) {
        case boost::json::kind::double_:
            return std::isfinite(value.get_double());
        case boost::json::kind::array: {
            auto const& array = value.get_array();
            return std::all_of(array.begin(), array.end(), is_finite);
        }
        case boost::json::kind::object: {
            auto const& object = value.get_object();
            return std::all_of(object.begin(), object.end(),
                               [](auto const& member) { return is_finite(member.value()); });
        }
        default:
            return true;
    }
}

void make_finite(boost::json::value& value) {
    if (value.is_double() && !is_finite(value)) {
        value = nullptr;
    } else if (boost::json::array* const array = value.if_array()) {
        for (boost::json::value& element : *array) make_finite(element);
    } else if (boost::json::object* const object = value.if_object()) {
        for (auto&& member : *object) make_finite(member.value());
    }
}

// Puts U+FFFD in place of every byte that is not UTF-8.
std::string repair_utf8(std::string text) {
    std::string_view rest{text};
    std::string repaired;
    bool broken = false;
    while (!rest.empty()) {
        base::Utf8Step const step = base::decode_utf8(rest);
        if (!step.valid && !broken) {
            broken = true;
            repaired = text.substr(0, text.size() - rest.size());
        }
        if (broken) repaired += step.valid ? rest.substr(0, step.length) : std::string_view{"\xEF\xBF\xBD"};
        rest.remove_prefix(step.length);
    }
    if (!broken) return text;
    return repaired;
}

std::string valid_text(boost::json::object const& object) {
    if (object.empty()) return {};
    auto const finite = [](auto const& member) { return is_finite(member.value()); };
    if (std::all_of(object.begin(), object.end(), finite)) return repair_utf8(boost::json::serialize(object));
    boost::json::value copy = object;
    make_finite(copy);
    return repair_utf8(boost::json::serialize(copy));
}

Error refuse(std::string message) { return base::invalid_argument("metadata", std::move(message)); }

}  // namespace

Metadata::Metadata(boost::json::object const& object) : text_{valid_text(object)} {}

boost::system::result<Metadata, Error> Metadata::parse(std::string_view json) {
    boost::system::error_code failure;
    boost::json::value const value = base::parse_json(json, base::max_metadata_depth, failure);
    if (failure == boost::json::error::too_deep) {
        return refuse("nests deeper than " + std::to_string(base::max_metadata_depth) + " levels");
    }
    if (failure) return refuse("is not valid JSON: " + failure.message());
    if (!value.is_object()) return refuse("must be a JSON object");
    std::string compact;
    base::append_compact_json(compact, json);
    return Metadata{std::move(compact)};
}

boost::json::object Metadata::object() const {
    if (empty()) return {};
    boost::system::error_code failure;
    boost::json::value value = base::parse_json(text_, std::numeric_limits<std::uint32_t>::max(), failure);
    if (failure) throw boost::system::system_error{failure};  // from_valid_text() was given something else
    return std::move(value.as_object());
}

bool operator==(Metadata const& left, Metadata const& right) {
    return left.text() == right.text() || left.object() == right.object();
}

}  // namespace clerk
