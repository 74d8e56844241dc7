// The interface of a connection for the pool and the call loop. Implemented with TLS, and by tests.
#pragma once

#include "http/body_sink.hpp"
#include "http/request.hpp"
#include "http/response_head.hpp"
#include "transport/deadline.hpp"

#include <clerk/config.hpp>
#include <clerk/error.hpp>
#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace clerk::transport {

// Points in time of one exchange, filled only for an observer.
struct ExchangeTiming {
    TimePoint begun{};       // just before the first byte is written
    TimePoint first_byte{};  // of the response; unset when none came
    TimePoint ended{};
    std::uint64_t bytes_sent{};
    std::uint64_t bytes_received{};
};

// One request on the wire and the sinks for its answer. Everything referenced outlives the exchange.
struct Exchange {
    std::string_view wire;       // request head, with the body unless that is written separately
    http::BodyStream* stream{};  // body that is written separately
    http::BodySink& success;     // gets the body of a 2xx in plain JSON
    http::BodySink& failure;     // gets any other body
    bool keep_headers{};
    bool gzip{};               // was requested
    ExchangeTiming* timing{};  // null: not measured
};

// How an exchange ended. `code` is not set when a complete final response arrived, with any status, and its sink
// accepted the whole body.
struct ExchangeResult {
    boost::system::error_code code{};   // clerk::errc
    boost::system::error_code cause{};  // the system's or TLS library's
    bool any_byte_sent{};               // the peer may have seen a byte of the request
    bool request_sent{};                // the whole request was sent
    bool response_begun{};              // a byte of a response arrived
    bool complete{};                    // the final response arrived whole
    bool success_sink{};                // its body went to the success sink
    http::BodyFailure refusal{};        // why that sink refused it; unset when it did not
    bool reusable{};
    http::ResponseHead head{};

    // The stream ended or broke.
    [[nodiscard]] bool stream_failed() const noexcept {
        return code == errc::connection_closed || code == errc::connection_failed;
    }
};

class Connection {
public:
    virtual ~Connection() = default;
    // Sends the request and reads its response. One at a time. Obeys the awaiting coroutine's cancellation.
    [[nodiscard]] virtual boost::asio::awaitable<void> exchange(Exchange const& exchange, ExchangeResult& result) = 0;
    // False when the peer has closed the connection or sent unexpected data. Does not block.
    [[nodiscard]] virtual bool alive() noexcept = 0;
    // Makes the exchange in progress and any later one fail. The only member that another thread may call during an
    // exchange.
    virtual void abort() noexcept = 0;
    // Sends a close_notify if that is possible without waiting, then closes. After it only the destructor may be
    // called.
    virtual void close() noexcept = 0;

private:
    friend class Pool;
    std::unique_ptr<Connection> next_{};  // the pool's list of those to be closed
};

// How long each phase of a connect took; zero when it was not reached or not needed.
struct ConnectTiming {
    std::chrono::nanoseconds resolve{};
    std::chrono::nanoseconds connect{};  // TCP and the proxy's tunnel
    std::chrono::nanoseconds tls{};
    bool resumed{};
};

struct ConnectResult {
    std::unique_ptr<Connection> connection{};  // null on failure
    boost::system::error_code code{};          // clerk::errc
    boost::system::error_code cause{};
    std::string message{};
    ConnectTiming timing{};
};

// The current step of a connect, "negotiating TLS": a literal, for messages. Any thread may read it.
using ConnectStep = std::atomic<char const*>;

class Connector {
public:
    virtual ~Connector() = default;
    // Resolves, connects and does the TLS handshake, until the earlier of `deadline` and the connect timeout. `step`
    // outlives it.
    [[nodiscard]] virtual boost::asio::awaitable<ConnectResult> connect(TimePoint deadline, ConnectStep& step) = 0;
    // Reads certificates and keys again, for later connects. Errors: as make_tls_connector(); then the old ones stay.
    // Any thread may call it.
    [[nodiscard]] virtual Result<void> reload_tls() { return {}; }
    // Whether there is a connect timeout, so that every connect ends.
    [[nodiscard]] virtual bool has_timeout() const noexcept = 0;
    // Ends the connect that has this step, with errc::cancelled. Any thread may call it.
    virtual void stop(ConnectStep const& step) noexcept = 0;
    // Ends every connect in progress, and any later one, with errc::client_closed. Any thread may call it.
    virtual void close() noexcept = 0;
};

}  // namespace clerk::transport
