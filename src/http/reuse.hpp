// Whether the next request may use this connection.
#pragma once

namespace clerk::http {

// How an exchange ended. The defaults describe the worst.
struct ExchangeEnd {
    bool request_fully_sent{false};  // a half-sent request leaves the peer waiting for the rest
    bool response_complete{false};   // head and body arrived whole
    bool keep_alive{false};          // version and Connection field allow another request
    bool leftover_bytes{true};       // bytes after the response: they must not be taken for the next one
    bool peer_closed{true};          // end of stream, close_notify or reset was seen
    bool interrupted{true};          // cancelled, out of time, or failed in any phase
    bool expired{true};              // older than PoolOptions::max_age, or the client is closing
};

// The only place that decides; no when in doubt.
[[nodiscard]] bool reusable(ExchangeEnd const& end) noexcept;

}  // namespace clerk::http
