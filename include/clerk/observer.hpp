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
/// connection for which the attempt waited from the beginning; with any other connection, the whole wait is
/// `pool_wait`.
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

/// What is known of a call from its start. The views are valid during the observer's functions only.
struct CallInfo {
    std::string_view operation{};  ///< For example `get_organization`.
    std::string_view method{};     ///< `GET`.
    /// The path below the base URL with names in the place of ids, `/organizations/{organization_id}`: there are few.
    /// Empty for `Client::request()`.
    std::string_view route{};
    std::string_view server_address{};              ///< Host of the base URL, not of a proxy: a name or an IP address.
    std::uint16_t server_port{};                    ///< Its port.
    std::chrono::system_clock::time_point start{};  ///< When the call began.
    int max_attempts{};                             ///< Most attempts that it may make.
    void* context{};                                ///< `CallOptions::context`, or what `on_start()` put in its place.
};

/// One attempt, before it is made.
class CLERK_EXPORT AttemptStart {
public:
    /// For tests of an observer; `sent_anyway` are header lines that the request has already.
    AttemptStart(CallInfo const& call, int number, std::string_view sent_anyway = {}) noexcept
        : call_{call}, number_{number}, sent_anyway_{sent_anyway} {}

    /// The call that it belongs to.
    [[nodiscard]] CallInfo const& call() const noexcept { return call_; }
    /// Counted from 1.
    [[nodiscard]] int number() const noexcept { return number_; }
    /// Sends this header with this attempt, for example `traceparent`. False when it is not sent: the request has one
    /// of that name, it is one that `Config::default_headers` refuses, or there is no memory for it.
    bool add_header(std::string_view name, std::string_view value) noexcept;
    /// The lines of the headers that were added.
    [[nodiscard]] std::string const& added_headers() const noexcept { return added_; }

private:
    CallInfo const& call_;
    int number_{};
    std::string_view sent_anyway_{};
    std::string added_{};
};

/// One call, after its end. The views and the span are valid during `Observer::on_call()` only.
struct CallRecord : CallInfo {
    std::span<AttemptRecord const> attempts{};  ///< In order; the last may never have been sent.
    std::chrono::nanoseconds elapsed{};         ///< From the call's start to its end, waits included.
    boost::system::error_code code{};           ///< As `Error::code()`; not set on success.
    int status{};                               ///< The last HTTP status; 0 without an answer.
    StopReason stop_reason{StopReason::none};   ///< Why there was no further attempt.
    bool may_have_taken_effect{};               ///< As `Error::may_have_taken_effect()`.
    std::string_view trace_id{};                ///< The last answer's, to quote to the service's support; may be empty.
};

/// Is notified of every call that was not refused before it began. The events hold no ids, bodies, headers or keys, so
/// they may be logged as they are.
///
/// For each call, `on_start()` is called first, `on_attempt()` before each attempt, and `on_call()` just before the
/// result is delivered. `on_call()` is not called when the execution context is destroyed before the call has ended.
/// All run on the thread of the call: calls that run in several threads make them run in several threads at once. They
/// must return soon and must not throw. The client keeps the observer alive as long as a call is running.
/// docs/observability.md has examples.
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

    /// One call begins. `call.context` may be changed: the later events of this call get the new value.
    virtual void on_start(CallInfo& call) noexcept { static_cast<void>(call); }
    /// One attempt begins, before it waits for the limiter and for a connection. Headers that it adds are sent with
    /// this attempt only. When the server has closed a kept-alive connection and the request is sent once more at once,
    /// that belongs to the same attempt.
    virtual void on_attempt(AttemptStart& attempt) noexcept { static_cast<void>(attempt); }
    virtual void on_call(CallRecord const& call) noexcept = 0;  ///< One call has ended.
};

/// The record as one line without control characters: operation, outcome, elapsed time, and each attempt with its
/// phases.
CLERK_EXPORT std::string to_string(CallRecord const& call);
/// Writes `to_string(call)`.
CLERK_EXPORT std::ostream& operator<<(std::ostream& out, CallRecord const& call);
/** @} */
}  // namespace clerk
