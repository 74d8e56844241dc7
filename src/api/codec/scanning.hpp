// Finds where the parts of JSON text end; looks at strings and brackets only. Pure.
#pragma once

#include "base/json_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

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

// Finds the end of a value that may arrive in pieces.
class ValueScanner {
public:
    // How much of `piece` belongs to the value: all of it, or up to its last bracket. A scalar includes the white space
    // after it. With `to_list`, at most up to a `[` that begins a member of the value.
    std::size_t scan(std::string_view piece, bool to_list = false) noexcept {
        char const* const begin = piece.data();
        char const* const end = begin + piece.size();
        for (char const* at = begin; at != end; ++at) {
            if (in_string_) {
                if (!escaped_) at = base::find_json_escape(at, end);
                if (at == end) break;
                in_string_ = escaped_ || *at != '"';
                escaped_ = !escaped_ && *at == '\\';
            } else if (*at == '"') {
                in_string_ = true;
            } else if (*at == '{' || *at == '[') {
                ++levels_;
                if (to_list && levels_ == 2 && *at == '[') return static_cast<std::size_t>(at - begin) + 1;
            } else if (*at == '}' || *at == ']' || (*at == ',' && levels_ == 0)) {
                done_ = levels_ <= 1;
                if (levels_ == 0) return static_cast<std::size_t>(at - begin);
                --levels_;
                if (done_) return static_cast<std::size_t>(at - begin) + 1;
            }
        }
        return piece.size();
    }
    // The caller has removed a list, with its `]`, from the value.
    void close_list() noexcept { --levels_; }

    [[nodiscard]] bool is_done() const noexcept { return done_; }
    // How many brackets are open.
    [[nodiscard]] std::size_t levels() const noexcept { return levels_; }
    [[nodiscard]] bool is_in_string() const noexcept { return in_string_; }

private:
    std::size_t levels_{};
    bool in_string_{};
    bool escaped_{};
    bool done_{};
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
// bracket. A name has its quotes, or is empty in an array; the value is not checked. Returns false and stops where
// brackets, commas or colons are not as required.
template <class Use>
bool for_each_part(std::string_view text, Use&& use) {
    bool const is_object = text.front() == '{';
    char const last = is_object ? '}' : ']';
    text = trim_start(text.substr(1));
    for (bool is_first = true; !text.empty() && text.front() != last; is_first = false) {
        if (!is_first) {
            if (text.front() != ',') return false;
            text = trim_start(text.substr(1));
        }
        std::string_view name;
        if (is_object) {
            name = take_string(text);
            if (name.empty() || !text.starts_with(':')) return false;
            text = trim_start(text.substr(1));
        }
        std::size_t const length = ValueScanner{}.scan(text);
        use(name, trim(text.substr(0, length)));
        text = trim_start(text.substr(length));
    }
    return text.size() == 1;
}

}  // namespace clerk::api
