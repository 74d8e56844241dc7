// Host names and addresses as texts. Pure.
#pragma once

#include <boost/asio/ip/address_v6.hpp>
#include <boost/url/url_view.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace clerk::http {

[[nodiscard]] std::string lower_case(std::string_view text);

// The host of a URL as for resolving, SNI and certificate check: lower case, an address without brackets.
struct Host {
    std::string name{};
    bool is_ip{};
};

// Empty when it is neither an IP address nor a name that DNS and certificates can contain. Percent-encoded names,
// internationalised names (use their xn-- form) and a trailing dot, which certificates never have, are refused.
[[nodiscard]] std::optional<Host> host_of(boost::urls::url_view const& url);

// The address in `text` (without brackets). IPv4 becomes the IPv4-mapped IPv6 address, so that both spellings are
// equal.
[[nodiscard]] std::optional<boost::asio::ip::address_v6> parse_ip(std::string_view text);
[[nodiscard]] bool is_loopback(boost::asio::ip::address_v6 const& address);

}  // namespace clerk::http
