/// @file
/// A record of each call, for metrics and logs.
#pragma once

#include <clerk/error.hpp>
#include <clerk/export.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace clerk {
/** @opengroup{observing} */
/// One attempt of a call. A duration is zero when its phase was not reached or not needed; the phases follow each other
/// in the order of the members, and `decode` is a part of `transfer`. `resolve`, `connect` and `tls` are those of a new
/// connection for which the attempt waited from the beginning; with another one, all is `pool_wait`.
struct AttemptRecord {
    std::chrono::nanoseconds limiter_wait{};        ///< Delayed by the rate limiter.
    std::chrono::nanoseconds pool_wait{};           ///< Waiting for a connection, without the three that follow.
    std::chrono::nanoseconds resolve{};             ///< Name resolution; zero when the addresses were known.
    std::chrono::nanoseconds connect{};             ///< TCP connect, and the proxy's tunnel.
    std::chrono::nanoseconds tls{};                 ///< TLS handshake.
    std::chrono::nanoseconds time_to_first_byte{};  ///< From the first byte written to the first one read.
    std::chrono::nanoseconds transfer{};            ///< From the first byte read to the last.
    std::chrono::nanoseconds decode{};              ///< Turning the body into values.
    std::chrono::nanoseconds backoff{};             ///< The wait after it, before the next attempt.
    std::uint64_t bytes_sent{};                     ///< Request head and body, without TLS.
    std::uint64_t bytes_received{};                 ///< Response head and body, without TLS.
    bool reused{};                                  ///< On a connection that had carried calls before.
    bool resumed{};                                 ///< On a new connection whose TLS session was resumed.
    int status{};                                   ///< HTTP status; 0 when no response head arrived.
    boost::system::error_code code{};               ///< Why no answer arrived; not set when one did.
};

/// One call, after its end. The views and the span are valid during `Observer::on_call()` only.
struct CallRecord {
    std::string_view operation{};               ///< For example `get_organization`.
    std::span<AttemptRecord const> attempts{};  ///< In order; the last may never have been sent.
    std::chrono::nanoseconds elapsed{};         ///< From the call's start to its end, waits included.
    boost::system::error_code code{};           ///< As `Error::code()`; not set on success.
    int status{};                               ///< The last HTTP status; 0 without an answer.
    StopReason stop_reason{StopReason::none};   ///< Why there was no further attempt.
    bool may_have_taken_effect{};               ///< As `Error::may_have_taken_effect()`.
    std::string_view trace_id{};                ///< The last answer's, to quote to the service's support; may be empty.
};

/// Gets a record of every call that reached the client's core. Holds no ids, no bodies, no headers and no key, so it
/// may be logged as it is.
///
/// `on_call()` runs on the thread of the call, just before the call's result is delivered: calls that run in several
/// threads make it run in several threads at once. It must return soon and must not throw. The client keeps it alive as
/// long as a call is running.
///
/// @code
/// class Log : public clerk::Observer {
///     void on_call(clerk::CallRecord const& call) noexcept override { std::clog << call << '\n'; }
/// };
/// config.observer = std::make_shared<Log>();
/// @endcode
class CLERK_EXPORT Observer {
public:
    Observer() = default;
    Observer(Observer const&) = delete;
    Observer& operator=(Observer const&) = delete;
    virtual ~Observer() = default;

    virtual void on_call(CallRecord const& call) noexcept = 0;  ///< One call has ended.
};

/// The record as one line without control characters: operation, outcome, elapsed time, and each attempt with its
/// phases.
CLERK_EXPORT std::string to_string(CallRecord const& call);
/// Writes `to_string(call)`.
CLERK_EXPORT std::ostream& operator<<(std::ostream& out, CallRecord const& call);
/** @} */
}  // namespace clerk
