// Finds where the parts of JSON text end; looks at strings and brackets only. Pure.
#pragma once

#include "api/codec/problem.hpp"
#include "base/json_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace clerk::api {

constexpr std::string_view json_space = " \t\r\n";

constexpr std::string_view trim_start(std::string_view text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(json_space), text.size()));
    return text;
}
constexpr std::string_view trim(std::string_view text) noexcept {
    text = trim_start(text);
    return text.substr(0, text.find_last_not_of(json_space) + 1);
}

constexpr std::string_view take(std::string_view& text, std::size_t length) noexcept {
    std::string_view const taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
}

// Finds the end of a value that may arrive in pieces.
struct ValueScanner {
    std::size_t levels{};       // how many brackets are open
    std::size_t last_string{};  // where in the value the last string began
    bool is_in_string{};
    bool is_escaped{};
    bool is_done{};

    // How much of `piece`, which is at `position` in the value, belongs to it: all of it, or up to its last bracket. A
    // scalar includes the white space after it. With `to_list`, at most up to a `[` that begins a member of the value.
    std::size_t scan(std::string_view piece, std::size_t position = 0, bool to_list = false) noexcept {
        char const* const begin = piece.data();
        char const* const end = begin + piece.size();
        auto const length_to = [begin](char const* at) { return static_cast<std::size_t>(at - begin); };
        for (char const* at = begin; at != end; ++at) {
            if (is_in_string) {
                if (!is_escaped) at = base::find_json_escape(at, end);
                if (at == end) break;
                is_in_string = is_escaped || *at != '"';
                is_escaped = !is_escaped && *at == '\\';
            } else if (*at == '"') {
                is_in_string = true;
                last_string = position + length_to(at);
            } else if (*at == '{' || *at == '[') {
                ++levels;
                if (to_list && levels == 2 && *at == '[') return length_to(at) + 1;
            } else if (*at == '}' || *at == ']' || (*at == ',' && levels == 0)) {
                is_done = levels <= 1;
                if (levels == 0) return length_to(at);
                --levels;
                if (is_done) return length_to(at) + 1;
            }
        }
        return piece.size();
    }
};

// Removes the string that `text` begins with and the white space behind it. Its text with the quotes; empty when there
// is none.
inline std::string_view take_string(std::string_view& text) noexcept {
    if (!text.starts_with('"')) return {};
    char const* const begin = text.data();
    std::string_view const string{begin, base::end_of_json_string(begin, begin + text.size())};
    text = trim_start(text.substr(string.size()));
    return string;
}

// Calls use(name, value) for each member of the object, or element of the array, that is `text`, which begins with a
// bracket. A name has its quotes, or is empty in an array; the value is not checked. Reads on after a
// problem, and returns the first one; stops where brackets, commas or colons are not as required.
template <class Use>
std::optional<Problem> for_each_part(std::string_view text, Use&& use) {
    bool const is_object = text.front() == '{';
    std::string_view const last = is_object ? "}" : "]";
    if (trim_start(text.substr(1)) == last) return {};
    std::optional<Problem> first;
    do {
        text = trim_start(text.substr(1));
        std::string_view name;
        if (is_object) {
            name = take_string(text);
            bool const is_name = !name.empty() && text.starts_with(':');
            text = is_name ? trim_start(text.substr(1)) : std::string_view{};
            if (!is_name) break;
        }
        auto problem = use(name, trim(take(text, ValueScanner{}.scan(text))));
        if (!first) first = std::move(problem);
        text = trim_start(text);
    } while (text.starts_with(','));
    if (first || text == last) return first;
    return not_json(is_object ? "an object is not complete" : "an array is not complete");
}

}  // namespace clerk::api
