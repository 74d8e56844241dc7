#include "client/retry/http_date.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace clerk::client {

namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> short_days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

// Reads the text from left to right; after the first mismatch every read fails.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : rest_{text} {}

    void literal(std::string_view expected) noexcept {
        failed_ = failed_ || !rest_.starts_with(expected);
        if (!failed_) rest_.remove_prefix(expected.size());
    }

    int number(std::size_t digits) noexcept {
        std::string_view const text = rest_.substr(0, digits);
        if (text.size() != digits || !std::all_of(text.begin(), text.end(), base::is_digit)) {
            failed_ = true;
            return 0;
        }
        int value = 0;
        for (char const c : text) value = value * 10 + (c - '0');
        rest_.remove_prefix(digits);
        return value;
    }

    // asctime's day of the month: two digits, or a space and one.
    int padded_number() noexcept {
        if (!rest_.starts_with(' ')) return number(2);
        rest_.remove_prefix(1);
        return number(1);
    }

    // The index of the name that comes next.
    template <std::size_t Count>
    unsigned one_of(std::array<std::string_view, Count> const& names) noexcept {
        auto const found = std::find_if(names.begin(), names.end(), [this](std::string_view name) {
            return base::equals_ignoring_case(rest_.substr(0, name.size()), name);
        });
        if (found == names.end()) {
            failed_ = true;
            return 0;
        }
        rest_.remove_prefix(found->size());
        return static_cast<unsigned>(std::distance(names.begin(), found));
    }

    [[nodiscard]] bool succeeded() const noexcept { return !failed_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool failed_{};
};

struct Fields {
    int year{};
    unsigned month{};  // 0…11
    int day{};
    int hour{};
    int minute{};
    int second{};
};

void read_time(Scanner& in, Fields& fields) noexcept {
    fields.hour = in.number(2);
    in.literal(":");
    fields.minute = in.number(2);
    in.literal(":");
    fields.second = in.number(2);
}

std::optional<std::chrono::sys_seconds> to_time(Fields const& fields) noexcept {
    using namespace std::chrono;
    year_month_day const date{year{fields.year}, month{fields.month + 1}, day{static_cast<unsigned>(fields.day)}};
    // 60 is a leap second.
    if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
    return sys_days{date} + hours{fields.hour} + minutes{fields.minute} + seconds{fields.second};
}

// The latest year with these two last digits that is at most 50 years ahead.
int full_year(int two_digits, std::chrono::sys_seconds now) noexcept {
    std::chrono::year_month_day const today{std::chrono::floor<std::chrono::days>(now)};
    int const latest = static_cast<int>(today.year()) + 50;
    int const distance = ((latest - two_digits) % 100 + 100) % 100;
    return latest - distance;
}

std::optional<std::chrono::sys_seconds> parse_imf_fixdate(std::string_view text) noexcept {
    Scanner in{text};
    Fields fields;
    in.one_of(short_days);
    in.literal(", ");
    fields.day = in.number(2);
    in.literal(" ");
    fields.month = in.one_of(months);
    in.literal(" ");
    fields.year = in.number(4);
    in.literal(" ");
    read_time(in, fields);
    in.literal(" GMT");
    return in.succeeded() ? to_time(fields) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> parse_rfc850_date(std::string_view text,
                                                          std::chrono::sys_seconds now) noexcept {
    Scanner in{text};
    Fields fields;
    in.one_of(long_days);
    in.literal(", ");
    fields.day = in.number(2);
    in.literal("-");
    fields.month = in.one_of(months);
    in.literal("-");
    fields.year = full_year(in.number(2), now);
    in.literal(" ");
    read_time(in, fields);
    in.literal(" GMT");
    return in.succeeded() ? to_time(fields) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> parse_asctime_date(std::string_view text) noexcept {
    Scanner in{text};
    Fields fields;
    in.one_of(short_days);
    in.literal(" ");
    fields.month = in.one_of(months);
    in.literal(" ");
    fields.day = in.padded_number();
    in.literal(" ");
    read_time(in, fields);
    in.literal(" ");
    fields.year = in.number(4);
    return in.succeeded() ? to_time(fields) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, std::chrono::sys_seconds now) {
    if (auto const time = parse_imf_fixdate(text)) return time;
    if (auto const time = parse_rfc850_date(text, now)) return time;
    return parse_asctime_date(text);
}

}  // namespace clerk::client
