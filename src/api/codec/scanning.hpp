// Finds where the parts of JSON text end, by their strings and brackets alone. Pure.
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

// Finds the end of a value that may come in pieces.
class ValueScanner {
public:
    // How much of `piece` belongs to the value: all of it, or up to its last bracket, or up to what ends a scalar (and
    // white space in front of that).
    std::size_t scan(std::string_view piece) noexcept { return scan<false>(piece); }
    // The same, but stops behind a `[` that begins a member of the value as well.
    std::size_t scan_to_list(std::string_view piece) noexcept { return scan<true>(piece); }

    // Whether the end was found.
    [[nodiscard]] bool is_done() const noexcept { return done_; }
    // How many brackets are open.
    [[nodiscard]] std::size_t levels() const noexcept { return levels_; }
    [[nodiscard]] bool is_in_string() const noexcept { return in_string_; }
    // A list was taken out of the value, with its `]`.
    void close_list() noexcept { --levels_; }

private:
    template <bool to_list>
    std::size_t scan(std::string_view piece) noexcept {
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

    std::size_t levels_{};
    bool in_string_{};
    bool escaped_{};
    bool done_{};
};

// Splits the text of an object or array into the texts of its members or elements.
class PartReader {
public:
    // Precondition: `container` begins with a bracket.
    explicit PartReader(std::string_view container) noexcept
        : rest_{container.substr(1)}, is_object_{container.front() == '{'} {}

    // False behind the last part, and where something else stands than brackets, commas and colons require.
    bool next() noexcept {
        rest_ = trim_start(rest_);
        if (rest_.empty()) return false;
        if (rest_.front() == (is_object_ ? '}' : ']')) {
            complete_ = rest_.size() == 1;
            return false;
        }
        if (index_++ != 0) {
            if (rest_.front() != ',') return false;
            rest_ = trim_start(rest_.substr(1));
        }
        if (is_object_ && !read_name()) return false;
        std::size_t const length = ValueScanner{}.scan(rest_);
        value_ = trim(rest_.substr(0, length));
        rest_.remove_prefix(length);
        return true;
    }

    // Whether next() reached the end of the container, and that is where the text ends.
    [[nodiscard]] bool is_complete() const noexcept { return complete_; }

    // Of the part: its number from 1 on, its name with quotes, and what may be a value.
    [[nodiscard]] std::size_t index() const noexcept { return index_; }
    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    bool read_name() noexcept {
        if (rest_.empty() || rest_.front() != '"') return false;
        char const* const begin = rest_.data();
        name_ = {begin, base::end_of_json_string(begin, begin + rest_.size())};
        rest_ = trim_start(rest_.substr(name_.size()));
        if (rest_.empty() || rest_.front() != ':') return false;
        rest_ = trim_start(rest_.substr(1));
        return true;
    }

    std::string_view rest_;
    bool is_object_;
    bool complete_{};
    std::size_t index_{};
    std::string_view name_{};
    std::string_view value_{};
};

}  // namespace clerk::api
