#include "http/error_body.hpp"

#include "base/json_parse.hpp"

#include <boost/json/value.hpp>

#include <utility>

namespace clerk::http {

namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_errors = 100;
constexpr std::size_t max_text = 8192;
constexpr std::size_t max_trace_id = 256;

// Cut between code points.
std::string capped(std::string_view text, std::size_t limit) {
    if (text.size() > limit) {
        auto const continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; };
        while (limit != 0 && continues(text[limit])) --limit;
        text = text.substr(0, limit);
    }
    return std::string{text};
}

std::string text_member(boost::json::object const& object, std::string_view name, std::size_t limit = max_text) {
    boost::json::value const* const member = object.if_contains(name);
    if (member == nullptr || !member->is_string()) return {};
    return capped(std::string_view{member->get_string()}, limit);
}

Metadata object_member(boost::json::object const& object, std::string_view name) {
    boost::json::value const* const member = object.if_contains(name);
    return member != nullptr && member->is_object() ? Metadata{member->get_object()} : Metadata{};
}

// Empty when the entry has no text.
std::optional<ApiError> read_error(boost::json::value const& entry) {
    boost::json::object const* const object = entry.if_object();
    if (object == nullptr) return std::nullopt;
    ApiError error;
    error.code = text_member(*object, "code");
    error.message = text_member(*object, "message");
    error.long_message = text_member(*object, "long_message");
    error.meta = object_member(*object, "meta");
    bool const says_nothing =
        error.code.empty() && error.message.empty() && error.long_message.empty() && error.meta.empty();
    if (says_nothing) return std::nullopt;
    return error;
}

}  // namespace

std::optional<ErrorBody> parse_error_body(std::string_view text) {
    boost::system::error_code failure;
    boost::json::value const document = base::parse_json(text, max_depth, failure);
    if (failure || !document.is_object()) return std::nullopt;
    boost::json::object const& object = document.get_object();

    ErrorBody body;
    if (boost::json::value const* const errors = object.if_contains("errors");
        errors != nullptr && errors->is_array()) {
        for (boost::json::value const& entry : errors->get_array()) {
            if (body.errors.size() == max_errors) break;
            if (auto error = read_error(entry)) body.errors.push_back(*std::move(error));
        }
    }
    body.meta = object_member(object, "meta");
    body.trace_id = text_member(object, "clerk_trace_id", max_trace_id);
    if (body.errors.empty() && body.meta.empty() && body.trace_id.empty()) return std::nullopt;
    return body;
}

std::string trace_id(ErrorBody const* body, std::string_view clerk_trace_id, std::string_view cf_ray) {
    if (body != nullptr && !body->trace_id.empty()) return body->trace_id;
    return capped(clerk_trace_id.empty() ? cf_ray : clerk_trace_id, max_trace_id);
}

}  // namespace clerk::http
