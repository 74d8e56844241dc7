// The request that opens a tunnel through a proxy, and its answer (RFC 9110 section 9.3.6).
#pragma once

#include "http/base_url.hpp"
#include "http/proxy.hpp"
#include "http/secret_buffer.hpp"

#include <cstddef>
#include <string_view>

namespace clerk::http {

// The request, proxy's credentials included. `user_agent` is appended to the library's own.
[[nodiscard]] SecretBuffer connect_request(Proxy const& proxy, Origin const& origin, std::string_view user_agent);

struct ConnectReply {
    enum class State {
        incomplete,  // read more
        malformed,   // not HTTP/1.x
        complete,
    };
    State state{State::incomplete};
    int status{};          // of the final answer
    std::size_t length{};  // where its head ends; after a 2xx the tunnel begins there
};

// Parses everything received so far. Interim (1xx) answers are skipped; header fields are ignored, even Content-Length
// in a 2xx.
[[nodiscard]] ConnectReply parse_connect_reply(std::string_view received) noexcept;

}  // namespace clerk::http
