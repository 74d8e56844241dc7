#include "http/connect_tunnel.hpp"

#include "base/ascii.hpp"

#include <clerk/version.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace clerk::http {

namespace {

// Where the head that starts at `begin` ends; npos while it has not. A line may end in a bare LF (RFC 9112 section
// 2.2).
std::size_t head_end(std::string_view text, std::size_t begin) noexcept {
    for (std::size_t at = text.find('\n', begin); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        std::string_view const next = text.substr(at + 1);
        if (next.starts_with('\n')) return at + 2;
        if (next.starts_with("\r\n")) return at + 3;
    }
    return std::string_view::npos;
}

constexpr int incomplete = -1;
constexpr int malformed = 0;

// The status in `HTTP/1.x NNN`, which a space or the end of the line follows.
int parse_status(std::string_view head) noexcept {
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t minor_at = version.size();
    constexpr std::size_t status_at = minor_at + 2;
    constexpr std::size_t status_end = status_at + 3;
    if (!version.starts_with(head.substr(0, version.size()))) return malformed;
    if (head.size() <= status_end) return incomplete;
    if (!base::is_digit(head[minor_at]) || head[minor_at + 1] != ' ' || !base::is_space(head[status_end])) {
        return malformed;
    }
    int status = 0;
    for (char const c : head.substr(status_at, status_end - status_at)) {
        if (!base::is_digit(c)) return malformed;
        status = status * 10 + (c - '0');
    }
    return status < 100 ? malformed : status;
}

}  // namespace

SecretBuffer connect_request(Proxy const& proxy, Origin const& origin, std::string_view user_agent) {
    bool const is_ipv6 = origin.host.find(':') != std::string::npos;
    std::string const target = (is_ipv6 ? "[" + origin.host + "]" : origin.host) + ":" + origin.port;
    bool const has_credentials = !proxy.authorization.empty();
    std::initializer_list<std::string_view> const pieces{"CONNECT ",
                                                         target,
                                                         " HTTP/1.1\r\nHost: ",
                                                         target,
                                                         "\r\nUser-Agent: clerk-cpp/" CLERK_VERSION_STRING,
                                                         user_agent.empty() ? "" : " ",
                                                         user_agent,
                                                         has_credentials ? "\r\nProxy-Authorization: " : "",
                                                         proxy.authorization,
                                                         "\r\n\r\n"};
    std::size_t size = sizeof(SecretBuffer);
    for (std::string_view const piece : pieces) size += piece.size();
    SecretBuffer out;
    out.reserve(size);
    for (std::string_view const piece : pieces) out.append(piece);
    return out;
}

ConnectReply parse_connect_reply(std::string_view received) noexcept {
    for (std::size_t begin = 0;;) {
        int const status = parse_status(received.substr(begin));
        if (status == malformed) return {ConnectReply::State::malformed};
        std::size_t const end = status == incomplete ? std::string_view::npos : head_end(received, begin);
        if (end == std::string_view::npos) return {};
        // 101 switches to another protocol, so it is a final status.
        if (status >= 200 || status == 101) return {ConnectReply::State::complete, status, end};
        begin = end;
    }
}

}  // namespace clerk::http
