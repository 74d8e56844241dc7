// Host names and addresses as texts.
#pragma once

#include <boost/url/url_view.hpp>

#include <array>
#include <cstddef>
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

// Empty when it is neither an IP address nor a name that DNS and certificates can carry: percent-encoded and
// internationalised names (use their xn-- form) are refused rather than guessed at, and so is a trailing dot, which
// certificates never have.
[[nodiscard]] std::optional<Host> host_of(boost::urls::url_view const& url);

// An IP address as 16 bytes, IPv4 as its IPv4-mapped IPv6 address, so that both spellings are one.
using IpBytes = std::array<unsigned char, 16>;
inline constexpr std::size_t mapped_prefix_bits = 96;  // what precedes the IPv4 address

// Empty when `text` (without brackets) is not an address.
[[nodiscard]] std::optional<IpBytes> parse_ip(std::string_view text);
[[nodiscard]] bool is_ipv4(IpBytes const& address) noexcept;
[[nodiscard]] bool is_loopback(IpBytes const& address) noexcept;

}  // namespace clerk::http
