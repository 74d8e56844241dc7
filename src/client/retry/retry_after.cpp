#include "client/retry/retry_after.hpp"

#include "base/ascii.hpp"
#include "base/time_point.hpp"
#include "client/retry/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace clerk::client {

namespace {

std::chrono::milliseconds clamp(std::chrono::seconds wait) noexcept {
    constexpr auto longest = std::chrono::duration_cast<std::chrono::seconds>(base::longest_wait);
    return std::clamp(wait, std::chrono::seconds::zero(), longest);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, std::chrono::sys_seconds now) {
    value = base::trim(value);
    if (value.empty()) return std::nullopt;
    if (std::all_of(value.begin(), value.end(), base::is_digit)) {
        std::int64_t seconds = 0;
        auto const error = std::from_chars(value.data(), value.data() + value.size(), seconds).ec;
        return error == std::errc{} ? clamp(std::chrono::seconds{seconds}) : base::longest_wait;
    }
    auto const time = parse_http_date(value, now);
    if (!time) return std::nullopt;
    return clamp(*time - now);
}

}  // namespace clerk::client
