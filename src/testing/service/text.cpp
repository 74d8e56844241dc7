#include "testing/service/text.hpp"

#include "base/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace clerk::testing {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_letter(char c) noexcept { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
// A character of a host's label, or a byte beyond ASCII.
bool is_word(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || static_cast<unsigned char>(c) > 0x7F;
}

// The most common top-level domains; names of companies rarely contain others.
bool is_top_level_domain(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 42> common{
        "ai",  "app", "at",     "au",  "be",  "biz", "ca",  "ch",   "cloud", "cn",    "co",   "com", "de",  "dev",
        "edu", "es",  "eu",     "fr",  "gov", "in",  "inc", "info", "io",    "it",    "jp",   "llc", "ltd", "me",
        "net", "nl",  "online", "org", "pl",  "ru",  "se",  "shop", "site",  "store", "tech", "tv",  "uk",  "us"};
    return std::any_of(common.begin(), common.end(),
                       [text](std::string_view name) { return equals_ignoring_case(text, name); });
}

// Removes exactly `count` digits from the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) noexcept {
    if (text.size() < count) return std::nullopt;
    int number = 0;
    for (char const c : text.substr(0, count)) {
        if (!is_digit(c)) return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) noexcept {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

// Milliseconds of ".902…" at the front; 0 without a dot; empty for a dot without digits.
std::optional<int> take_fraction(std::string_view& text) noexcept {
    if (!take(text, '.')) return 0;
    int milliseconds = 0;
    int digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
        if (digits < 3) milliseconds = milliseconds * 10 + (text.front() - '0');
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 3; ++digits) milliseconds *= 10;
    return milliseconds;
}

std::optional<int> take_offset_minutes(std::string_view& text) noexcept {
    if (take(text, 'Z')) return 0;
    int sign = 1;
    if (take(text, '-')) {
        sign = -1;
    } else if (!take(text, '+')) {
        return std::nullopt;
    }
    auto const hours = take_digits(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    auto const minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out{};
    out.reserve(text.size());
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] == '%') {
            if (text.size() - i < 3) return std::nullopt;
            int const high = hex_digit(text[i + 1]);
            int const low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    if (!base::is_valid_utf8(out)) return std::nullopt;
    return out;
}

QueryParams parse_query(std::string_view query) {
    QueryParams params{};
    while (!query.empty()) {
        std::string_view const pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        std::size_t const equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::string{} : percent_decode(pair.substr(equals + 1), true);
        if (name && value) params.emplace_back(std::move(*name), std::move(*value));
    }
    return params;
}

std::string_view origin_form(std::string_view target) noexcept {
    for (std::string_view const scheme : {"https://", "http://"}) {
        if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        target.remove_prefix(scheme.size());
        return target.substr(std::min(target.find_first_of("/?"), target.size()));
    }
    return target;
}

bool is_host(std::string_view text) noexcept {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=%:[]";
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return to_lower(a) == to_lower(b); });
}

bool contains_ignoring_case(std::string_view text, std::string_view lowered) noexcept {
    if (lowered.empty()) return true;
    if (text.size() < lowered.size()) return false;
    for (std::size_t at = 0, last = text.size() - lowered.size(); at <= last; ++at) {
        if (to_lower(text[at]) != lowered.front()) continue;
        if (equals_ignoring_case(text.substr(at, lowered.size()), lowered)) return true;
    }
    return false;
}

bool is_slug(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; });
}

std::string slug_from_name(std::string_view name) {
    std::string slug{};
    for (char const c : name) {
        char const lower = to_lower(c);
        if (is_digit(lower) || (lower >= 'a' && lower <= 'z')) {
            slug += lower;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

bool contains_html(std::string_view text) noexcept {
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        if (at + 1 == text.size()) return false;
        char const next = to_lower(text[at + 1]);
        if (is_letter(next) || next == '/' || next == '!' || next == '?') return true;
    }
    return false;
}

bool contains_url(std::string_view text) noexcept {
    if (text.find("://") != std::string_view::npos || contains_ignoring_case(text, "www.")) return true;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        if (dot == 0 || !is_word(text[dot - 1])) continue;
        std::string_view rest = text.substr(dot + 1);
        std::size_t const blanks = std::min(rest.find_first_not_of(' '), rest.size());
        rest.remove_prefix(blanks);
        std::size_t length = 0;
        while (length != rest.size() && is_word(rest[length])) ++length;
        // After a space, short domains are usually words: "Acme Corp. in London".
        if ((blanks == 0 || length > 2) && is_top_level_domain(rest.substr(0, length))) return true;
    }
    return false;
}

std::optional<Milliseconds> parse_rfc3339(std::string_view text) noexcept {
    auto const year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    auto const month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    auto const day = take_digits(text, 2);
    if (!day || !take(text, 'T')) return std::nullopt;
    auto const hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    auto const minute = take_digits(text, 2);
    if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
    auto const second = take_digits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    auto const milliseconds = take_fraction(text);
    if (!milliseconds) return std::nullopt;
    auto const offset = take_offset_minutes(text);
    if (!offset || !text.empty()) return std::nullopt;

    std::chrono::year_month_day const date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    std::int64_t const days = std::chrono::sys_days{date}.time_since_epoch().count();
    std::int64_t const seconds = ((days * 24 + *hour) * 60 + *minute - *offset) * 60 + *second;
    return seconds * 1000 + *milliseconds;
}

void append_number(std::string& out, std::int64_t number) {
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace clerk::testing
