#include <clerk/timestamp.hpp>

#include "base/ascii.hpp"
#include "base/timestamp_range.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace clerk {

namespace {

using namespace std::chrono;

// Reads fixed-width fields from the front of a text; once something does not match, everything after fails too.
class Reader {
public:
    explicit Reader(std::string_view text) noexcept : rest_{text} {}

    int digits(std::size_t count) noexcept {
        int value = 0;
        for (std::size_t index = 0; index < count; ++index) {
            if (!at_digit()) return fail();
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    bool skip_any(std::string_view characters) noexcept {
        if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
        taken_ = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }

    void expect_any(std::string_view characters) noexcept {
        if (!skip_any(characters)) fail();
    }

    // 1*DIGIT as milliseconds; digits past the third are dropped.
    int fraction() noexcept {
        if (!at_digit()) return fail();
        int value = 0;
        for (int weight = 100; at_digit(); weight /= 10) {
            value += weight * (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    [[nodiscard]] char taken() const noexcept { return taken_; }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool complete() const noexcept { return ok_ && rest_.empty(); }

private:
    [[nodiscard]] bool at_digit() const noexcept { return ok_ && !rest_.empty() && base::is_digit(rest_.front()); }
    int fail() noexcept {
        ok_ = false;
        return 0;
    }

    std::string_view rest_;
    char taken_{};
    bool ok_{true};
};

// RFC 3339 inserts leap seconds only at the end of a month in UTC. System time cannot represent them.
bool may_be_leap_second(sys_time<minutes> minute) noexcept {
    auto const next = minute + minutes{1};
    auto const day_start = floor<days>(next);
    return next == day_start && year_month_day{day_start}.day() == day{1};
}

std::optional<Timestamp> read_timestamp(std::string_view text) noexcept {
    Reader reader{text};
    int const year_number = reader.digits(4);
    reader.expect_any("-");
    auto const month_number = static_cast<unsigned>(reader.digits(2));
    reader.expect_any("-");
    auto const day_number = static_cast<unsigned>(reader.digits(2));
    reader.expect_any("Tt");
    int const hour = reader.digits(2);
    reader.expect_any(":");
    int const minute = reader.digits(2);
    reader.expect_any(":");
    int const second = reader.digits(2);
    int const millisecond = reader.skip_any(".") ? reader.fraction() : 0;
    reader.expect_any("Zz+-");
    minutes offset{};
    if (reader.taken() == '+' || reader.taken() == '-') {
        char const sign = reader.taken();
        int const offset_hours = reader.digits(2);
        reader.expect_any(":");
        int const offset_minutes = reader.digits(2);
        if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
        offset = hours{offset_hours} + minutes{offset_minutes};
        if (sign == '-') offset = -offset;
    }
    if (!reader.complete()) return std::nullopt;

    year_month_day const date{year{year_number}, month{month_number}, day{day_number}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    sys_time<minutes> const utc_minute = sys_days{date} + hours{hour} + minutes{minute} - offset;
    Timestamp time = utc_minute + seconds{second} + milliseconds{millisecond};
    if (second == 60) {
        if (!may_be_leap_second(utc_minute)) return std::nullopt;
        time = utc_minute + milliseconds{59'999};
    }
    if (!base::is_representable(time)) return std::nullopt;
    return time;
}

void append_digits(std::string& out, std::int64_t value, int width) {
    std::array<char, 8> text{};
    for (int index = width - 1; index >= 0; --index, value /= 10) {
        text[static_cast<std::size_t>(index)] = static_cast<char>('0' + value % 10);
    }
    out.append(text.data(), static_cast<std::size_t>(width));
}

}  // namespace

Result<Timestamp> parse_timestamp(std::string_view text) {
    if (auto const time = read_timestamp(text)) return *time;
    return Error{errc::invalid_argument, "not an RFC 3339 time such as 2012-10-20T07:15:20.902Z"};
}

std::string to_string(Timestamp time) {
    time = std::clamp(time, base::min_timestamp, base::max_timestamp);
    auto const day_start = floor<days>(time);
    year_month_day const date{day_start};
    hh_mm_ss const clock{time - day_start};
    std::string out;
    out.reserve(24);
    append_digits(out, int{date.year()}, 4);
    out += '-';
    append_digits(out, unsigned{date.month()}, 2);
    out += '-';
    append_digits(out, unsigned{date.day()}, 2);
    out += 'T';
    append_digits(out, clock.hours().count(), 2);
    out += ':';
    append_digits(out, clock.minutes().count(), 2);
    out += ':';
    append_digits(out, clock.seconds().count(), 2);
    out += '.';
    append_digits(out, clock.subseconds().count(), 3);
    out += 'Z';
    return out;
}

}  // namespace clerk
