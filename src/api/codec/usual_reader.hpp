// Reads a T fast from text in the usual form: compact, with the members in the order of the description. Pure.
#pragma once

#include "api/codec/description.hpp"
#include "api/codec/problem.hpp"
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

inline constexpr auto json_true = std::to_array({'t', 'r', 'u', 'e'});
inline constexpr auto json_false = std::to_array({'f', 'a', 'l', 's', 'e'});
inline constexpr auto json_null = std::to_array({'n', 'u', 'l', 'l'});

// Moves through compact JSON. Every function returns false when something else follows than its name says.
class UsualReader {
public:
    UsualReader(std::string_view text, std::size_t levels) noexcept
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()}, levels_{levels} {}

    [[nodiscard]] std::string_view done() const noexcept { return {begin_, at_}; }

    template <Described T>
    bool read(T& out) {
        if (!take('{')) return false;
        Progress<T> progress;
        while (progress.more) {
            if (!usual_members(out, progress) || (progress.more && !odd_member(out, progress))) return false;
        }
        auto const needed = members_from<T>(Presence::needed);
        if (!take('}') || (progress.seen & needed) != needed) return false;
        progress.finish(out);
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
        out = take(json_true);
        return out || take(json_false);
    }
    bool read(Timestamp& out) noexcept {
        std::int64_t milliseconds{};
        if (!read(milliseconds)) return false;
        out = Timestamp{std::chrono::milliseconds{milliseconds}};
        return base::is_representable(out);
    }
    bool read(Metadata& out) {
        char const* const begin = at_;
        if (!is_next('{') || !skip_value(levels_)) return false;
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
    struct Progress : FoundMembers<T> {
        bool more{true};  // another member must follow
    };

    // The service writes the members in the order of the description and omits few, so they are tried in that order.
    // Stops without an error where another member is next.
    template <class T>
    bool usual_members(T& out, Progress<T>& progress) {
        return [&]<std::size_t... at>(std::index_sequence<at...>) {
            return ((!progress.more || !take(member_key<T, at>) || member<T, at>(out, progress)) && ...);
        }(std::make_index_sequence<member_count<T>>{});
    }

    // Reads a member that is not described, or not at its described place.
    template <class T>
    bool odd_member(T& out, Progress<T>& progress) {
        char const* const begin = at_;
        std::string_view name;
        if (!string(name) || !take(':')) return false;
        std::size_t const index = find_member<T>(name);
        if (index != member_count<T>) {
            bool is_read = false;
            visit_member<T>(index, [&]<std::size_t at>() { is_read = member<T, at>(out, progress); });
            return is_read;
        }
        if (!skip_value(levels_)) return false;
        progress.next_unknown().append(begin, at_);
        progress.more = take(',');
        return true;
    }

    // Reads what follows the name of a member.
    template <class T, std::size_t at>
    BOOST_FORCEINLINE bool member(T& out, Progress<T>& progress) {
        constexpr bool is_needed = member_at<T, at>.presence == Presence::needed;
        auto& value = out.*member_at<T, at>.pointer;
        if (has_bit<T>(progress.seen, at)) return false;
        if (is_next('n')) {
            if (is_needed || !take(json_null)) return false;
            progress.null |= member_bit<T>(at);
        } else if (!read(value)) {
            return false;
        }
        if constexpr (is_needed && std::is_same_v<MemberValue<T, at>, std::string>) {
            if (value.empty()) return false;
        }
        progress.seen |= member_bit<T>(at);
        progress.more = take(',');
        return true;
    }

    [[nodiscard]] bool is_next(char c) const noexcept { return at_ != end_ && *at_ == c; }
    bool take(char c) noexcept {
        if (!is_next(c)) return false;
        ++at_;
        return true;
    }
    // A text of at least 4 characters.
    template <std::size_t size>
    BOOST_FORCEINLINE bool take(std::array<char, size> const& text) noexcept {
        if (end_ - at_ < static_cast<std::ptrdiff_t>(size) || !base::equals<size>(at_, text.data())) return false;
        at_ += size;
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

    // The following are for values that are kept as text.

    bool skip_value(std::size_t levels) {
        if (is_next('"')) return skip_string();
        bool const is_object = is_next('{');
        if (!is_object && !is_next('[')) return skip_scalar();
        char const last = is_object ? '}' : ']';
        ++at_;
        if (levels == 0) return false;
        if (take(last)) return true;
        do {
            if (is_object && !(skip_string() && take(':'))) return false;
            if (!(is_next('"') ? skip_string() : skip_value(levels - 1))) return false;
        } while (take(','));
        return take(last);
    }
    BOOST_FORCEINLINE bool skip_string() {
        char const* const begin = at_;
        std::string_view text;
        return string(text) || skip_escapes(begin);
    }
    // Strings with escape sequences are so rare that Boost.JSON may check them.
    bool skip_escapes(char const* begin) {
        if (at_ == end_ || *begin != '"') return false;
        at_ = base::end_of_json_string(begin, end_);
        return !check_json({begin, at_}, 0);
    }
    // Numbers have no exponent.
    bool skip_scalar() noexcept {
        if (is_next('t')) return take(json_true);
        if (is_next('f')) return take(json_false);
        if (is_next('n')) return take(json_null);
        take('-');
        return (take('0') || skip_digits()) && (!take('.') || skip_digits());
    }
    bool skip_digits() noexcept {
        char const* const begin = at_;
        while (at_ != end_ && base::is_digit(*at_)) ++at_;
        return at_ != begin;
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
    // Everything outside strings is known to be ASCII, so UTF-8 is checked in exactly the strings.
    return reader.read(out) && base::is_valid_utf8(reader.done()) ? reader.done().size() : 0;
}

}  // namespace clerk::api
