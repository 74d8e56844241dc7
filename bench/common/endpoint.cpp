#include "common/endpoint.hpp"

#include <stdexcept>
#include <string_view>

namespace clerk_bench {

// Parsed without Boost, because the client with the C++ REST SDK, which uses another Boost, shares this code.
Endpoint parse_endpoint(std::string const& base_url) {
    constexpr std::string_view scheme = "https://";
    std::string_view rest{base_url};
    if (!rest.starts_with(scheme) || rest.find_first_of("?#@ ") != std::string_view::npos) {
        throw std::invalid_argument{"--base-url: must be https://host[:port][/path]"};
    }
    rest.remove_prefix(scheme.size());
    std::string_view const authority = rest.substr(0, rest.find('/'));
    std::string_view path = rest.substr(authority.size());
    while (path.ends_with('/')) path.remove_suffix(1);

    bool const bracketed = authority.starts_with('[');
    auto const host_end = authority.find(bracketed ? ']' : ':');
    std::string_view const host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    auto const colon = bracketed && host_end != std::string_view::npos ? authority.find(':', host_end) : host_end;
    Endpoint endpoint{};
    endpoint.host = host;
    endpoint.port = colon == std::string_view::npos ? "443" : authority.substr(colon + 1);
    endpoint.authority = authority;
    endpoint.base_path = path;
    if (endpoint.host.empty() || endpoint.port.empty()) throw std::invalid_argument{"--base-url: no host, or no port"};
    return endpoint;
}

}  // namespace clerk_bench
