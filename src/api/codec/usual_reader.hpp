// Reads a T fast from text in the usual form: compact, with the members in the order of the description. Pure.
#pragma once

#include "api/codec/description.hpp"
#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "base/json_text.hpp"
#include "base/timestamp_range.hpp"

#include <boost/config.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace clerk::api {

// `"name":`
template <Described T, std::size_t index>
inline constexpr auto member_key = [] {
    constexpr std::string_view name = member_at<T, index>.name;
    std::array<char, name.size() + 3> text{};
    text.front() = '"';
    std::copy(name.begin(), name.end(), text.begin() + 1);
    text[name.size() + 1] = '"';
    text[name.size() + 2] = ':';
    return text;
}();

// The following skip compact JSON that is kept as text, and return its end; null when the named kind of value does not
// begin at `at` or has an unusual form. They are free functions so that `at` stays in a register.

// The rest of a string from its first escape sequence on.
inline char const* skip_escapes(char const* at, char const* end) noexcept {
    while (at != end && *at != '"') {
        if (*at != '\\' || end - at < 2) return nullptr;
        if (at[1] == 'u') {
            bool const is_whole = end - at >= 6 && std::all_of(at + 2, at + 6, base::is_hex_digit);
            if (!is_whole || (at[2] | 0x20) == 'd') return nullptr;
            at += 4;
        } else if (std::string_view{"\"\\bfnrt/"}.find(at[1]) == std::string_view::npos) {
            return nullptr;
        }
        at = base::find_json_escape(at + 2, end);
    }
    return at != end ? at + 1 : nullptr;
}

// A string without surrogates.
BOOST_FORCEINLINE char const* skip_string(char const* at, char const* end) noexcept {
    if (at == end || *at != '"') return nullptr;
    at = base::find_json_escape(at + 1, end);
    return at != end && *at == '"' ? at + 1 : skip_escapes(at, end);
}

inline char const* skip_digits(char const* at, char const* end) noexcept {
    char const* const begin = at;
    while (at != end && base::is_digit(*at)) ++at;
    return at != begin ? at : nullptr;
}

// Precondition: `at` is not `end`. Numbers have no exponent.
inline char const* skip_scalar(char const* at, char const* end) noexcept {
    auto const skip = [at, end](std::string_view word) {
        return std::string_view{at, end}.starts_with(word) ? at + word.size() : nullptr;
    };
    if (*at == 't') return skip("true");
    if (*at == 'f') return skip("false");
    if (*at == 'n') return skip("null");
    if (*at == '-') ++at;
    at = at != end && *at == '0' ? at + 1 : skip_digits(at, end);
    return at != nullptr && at != end && *at == '.' ? skip_digits(at + 1, end) : at;
}

inline char const* skip_value(char const* at, char const* end, std::size_t levels) noexcept {
    if (at == end) return nullptr;
    char const first = *at;
    if (first == '"') return skip_string(at, end);
    if (first != '{' && first != '[') return skip_scalar(at, end);
    char const last = first == '{' ? '}' : ']';
    if (levels == 0 || end - at < 2) return nullptr;
    if (at[1] == last) return at + 2;
    do {
        ++at;
        if (first == '{') {
            at = skip_string(at, end);
            if (at == nullptr || at == end || *at != ':') return nullptr;
            ++at;
        }
        at = at != end && *at == '"' ? skip_string(at, end) : skip_value(at, end, levels - 1);
        if (at == nullptr || at == end) return nullptr;
    } while (*at == ',');
    return *at == last ? at + 1 : nullptr;
}

// Moves through compact JSON. Every function returns false when something else follows than its name says.
class UsualReader {
public:
    UsualReader(std::string_view text, std::size_t levels) noexcept
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()}, levels_{levels} {}

    [[nodiscard]] std::string_view done() const noexcept { return {begin_, at_}; }

    template <Described T>
    bool read(T& out) {
        if (!take('{')) return false;
        Progress<T> progress{};
        if (!take('}')) {
            do {
                if (!usual_members(out, progress) || (progress.more && !odd_member(out, progress))) return false;
            } while (progress.more);
            if (!take('}')) return false;
        }
        auto const needed = members_from<T>(Presence::needed);
        if ((progress.seen & needed) != needed) return false;
        if constexpr (KeepsUnknown<T>) {
            std::string& unknown = progress.unknown;
            if (!unknown.empty()) out.additional_fields = Metadata::from_valid_text(std::move(unknown += '}'));
        }
        if constexpr (KeepsPresence<T>) out.missing_fields = members_from<T>(Presence::expected) & ~progress.seen;
        return true;
    }
    template <class T>
    bool read(std::vector<T>& out) {
        if (!take('[')) return false;
        if (take(']')) return true;
        do {
            if (!read(out.emplace_back())) return false;
        } while (take(','));
        return take(']');
    }
    template <class T>
    bool read(std::optional<T>& out) {
        return read(out.emplace());
    }
    bool read(std::string& out) {
        std::string_view text;
        if (!string(text)) return false;
        out = std::string{text};  // faster than assign()
        return true;
    }
    bool read(std::optional<std::string>& out) {
        std::string_view text;
        if (!string(text)) return false;
        out.emplace(text);
        return true;
    }
    bool read(bool& out) noexcept {
        out = take("true");
        return out || take("false");
    }
    bool read(Timestamp& out) noexcept {
        std::int64_t milliseconds{};
        if (!read(milliseconds)) return false;
        out = Timestamp{std::chrono::milliseconds{milliseconds}};
        return base::is_representable(out);
    }
    bool read(Metadata& out) {
        char const* const begin = at_;
        if (!is_next('{') || !value()) return false;
        if (at_ - begin > 2) out = Metadata::from_valid_text(std::string(begin, at_));
        return true;
    }
    // An integer that is not negative and fits. The next function checks what follows.
    BOOST_FORCEINLINE bool read(std::int64_t& out) noexcept {
        constexpr std::ptrdiff_t max_digits = 18;
        char const* const begin = at_;
        char const* const limit = end_ - begin > max_digits ? begin + max_digits : end_;
        char const* at = begin;
        std::int64_t number = 0;
        if constexpr (std::endian::native == std::endian::little) {
            if (limit - at >= 8) {
                if (auto const eight = base::eight_digits(base::load_word(at))) {
                    number = *eight;
                    at += 8;
                }
            }
        }
        for (; at != limit && base::is_digit(*at); ++at) number = 10 * number + (*at - '0');
        at_ = at;
        out = number;
        return at != begin && (*begin != '0' || at - begin == 1);
    }

private:
    template <class T>
    struct Progress {
        MemberBits<T> seen{};
        bool more{true};        // another member must follow
        std::string unknown{};  // members that are not described
    };

    // The service writes the members in the order of the description and omits few, so they are tried in that order.
    template <class T>
    bool usual_members(T& out, Progress<T>& progress) {
        return [&]<std::size_t... at>(std::index_sequence<at...>) {
            return (usual_member<T, at>(out, progress) && ...);
        }(std::make_index_sequence<member_count<T>>{});
    }
    // Returns true without effect when another member is next.
    template <class T, std::size_t at>
    BOOST_FORCEINLINE bool usual_member(T& out, Progress<T>& progress) {
        if (!progress.more || has_bit<T>(progress.seen, at) || !take_key<T, at>()) return true;
        if (!member<T, at>(out)) return false;
        progress.seen |= member_bit<T>(at);
        progress.more = take(',');
        return true;
    }

    // Reads a member that is not described, or not at its described place.
    template <class T>
    bool odd_member(T& out, Progress<T>& progress) {
        char const* const begin = at_;
        std::string_view name;
        if (!string(name) || !take(':')) return false;
        std::size_t const index = find_member<T>(name);
        if (index == member_count<T>) {
            if (!value()) return false;
            (progress.unknown += progress.unknown.empty() ? '{' : ',').append(begin, at_);
        } else {
            bool is_read = false;
            visit_member<T>(index, [&]<std::size_t at>() { is_read = member<T, at>(out); });
            if (!is_read || has_bit<T>(progress.seen, index)) return false;
            progress.seen |= member_bit<T>(index);
        }
        progress.more = take(',');
        return true;
    }

    template <class T, std::size_t at>
    BOOST_FORCEINLINE bool member(T& out) {
        using Value = MemberValue<T, at>;
        constexpr bool is_needed = member_at<T, at>.presence == Presence::needed;
        Value& value = out.*member_at<T, at>.pointer;
        if (is_next('n')) {
            if constexpr (is_needed || !KeepsPresence<T>) return false;
            if constexpr (KeepsPresence<T>) out.null_fields |= member_bit<T>(at);
            return take("null");
        }
        if (!read(value)) return false;
        if constexpr (std::is_same_v<Value, std::string> && (is_needed || !KeepsPresence<T>)) return !value.empty();
        return true;
    }

    [[nodiscard]] bool is_next(char c) const noexcept { return at_ != end_ && *at_ == c; }
    bool take(char c) noexcept {
        if (!is_next(c)) return false;
        ++at_;
        return true;
    }
    BOOST_FORCEINLINE bool take(std::string_view text) noexcept {
        if (!std::string_view{at_, end_}.starts_with(text)) return false;
        at_ += text.size();
        return true;
    }
    template <class T, std::size_t at>
    bool take_key() noexcept {
        constexpr auto const& key = member_key<T, at>;
        if (end_ - at_ < static_cast<std::ptrdiff_t>(key.size()) || !base::equals<key.size()>(at_, key.data())) {
            return false;
        }
        at_ += key.size();
        return true;
    }

    // A string without escape sequences. Bytes beyond ASCII are not checked.
    BOOST_FORCEINLINE bool string(std::string_view& text) noexcept {
        if (!take('"')) return false;
        char const* const begin = at_;
        at_ = base::find_json_escape(at_, end_);
        text = {begin, at_};
        return take('"');
    }

    // For values that are kept as text.
    bool value() noexcept {
        char const* const after = skip_value(at_, end_, levels_);
        if (after == nullptr) return false;
        at_ = after;
        return true;
    }

    char const* begin_;
    char const* at_;
    char const* end_;
    std::size_t levels_;
};

// Reads the value that `text` begins with into `out`, which must be empty, and returns the length of its text.
//
// Returns 0, with `out` in any state, when the value is incomplete or not in the usual form: white space, an escape
// sequence in a known member, a member that occurs twice or has an unexpected type, text that is not UTF-8, a value
// that nests deeper than `max_depth`, or an error of any kind. TolerantReader reads those. Both readers give the same
// value.
template <class T>
std::size_t read_usual(std::string_view text, std::size_t max_depth, T& out) {
    constexpr std::size_t max_recursion = base::max_metadata_depth;  // deeper values are rare
    UsualReader reader{text, std::min(max_depth, max_recursion)};
    if (!reader.read(out)) return 0;
    // Everything outside strings is known to be ASCII, so this checks exactly the strings.
    return base::is_valid_utf8(reader.done()) ? reader.done().size() : 0;
}

}  // namespace clerk::api
