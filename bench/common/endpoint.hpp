// The server behind --base-url, for clients that do not take a URL.
#pragma once

#include <string>

namespace clerk_bench {

struct Endpoint {
    std::string host{};  // IPv6 without brackets
    std::string port{};
    std::string authority{};  // for the Host header
    std::string base_path{};  // without trailing slash
};

// Parses `https://host[:port][/path]`. Throws std::invalid_argument for anything else.
[[nodiscard]] Endpoint parse_endpoint(std::string const& base_url);

}  // namespace clerk_bench
