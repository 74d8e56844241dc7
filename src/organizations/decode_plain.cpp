#include "organizations/decode_plain.hpp"

#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "base/json_text.hpp"
#include "base/timestamp_range.hpp"
#include "organizations/fields.hpp"
#include "organizations/members.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace clerk::organizations {

namespace {

// `"name":`
template <Field field>
constexpr auto key = [] {
    constexpr std::string_view name = name_of(field);
    std::array<char, name.size() + 3> text{};
    text.front() = '"';
    std::copy(name.begin(), name.end(), text.begin() + 1);
    text[name.size() + 1] = '"';
    text[name.size() + 2] = ':';
    return text;
}();

// The following get compact JSON of which the text is kept, and return where what they are named for ends; null when it
// does not begin at `at` or is anything else than we would write. As functions, so that `at` stays in a register.

char const* skip_text(char const* at, char const* end, std::string_view text) noexcept {
    return std::string_view{at, end}.starts_with(text) ? at + text.size() : nullptr;
}

// A string whose escape sequences are those that we would write.
inline char const* skip_string(char const* at, char const* end) noexcept {
    if (at == end || *at != '"') return nullptr;
    at = base::find_json_escape(at + 1, end);
    while (at != end && *at != '"') {
        if (*at != '\\' || end - at < 2) return nullptr;
        if (std::string_view{"\"\\bfnrt"}.find(at[1]) == std::string_view::npos) return nullptr;
        at = base::find_json_escape(at + 2, end);
    }
    return at != end ? at + 1 : nullptr;
}

char const* skip_digits(char const* at, char const* end) noexcept {
    char const* const begin = at;
    while (at != end && base::is_digit(*at)) ++at;
    return at != begin ? at : nullptr;
}

// Any number without an exponent.
char const* skip_number(char const* at, char const* end) noexcept {
    if (at != end && *at == '-') ++at;
    at = at != end && *at == '0' ? at + 1 : skip_digits(at, end);
    return at != nullptr && at != end && *at == '.' ? skip_digits(at + 1, end) : at;
}

char const* skip_value(char const* at, char const* end, std::size_t levels) noexcept {
    if (at == end) return nullptr;
    char const first = *at;
    if (first == '"') return skip_string(at, end);
    if (first == '{' || first == '[') {
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
    switch (first) {
        case 't':
            return skip_text(at, end, "true");
        case 'f':
            return skip_text(at, end, "false");
        case 'n':
            return skip_text(at, end, "null");
        default:
            return skip_number(at, end);
    }
}

// Moves through compact JSON. Every function returns false where it finds anything else than what it is named for.
class PlainReader {
public:
    explicit PlainReader(std::string_view text) noexcept
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()} {}

    [[nodiscard]] std::string_view done() const noexcept { return {begin_, position()}; }

    bool organization(std::size_t levels, Organization& out) {
        if (levels == 0 || !take('{')) return false;
        Progress progress{};
        do {
            if (!usual_members(OrganizationMembers{}, levels - 1, out, progress)) return false;
            if (progress.more && !odd_member(levels - 1, out, progress)) return false;
        } while (progress.more);
        std::string& unknown = progress.unknown;
        if (!unknown.empty()) out.additional_fields = Metadata::from_valid_text(std::move(unknown += '}'));
        out.missing_fields = organization_always & ~progress.seen;
        return take('}') && !out.id.empty();
    }

private:
    struct Progress {
        FieldMask seen{};
        bool more{true};        // another member must follow
        std::string unknown{};  // members that nobody knows
    };

    // The service writes its members in our order, with few left out: so each is looked for where it is expected.
    template <std::size_t... indices>
    bool usual_members(std::index_sequence<indices...>, std::size_t levels, Organization& out, Progress& progress) {
        return (usual_member<static_cast<Field>(indices)>(levels, out, progress) && ...);
    }
    // True, and nothing has happened, where another member is next.
    template <Field field>
    bool usual_member(std::size_t levels, Organization& out, Progress& progress) {
        if (!progress.more || (progress.seen & bit(field)) != 0 || !take_key<field>()) return true;
        if (!member(field, levels, out.*std::get<static_cast<std::size_t>(field)>(organization_members), out))
            return false;
        progress.seen |= bit(field);
        progress.more = take(',');
        return true;
    }

    // One that we do not know, or elsewhere than we would write it.
    bool odd_member(std::size_t levels, Organization& out, Progress& progress) {
        char const* const begin = at_;
        std::string_view name;
        if (!string(name) || !take(':')) return false;
        Field const field = find_field(name);
        if ((organization_fields & bit(field)) == 0) {
            if (!value(levels)) return false;
            (progress.unknown += progress.unknown.empty() ? '{' : ',').append(begin, at_);
        } else {
            if ((progress.seen & bit(field)) != 0 || !member(field, levels, out)) return false;
            progress.seen |= bit(field);
        }
        progress.more = take(',');
        return true;
    }

    [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }

    [[nodiscard]] bool is_next(char c) const noexcept { return at_ != end_ && *at_ == c; }
    bool take(char c) noexcept {
        if (!is_next(c)) return false;
        ++at_;
        return true;
    }
    template <Field field>
    bool take_key() noexcept {
        constexpr std::size_t size = key<field>.size();
        if (end_ - at_ < static_cast<std::ptrdiff_t>(size) || !base::equals<size>(at_, key<field>.data())) return false;
        at_ += size;
        return true;
    }
    bool take(std::string_view text) noexcept {
        if (!rest().starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    bool member(Field field, std::size_t levels, Organization& out) {
        bool is_read = false;
        visit_member(out, field, [this, field, levels, &out, &is_read](auto& target) {
            is_read = member(field, levels, target, out);
        });
        return is_read;
    }
    template <class Target>
    bool member(Field field, std::size_t levels, Target& target, Organization& out) {
        if (is_next('n')) {
            out.null_fields |= bit(field);
            return field != Field::id && take("null");
        }
        if constexpr (std::is_same_v<Target, Metadata>) {
            return metadata(levels, target);
        } else {
            return read(target);
        }
    }

    bool read(std::string& target) {
        std::string_view text;
        if (!string(text)) return false;
        target = std::string{text};  // half the work of assign()
        return true;
    }
    bool read(std::optional<std::string>& target) {
        std::string_view text;
        if (!string(text)) return false;
        target.emplace(text);
        return true;
    }
    bool read(std::optional<bool>& target) {
        bool const value = take("true");
        target = value;
        return value || take("false");
    }
    bool read(std::optional<std::int64_t>& target) { return integer(target.emplace()); }
    bool read(std::optional<Timestamp>& target) {
        std::int64_t milliseconds{};
        if (!integer(milliseconds)) return false;
        target = Timestamp{std::chrono::milliseconds{milliseconds}};
        return base::is_representable(*target);
    }

    bool metadata(std::size_t levels, Metadata& target) {
        char const* const begin = at_;
        if (!is_next('{') || !value(levels)) return false;
        if (at_ - begin > 2) target = Metadata::from_valid_text(std::string(begin, at_));
        return true;
    }

    // A string without escape sequences. Bytes beyond ASCII are not looked at.
    bool string(std::string_view& text) noexcept {
        if (!take('"')) return false;
        char const* const begin = at_;
        at_ = base::find_json_escape(at_, end_);
        text = {begin, static_cast<std::size_t>(at_ - begin)};
        return take('"');
    }

    // Of which the text is kept.
    bool value(std::size_t levels) noexcept {
        char const* const after = skip_value(at_, end_, levels);
        if (after == nullptr) return false;
        at_ = after;
        return true;
    }

    // An integer that is not negative and fits. What follows a number is an error of whoever comes next.
    bool integer(std::int64_t& number) noexcept {
        constexpr std::ptrdiff_t max_digits = 18;
        char const* const begin = at_;
        char const* const limit = end_ - begin > max_digits ? begin + max_digits : end_;
        char const* at = begin;
        std::int64_t read = 0;
        if constexpr (std::endian::native == std::endian::little) {
            if (limit - at >= 8) {
                if (auto const eight = base::eight_digits(base::load_word(at))) {
                    read = *eight;
                    at += 8;
                }
            }
        }
        for (; at != limit && base::is_digit(*at); ++at) read = 10 * read + (*at - '0');
        at_ = at;
        number = read;
        return at != begin && (*begin != '0' || at - begin == 1);
    }

    char const* begin_;
    char const* at_;
    char const* end_;
};

}  // namespace

std::size_t read_plain_organization(std::string_view text, std::size_t levels, Organization& out) {
    constexpr std::size_t max_recursion = base::max_metadata_depth + 1;  // deeper is rare, and not worth the stack
    PlainReader reader{text};
    if (!reader.organization(std::min(levels, max_recursion), out)) return 0;
    // Outside its strings all is ASCII by now, so this is the same as looking at each string.
    return base::is_valid_utf8(reader.done()) ? reader.done().size() : 0;
}

}  // namespace clerk::organizations
