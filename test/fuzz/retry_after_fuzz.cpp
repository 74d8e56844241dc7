// Retry-After and the dates it may hold. Input: the current time in seconds, a line end, the field's value.
#include "fuzz/target.hpp"

#include "base/time_point.hpp"
#include "client/retry/http_date.hpp"
#include "client/retry/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace clerk::fuzz {
namespace {

using std::chrono::sys_seconds;

constexpr sys_seconds first_moment = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
constexpr sys_seconds last_moment = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};
constexpr std::chrono::years far_ahead{51};  // the latest meaning of a year of two digits

// A clock may be wrong, but is within the range of the calendar.
sys_seconds read_now(std::string_view text) {
    std::int64_t seconds{};
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    sys_seconds const now{std::chrono::seconds{seconds}};
    return std::clamp(now, first_moment, last_moment);
}

std::string as_http_date(sys_seconds time) {
    static constexpr char const* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const clock{time - day};
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

}  // namespace

void run(std::string_view input) {
    sys_seconds const now = read_now(take_line(input));
    auto const wait = client::parse_retry_after(input, now);
    if (wait) {
        check(*wait >= std::chrono::milliseconds::zero(), "a wait is never negative");
        check(*wait <= base::longest_wait, "a wait can be added to any point in time");
        check(wait->count() % 1000 == 0, "a wait is whole seconds");
    }
    auto const date = client::parse_http_date(input, now);
    if (!date) return;
    check(*date >= first_moment && *date <= last_moment + far_ahead, "a date is inside the calendar");
    check(wait.has_value(), "a date is a valid Retry-After");
    check(*date > now || *wait == std::chrono::milliseconds::zero(), "a date in the past is no wait");
    if (*date <= last_moment) {
        check(client::parse_http_date(as_http_date(*date), now) == date, "a date survives being written and read");
    }
}

}  // namespace clerk::fuzz
