#include "base/header_field.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>

namespace clerk::base {

namespace {

constexpr std::string_view line_end = "\r\n";

// Headers that the client writes itself, and headers for the next peer only (RFC 9110 section 7.6.1).
constexpr std::array<std::string_view, 14> names_of_the_client{"accept",        "accept-encoding",
                                                               "authorization", "clerk-api-version",
                                                               "connection",    "expect",
                                                               "host",          "http2-settings",
                                                               "keep-alive",    "te",
                                                               "trailer",       "transfer-encoding",
                                                               "upgrade",       "user-agent"};
constexpr std::array<std::string_view, 2> prefixes_of_the_client{"content-", "proxy-"};

bool belongs_to_the_client(std::string_view name) noexcept {
    auto const is_name = [name](std::string_view other) { return equals_ignoring_case(name, other); };
    auto const begins_name = [name](std::string_view prefix) {
        return equals_ignoring_case(name.substr(0, prefix.size()), prefix);
    };
    return std::any_of(names_of_the_client.begin(), names_of_the_client.end(), is_name) ||
           std::any_of(prefixes_of_the_client.begin(), prefixes_of_the_client.end(), begins_name);
}

bool is_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token);
}

// Bytes beyond ASCII are allowed (obs-text).
bool is_value(std::string_view value) noexcept {
    auto const allowed = [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20U && byte != 0x7FU);
    };
    return trim(value).size() == value.size() && std::all_of(value.begin(), value.end(), allowed);
}

}  // namespace

std::optional<HeaderRefusal> refuse_header(std::string_view where, std::size_t index, Headers::Field header) {
    std::string field{where};
    auto const refuse = [&field](std::string_view why) { return HeaderRefusal{std::move(field), std::string{why}}; };
    if (!is_name(header.name)) {
        // The name is not quoted: it may be anything, even a key with a line break.
        field += '[' + std::to_string(index) + ']';
        return refuse("has a name that is not one or more of letters, digits and !#$%&'*+-.^_`|~");
    }
    field += '.';
    field += header.name;
    if (belongs_to_the_client(header.name)) return refuse("is set by the client");
    if (!is_value(header.value)) {
        return refuse("has a value with a line break or another control character, or with white space around it");
    }
    return {};
}

void append_header(std::string& lines, Headers::Field header) {
    lines.append(header.name).append(": ").append(header.value).append(line_end);
}

bool has_header(std::string_view lines, std::string_view name) noexcept {
    while (!lines.empty()) {
        std::size_t const end = std::min(lines.find(line_end), lines.size());
        if (end == 0) return false;
        bool const found =
            end > name.size() && lines[name.size()] == ':' && equals_ignoring_case(lines.substr(0, name.size()), name);
        if (found) return true;
        lines.remove_prefix(std::min(end + line_end.size(), lines.size()));
    }
    return false;
}

}  // namespace clerk::base
