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

namespace clerk::organizations {

namespace {

// `"name":` of every member that is short enough; empty for the others.
struct Keys {
    static constexpr std::size_t max_size = 32;

    std::array<std::array<char, max_size>, field_count> text{};
    std::array<std::uint8_t, field_count> size{};
};
constexpr Keys keys = [] {
    Keys result;
    for (std::size_t index = 0; index != field_count; ++index) {
        std::string_view const name = field_names[index];
        if (name.size() + 3 > Keys::max_size) continue;
        auto& text = result.text[index];
        text[0] = '"';
        std::copy(name.begin(), name.end(), text.begin() + 1);
        text[name.size() + 1] = '"';
        text[name.size() + 2] = ':';
        result.size[index] = static_cast<std::uint8_t>(name.size() + 3);
    }
    return result;
}();

constexpr Field next(Field field) noexcept { return static_cast<Field>(static_cast<std::size_t>(field) + 1); }

// Moves through compact JSON. Every function returns false where it finds anything else than what it is named for.
class PlainReader {
public:
    explicit PlainReader(std::string_view text) noexcept
        : begin_{text.data()}, at_{text.data()}, end_{text.data() + text.size()} {}

    [[nodiscard]] std::string_view done() const noexcept { return {begin_, position()}; }

    bool organization(std::size_t levels, Organization& out) {
        FieldMask seen = 0;
        std::string unknown;
        if (levels == 0 || !take('{')) return false;
        Field expected = Field::object;
        do {
            char const* const begin = at_;
            // The service writes its members in our order, with few left out.
            Field field = expected;
            if (!take_key(expected)) {
                std::string_view name;
                if (!string(name) || !take(':')) return false;
                field = find_field(name);
            }
            if ((organization_fields & bit(field)) == 0) {
                if (!value(levels - 1)) return false;
                (unknown += unknown.empty() ? '{' : ',').append(begin, at_);
            } else {
                if ((seen & bit(field)) != 0 || !member(field, levels - 1, out)) return false;
                seen |= bit(field);
                expected = next(field);
            }
        } while (take(','));
        if (!unknown.empty()) out.additional_fields = Metadata::from_valid_text(unknown += '}');
        out.missing_fields = organization_always & ~seen;
        return take('}') && !out.id.empty();
    }

private:
    [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }

    [[nodiscard]] bool is_next(char c) const noexcept { return at_ != end_ && *at_ == c; }
    bool take(char c) noexcept {
        if (!is_next(c)) return false;
        ++at_;
        return true;
    }
    // The key of `field`, which is a member of an organization or the one behind those.
    bool take_key(Field field) noexcept {
        auto const index = static_cast<std::size_t>(field);
        std::size_t const size = keys.size[index];
        constexpr auto longest = static_cast<std::ptrdiff_t>(Keys::max_size);
        if (size == 0 || end_ - at_ < longest || !base::equals_short(at_, keys.text[index].data(), size)) return false;
        at_ += size;
        return true;
    }
    bool take(std::string_view text) noexcept {
        if (!rest().starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    bool member(Field field, std::size_t levels, Organization& out) {
        if (is_next('n')) {
            out.null_fields |= bit(field);
            return field != Field::id && take("null");
        }
        if (field == Field::public_metadata) return metadata(levels, out.public_metadata);
        if (field == Field::private_metadata) return metadata(levels, out.private_metadata);
        bool is_read = false;
        visit_member(out, field, [this, &is_read](auto& target) { is_read = read(target); });
        return is_read;
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
    bool read(Metadata&) { return false; }  // see member()

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

    // A string whose escape sequences are those that we would write, so that its text can be kept as it is.
    bool kept_string() noexcept {
        if (!take('"')) return false;
        for (at_ = base::find_json_escape(at_, end_); is_next('\\'); at_ = base::find_json_escape(at_, end_)) {
            if (end_ - at_ < 2 || std::string_view{"\"\\bfnrt"}.find(at_[1]) == std::string_view::npos) return false;
            at_ += 2;
        }
        return take('"');
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

    bool digits() noexcept {
        char const* const begin = at_;
        while (at_ != end_ && base::is_digit(*at_)) ++at_;
        return at_ != begin;
    }
    // Any number without an exponent.
    bool number() noexcept {
        take('-');
        return (take('0') || digits()) && (!take('.') || digits());
    }

    // Of which the text is kept.
    bool value(std::size_t levels) noexcept {
        if (at_ == end_) return false;
        switch (*at_) {
            case '"':
                return kept_string();
            case '{':
                return object(levels);
            case '[':
                return array(levels);
            case 't':
                return take("true");
            case 'f':
                return take("false");
            case 'n':
                return take("null");
            default:
                return number();
        }
    }
    bool object(std::size_t levels) noexcept {
        if (levels == 0 || !take('{')) return false;
        if (take('}')) return true;
        do {
            if (!kept_string() || !take(':') || !value(levels - 1)) return false;
        } while (take(','));
        return take('}');
    }
    bool array(std::size_t levels) noexcept {
        if (levels == 0 || !take('[')) return false;
        if (take(']')) return true;
        do {
            if (!value(levels - 1)) return false;
        } while (take(','));
        return take(']');
    }

    char const* begin_;
    char const* at_;
    char const* end_;
};

}  // namespace

std::size_t read_plain_organization(std::string_view text, std::size_t levels, Organization& out) {
    constexpr std::size_t max_recursion = 64;  // deeper is rare, and not worth the stack
    PlainReader reader{text};
    if (!reader.organization(std::min(levels, max_recursion), out)) return 0;
    // Outside its strings all is ASCII by now, so this is the same as looking at each string.
    return base::is_valid_utf8(reader.done()) ? reader.done().size() : 0;
}

}  // namespace clerk::organizations
