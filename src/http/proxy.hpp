// The proxy of a client.
#pragma once

#include "http/base_url.hpp"
#include "http/secret_buffer.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::http {

struct Proxy {
    std::string host{};  // as in Origin
    std::string port{};
    std::string authority{};  // for messages: never contains credentials
    bool host_is_ip{};
    SecretBuffer authorization{};  // value of Proxy-Authorization; empty: none
};

// Parses `http://[user:password@]host[:port]`. Errors: errc::invalid_argument, field proxy.url; the message quotes
// nothing of the text.
[[nodiscard]] Result<Proxy> parse_proxy_url(std::string_view text);

// Looks up an environment variable; null when it is unset. Empty function: the environment of the process.
using Environment = std::function<char const*(char const* name)>;

// The proxy of the options, else that of the environment; empty when connections go directly to the origin. Errors:
// errc::invalid_argument, field proxy.url, or proxy.use_environment with the variable's name in the message.
[[nodiscard]] Result<std::optional<Proxy>> choose_proxy(ProxyOptions const& options, Origin const& origin,
                                                        Environment const& environment = {});

}  // namespace clerk::http
