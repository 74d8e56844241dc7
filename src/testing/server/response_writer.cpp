#include "testing/server/response_writer.hpp"

#include "testing/service/text.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <chrono>

namespace clerk::testing {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_two_digits(std::string& out, std::int64_t number) {
    out += static_cast<char>('0' + number / 10);
    out += static_cast<char>('0' + number % 10);
}

// Reason phrases of 520 to 527, which only the CDN uses.
constexpr std::array<std::string_view, 8> edge_reasons{"Web Server Returned an Unknown Error",
                                                       "Web Server Is Down",
                                                       "Connection Timed Out",
                                                       "Origin Is Unreachable",
                                                       "A Timeout Occurred",
                                                       "SSL Handshake Failed",
                                                       "Invalid SSL Certificate",
                                                       "Railgun Listener Error"};

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
    if (status >= 520 && status - 520 < edge_reasons.size()) return edge_reasons[status - 520];
    auto const known = boost::beast::http::int_to_status(status);
    if (known == boost::beast::http::status::unknown) return {};
    auto const reason = boost::beast::http::obsolete_reason(known);
    return {reason.data(), reason.size()};
}

std::string const& DateText::at(Milliseconds unix) {
    std::int64_t const second = unix / 1000;
    if (second == second_) return text_;
    second_ = second;
    auto const time = std::chrono::sys_seconds{std::chrono::seconds{second}};
    auto const days = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day const date{days};
    text_ = weekdays[std::chrono::weekday{days}.c_encoding()];
    append_two_digits(text_ += ", ", static_cast<unsigned>(date.day()));
    (text_ += ' ') += months[static_cast<unsigned>(date.month()) - 1];
    append_number(text_ += ' ', static_cast<int>(date.year()));
    std::int64_t const of_day = second % 86400;
    append_two_digits(text_ += ' ', of_day / 3600);
    append_two_digits(text_ += ':', of_day / 60 % 60);
    append_two_digits(text_ += ':', of_day % 60);
    text_ += " GMT";
    return text_;
}

void write_head(std::string& head, ServiceResponse const& response, std::size_t body_size, std::string_view date,
                std::string_view connection) {
    head = "HTTP/1.1 ";
    append_number(head, response.status);
    (head += ' ') += reason_phrase(response.status);
    (head += "\r\nDate: ") += date;
    (head += "\r\nContent-Type: ") += response.from_edge ? "text/html; charset=UTF-8" : "application/json";
    append_number(head += "\r\nContent-Length: ", static_cast<std::int64_t>(body_size));
    // Answers that the CDN itself makes have no trace id of the service.
    if (!response.from_edge) (head += "\r\nClerk-Trace-Id: ") += response.trace();
    ((head += "\r\ncf-ray: ") += response.trace().substr(16)) += "-FRA";
    if (response.retry_after) append_number(head += "\r\nRetry-After: ", response.retry_after->count());
    if (!response.allow.empty()) (head += "\r\nAllow: ") += response.allow;
    if (!connection.empty()) (head += "\r\nConnection: ") += connection;
    head += "\r\n\r\n";
}

}  // namespace clerk::testing
