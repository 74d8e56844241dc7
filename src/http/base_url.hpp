// The parts of the origin that a client uses.
#pragma once

#include <clerk/result.hpp>

#include <string>
#include <string_view>

namespace clerk::http {

inline constexpr std::string_view default_base_url = "https://api.clerk.com/v1";

struct Origin {
    std::string host{};       // as for resolving, SNI and certificate check: lower case, IPv6 without brackets
    std::string port{};       // decimal, never empty
    std::string authority{};  // for the Host header: IPv6 in brackets, port 443 left out
    std::string base_path{};  // without trailing slash: "" or "/v1"
    bool host_is_ip{};        // an IP literal: no SNI, checked against the certificate's IP addresses
};

// Parses `https://host[:port][/path]`; empty text means the default. Errors: errc::invalid_argument, field
// base_url.
[[nodiscard]] Result<Origin> parse_base_url(std::string_view text);

}  // namespace clerk::http
