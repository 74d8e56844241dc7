/// @file
/// Errors as values: what happened, what the service answered, and why the client stopped.
#pragma once

#include <clerk/export.hpp>
#include <clerk/headers.hpp>
#include <clerk/metadata.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>

#include <chrono>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace clerk {
/** @opengroup{results} */
/// What went wrong in this process or on the way to the service. An HTTP error status is not in this list: its code is
/// the status itself, in `http_status_category()`.
enum class errc {
    invalid_argument = 1,  ///< A parameter or option was refused before anything was sent; `Error::field()` names it.
    request_too_large,     ///< A logo over 10 MB, or a body of `Client::request()` over 10 MiB; nothing was sent.
    file_unreadable,       ///< The logo file could not be opened or read.
    pool_exhausted,        ///< All connections are busy and `PoolOptions::max_waiters` calls wait already.
    client_closed,         ///< `Client::close()` was called before, or ended the call after its grace.
    cancelled,             ///< The call was cancelled through Asio cancellation.
    deadline_exceeded,     ///< The deadline of the call passed, or too little of it was left to send the request.
    connect_timeout,       ///< `TimeoutOptions::connect` passed while resolving, connecting or shaking hands.
    resolve_failed,        ///< The host name has no usable address.
    connect_failed,        ///< No address accepted a TCP connection.
    tls_failed,            ///< The TLS handshake failed for another reason than the certificate.
    certificate_rejected,  ///< The server's certificate was not trusted or does not name the host.
    connection_closed,     ///< The peer closed the connection before the response was complete.
    connection_failed,     ///< Reading or writing failed (reset, broken TLS record, …).
    malformed_response,    ///< The bytes received are not a valid HTTP/1.x response.
    unexpected_status,     ///< A final status that the call does not define (1xx upgrade, 204, 3xx).
    unexpected_content,    ///< A success whose body is not JSON by its `Content-Type` or `Content-Encoding`.
    malformed_body,        ///< A success whose JSON is invalid or not as described; `Error::field()` is the JSON path.
    response_headers_too_large,  ///< The header block exceeds `LimitOptions::max_response_header_bytes`.
    response_body_too_large,     ///< The body exceeds `LimitOptions::max_response_body_bytes`.
    json_too_deep,               ///< The value of a member nests deeper than `LimitOptions::max_json_depth`.
    pagination_stalled,          ///< The pages repeat or grow without end, so the walk was stopped.
    attempt_timeout,             ///< `TimeoutOptions::attempt` passed; the last attempt was not answered in time.
    rate_limited,                ///< The rate limiter had no place for the call before its deadline.
    proxy_failed,                ///< The proxy opened no tunnel.
    proxy_unauthorized,          ///< The proxy requires other credentials (HTTP 407).
};

/// Classes of errors, for `if (error == clerk::condition::timeout)`. One error can belong to several.
/// The same Clerk code appears with several meanings, so test the condition (or the status) and the code together.
enum class condition {
    invalid_argument = 1,  ///< Refused here, before sending: fix the call.
    not_found,             ///< HTTP 404, or no membership of the user: see `get_organization_membership`.
    unauthorized,          ///< HTTP 401.
    forbidden,             ///< HTTP 403.
    conflict,              ///< HTTP 409.
    unprocessable,         ///< HTTP 422.
    rate_limited,          ///< HTTP 429, or refused by the client's own limiter.
    client_error,          ///< Any HTTP 4xx.
    server_error,          ///< Any HTTP 5xx.
    timeout,               ///< A time limit of this client passed.
    cancelled,             ///< Cancelled by the caller, or the client was closed.
    transport,             ///< Resolve, connect, proxy, TLS, framing or closed connection.
    decode,                ///< A success whose body is not what the API describes.
    size_limit,            ///< A size limit of this library, in either direction.
};

/// Category of `errc`.
CLERK_EXPORT boost::system::error_category const& client_category() noexcept;
/// Category whose values are HTTP status codes (400…599) of answers that arrived.
CLERK_EXPORT boost::system::error_category const& http_status_category() noexcept;
/// Category of `condition`.
CLERK_EXPORT boost::system::error_category const& condition_category() noexcept;

/// Customisation points of Boost.System: they let an `errc` and a `condition` be compared with error codes.
CLERK_EXPORT boost::system::error_code make_error_code(errc code) noexcept;
CLERK_EXPORT boost::system::error_condition make_error_condition(condition value) noexcept;  ///< As above.

/// The enumerator's own name (`deadline_exceeded`), for metric labels and logs: it stays the same as long as the
/// enumerator does. `unknown` for a value that is none.
[[nodiscard]] CLERK_EXPORT std::string_view name(errc code) noexcept;
[[nodiscard]] CLERK_EXPORT std::string_view name(condition value) noexcept;  ///< As above.
/// Writes `name(code)`.
CLERK_EXPORT std::ostream& operator<<(std::ostream& out, errc code);
CLERK_EXPORT std::ostream& operator<<(std::ostream& out, condition value);  ///< Writes `name(value)`.

/// One entry of the `errors` array of a Clerk error answer (ClerkError in the OpenAPI description).
struct CLERK_EXPORT ApiError {
    std::string code{};          ///< Machine-readable code; an open set of strings.
    std::string message{};       ///< Short text for developers.
    std::string long_message{};  ///< Longer text; may be empty.
    Metadata meta{};             ///< The `meta` object, whole. `param_name()` reads its most used member.

    /// `meta.param_name`, the parameter the error is about; empty when there is none.
    [[nodiscard]] std::string param_name() const;
};

/// Why no further attempt was made.
enum class StopReason {
    none,                  ///< Nothing was attempted, or there is nothing to explain.
    not_retryable,         ///< The outcome is final: another attempt would end the same way.
    not_idempotent,        ///< The request may have taken effect and must not be sent twice (create).
    attempts_exhausted,    ///< As many as `max_attempts` of the call or the client were made.
    deadline,              ///< Before the deadline there was no time for the next wait or attempt.
    retry_after_too_long,  ///< The service asked for a longer wait than `RetryOptions::max_retry_after`.
    retry_budget,          ///< No retry is left in `RetryOptions::budget`.
    cancelled,             ///< The caller cancelled, or the client was closed.
};

/// A short English text for `reason` ("attempts exhausted").
CLERK_EXPORT std::string_view to_string(StopReason reason) noexcept;

/// All that is known about a failure. Fill it only to make an `Error` of your own, for example in a test double.
struct ErrorDetails {
    /// What happened. Empty: `Error` takes the long message of the first of `errors`, or its message, as the service
    /// wrote it. Never holds a secret.
    std::string message{};
    std::string operation{};            ///< For example `get_organization`; empty outside a call.
    std::string field{};                ///< Refused parameter, or JSON path of a decode error.
    boost::system::error_code cause{};  ///< The error of the system or of OpenSSL that caused this one, if any.
    int status{};                       ///< HTTP status; 0 when no response head arrived.
    Headers headers{};                  ///< Response headers; empty when none arrived.
    std::vector<ApiError> errors{};     ///< Clerk's errors; empty when the body was not Clerk's JSON.
    Metadata meta{};                    ///< The answer's top-level `meta`.
    std::string trace_id{};             ///< Body `clerk_trace_id`, else `Clerk-Trace-Id`, else `cf-ray`.
    std::string raw_body{};             ///< The beginning of an error body that was not Clerk's JSON.
    int attempts{};                     ///< Attempts made, failed connects included; 0 when nothing left this process.
    StopReason stop_reason{StopReason::none};  ///< Why there was no further attempt.
    /// The wait that the service asked for with the last answer; empty when it did not.
    std::optional<std::chrono::milliseconds> retry_after{};
    /// The request changes something, an attempt reached the service or may have reached it, and no answer proves that
    /// it had no effect. Also set when a DELETE is answered 404 after such an attempt; that attempt has then probably
    /// worked. Check the state before you repeat the request.
    bool may_have_taken_effect{};
};

/// An error: a code to branch on and the details to report. Cheap to copy; immutable, so any thread may read it.
///
/// @code
/// if (result.error() == clerk::condition::not_found) ...
/// std::cerr << result.error() << '\n';   // one line; control characters escaped, no secrets
/// @endcode
class CLERK_EXPORT Error {
public:
    /// No error; exists because Boost.System's `result` needs it.
    Error() noexcept = default;
    Error(boost::system::error_code code, ErrorDetails details);  ///< For an `Error` of your own.
    /// Shorthand for an error without an answer.
    Error(errc code, std::string message);

    /// The code: an `errc`, or the HTTP status in `http_status_category()`.
    [[nodiscard]] boost::system::error_code code() const noexcept { return code_; }
    /// All that is known. The reference lives as long as any copy of this error. Of a temporary, which
    /// `result.error()` is, this is a copy; so are `headers()` and `errors()`.
    [[nodiscard]] ErrorDetails const& details() const& noexcept;
    [[nodiscard]] ErrorDetails details() && { return std::as_const(*this).details(); }  ///< As above.

    /// @{ The members of `details()`; the views and references live as long as any copy of this error.
    [[nodiscard]] std::string_view message() const noexcept { return details().message; }
    [[nodiscard]] std::string_view operation() const noexcept { return details().operation; }
    [[nodiscard]] std::string_view field() const noexcept { return details().field; }
    [[nodiscard]] boost::system::error_code cause() const noexcept { return details().cause; }
    [[nodiscard]] int status() const noexcept { return details().status; }
    [[nodiscard]] Headers const& headers() const& noexcept { return details().headers; }
    [[nodiscard]] Headers headers() && { return details().headers; }
    [[nodiscard]] std::span<ApiError const> errors() const& noexcept { return details().errors; }
    [[nodiscard]] std::vector<ApiError> errors() && { return details().errors; }
    [[nodiscard]] std::string_view trace_id() const noexcept { return details().trace_id; }
    [[nodiscard]] std::string_view raw_body() const noexcept { return details().raw_body; }
    [[nodiscard]] int attempts() const noexcept { return details().attempts; }
    [[nodiscard]] StopReason stop_reason() const noexcept { return details().stop_reason; }
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept {
        return details().retry_after;
    }
    [[nodiscard]] bool may_have_taken_effect() const noexcept { return details().may_have_taken_effect; }
    /// @}
    /// Whether the code belongs to the class `value`, or is `value`.
    friend bool operator==(Error const& error, condition value) noexcept {
        return error.code_ == make_error_condition(value);
    }
    friend bool operator==(Error const& error, errc value) noexcept { return error.code_ == make_error_code(value); }

private:
    boost::system::error_code code_{};
    std::shared_ptr<ErrorDetails const> details_{};
};

/// One line: operation, status, code, long message, field, trace id, attempts, why it was not tried again, whether it
/// may have taken effect. Control characters that came from the server are escaped.
CLERK_EXPORT std::string to_string(Error const& error);
/// Writes `to_string(error)`.
CLERK_EXPORT std::ostream& operator<<(std::ostream& out, Error const& error);

/// Thrown by `Result::value()` on an error, and by `Client`'s constructor for an unusable configuration.
class CLERK_EXPORT Exception : public std::runtime_error {
public:
    explicit Exception(Error error);  ///< Takes the text of `what()` from `error`.
    /// The whole error; `what()` is its `to_string()`.
    [[nodiscard]] Error const& error() const noexcept { return error_; }

private:
    Error error_;
};
/** @} */
}  // namespace clerk
/// @cond
template <>
struct boost::system::is_error_code_enum<clerk::errc> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<clerk::condition> : std::true_type {};
/// @endcond
