/// @file
/// The options of a `Client`. Every default is safe for production.
#pragma once

#include <clerk/export.hpp>
#include <clerk/headers.hpp>
#include <clerk/result.hpp>
#include <clerk/secret.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace clerk {
/** @opengroup{client} */
class Observer;

/// The connection pool: one origin, keep-alive, most-recently-used first.
struct PoolOptions {
    /// Maximum number of open connections, 1…65535. Further calls queue, first in, first out.
    std::size_t max_connections{16};
    /// Maximum number of calls that wait for another call's connection; a further call fails at once with
    /// `errc::pool_exhausted`. Calls for which a connection may be opened are not counted. 0: no call waits.
    std::size_t max_waiters{16384};
    /// A connection that has been idle this long is not used again; it is closed when the next call looks for one. The
    /// CDN of the service closes it after 400 s; stay well below. > 0, at most a year, as all durations here.
    std::chrono::milliseconds idle_timeout{std::chrono::seconds{75}};
    /// A connection older than this is closed after its call, so that DNS changes are followed. 0 means no limit.
    std::chrono::milliseconds max_age{std::chrono::minutes{10}};
    /// Connections to keep open, those in use included, at most `max_connections`. Missing ones are opened in the
    /// background whenever a call begins or ends; after a failure only after a pause of 0.1 s, which grows to 5 s.
    /// Nothing is opened between calls, so `io_context::run()` can return. 0: none. `Client::prewarm()` opens
    /// connections before the first call.
    std::size_t min_idle{0};
};

/// Protocol versions of TLS.
enum class TlsVersion {
    tls_1_2,  ///< RFC 5246.
    tls_1_3,  ///< RFC 8446.
};

/// TLS. Peer and host name are always verified; there is no switch to turn that off. OpenSSL's security level is 2 at
/// least: keys and signatures of 112 bits or more.
struct TlsOptions {
    /// PEM file with the authorities to trust instead of the system's. An intermediate authority needs no root. Empty:
    /// OpenSSL's default store, unless `ca_pem` or `ca_directory` is given (on Windows usually empty).
    std::string ca_file{};
    /// The same as PEM text in memory, for example `clerk::testing::Emulator::ca_pem()`. Can be combined with
    /// `ca_file`; empty: none.
    std::string ca_pem{};
    /// Directory of PEM certificates named by their hash (`openssl rehash`), read when needed, so that files added
    /// later are used too. Can be combined with the two above; empty: none.
    std::string ca_directory{};
    /// The oldest protocol version to accept. A stricter configuration of OpenSSL applies.
    TlsVersion min_version{TlsVersion::tls_1_2};
    /// For other settings (revocation lists, a client certificate, pinning, ciphers): called by the client's
    /// constructor, and by each `Client::reload_tls()`, with the `SSL_CTX*` of all its new connections, after
    /// everything above has been applied. An exception that it throws leaves the constructor. Switching verification
    /// off is refused with `errc::invalid_argument`. Empty: not called. docs/tls.md has examples.
    std::function<void(ssl_ctx_st*)> customize{};
};

/// An HTTP proxy that connections are tunnelled through with CONNECT (RFC 9110 section 9.3.6). TLS runs through the
/// tunnel to the service itself, so the proxy sees neither the key nor any data.
struct ProxyOptions {
    /// `http://[user:password@]host[:port]`, port 80 unless given. User and password are percent-decoded and sent as
    /// Basic credentials (RFC 7617) to the proxy only. Used for every host, `localhost` too; TLS to the proxy and SOCKS
    /// are not supported. Empty: see `use_environment`.
    Secret url{};
    /// With an empty `url`: reads `HTTPS_PROXY` (or `https_proxy`; the `http://` may be missing) once, in the client's
    /// constructor; hosts listed in `NO_PROXY` (or `no_proxy`), `localhost` and loopback addresses are reached
    /// directly. A value that cannot be used is `errc::invalid_argument`. docs/proxies.md has the details.
    bool use_environment{true};
};

/// How the addresses of the host name are resolved and tried.
struct AddressOptions {
    /// How long resolved addresses are reused. When none of them answers, the name is resolved again. An address where
    /// the TLS handshake or the proxy failed is tried last. 0: each new connection resolves; those opened at the same
    /// moment share one lookup.
    std::chrono::milliseconds cache{std::chrono::seconds{30}};
    /// Time before the next address is tried in parallel; the first that connects is used (RFC 8305, section 5). 10
    /// ms…1 min.
    std::chrono::milliseconds stagger{250};
};

/// Limits in time, 0…1 year. They are measured on the steady clock.
struct TimeoutOptions {
    /// Name resolution, TCP connect and TLS handshake of one connection together. When its call ends, a connect
    /// continues for other waiting calls. If no call waits, it ends at most 2 s after it began. 0: only the total limit
    /// of the call that started it.
    std::chrono::milliseconds connect{std::chrono::seconds{10}};
    /// Sending one attempt and reading its answer, from the moment that it has a connection. An idempotent call uses
    /// the rest of `total` for another attempt on a new connection. 0: only the total limit.
    std::chrono::milliseconds attempt{std::chrono::seconds{30}};
    /// The whole call: limiter, pool wait, connect, every attempt and the waits between them. 0 means no limit.
    std::chrono::milliseconds total{std::chrono::seconds{60}};
};

/// Retries: exponential backoff with full jitter. A create is repeated only when it cannot have taken effect. All waits
/// are 0…1 year and lie within `TimeoutOptions::total`: a backoff is cut to leave the next attempt its time, and a
/// `Retry-After` that would pass it ends the call at once.
struct RetryOptions {
    /// Attempts in all, 1…100; 1 turns retries off.
    int max_attempts{3};
    /// Upper bound of the first wait; it doubles with each attempt. 0 means no wait.
    std::chrono::milliseconds initial_backoff{500};
    /// Upper bound of any computed wait. 0 means that only `Retry-After` makes a call wait.
    std::chrono::milliseconds max_backoff{std::chrono::seconds{8}};
    /// Longest `Retry-After` that is obeyed; a longer one ends the call. 0: only `Retry-After: 0` is obeyed.
    std::chrono::milliseconds max_retry_after{std::chrono::seconds{60}};
    /// Retries that all calls of a client share, so that an outage does not multiply the traffic. Each retry takes one,
    /// except those that wait as a 429's `Retry-After` asks. 0 means no limit.
    int budget{100};
    /// Successful calls that add one retry to the budget, 1…10000.
    int successes_per_retry{10};
};

/// When calls are delayed so that the service does not have to refuse them.
enum class RateLimiting {
    automatic,  ///< As `on` for the service itself (`api.clerk.com`), as `off` for any other host.
    on,         ///< Always.
    off,        ///< Never, except for endpoints that answered 429: see `RateLimitOptions::park`.
};

/// The client-side rate limiter: first in, first out, aware of deadlines, cancellable. Zero means the service's
/// published limit (1000 requests in 10 s for `sk_live_` keys, 100 for others; 10 per organization for its writes).
struct RateLimitOptions {
    /// Whether the two limits below apply.
    RateLimiting mode{RateLimiting::automatic};
    /// Requests in any `window`, retries included, at most 1,000,000. 0: the published limit of the key's kind. All may
    /// be sent at once; after calls had to be refused, they are sent evenly. A request counts until one window after
    /// its end, because the service counts it at an unknown moment before. The limiter does not know of other processes
    /// that use the same key: give each its share.
    std::size_t requests{0};
    /// The same for each organization: `update_organization`, `merge_organization_metadata` and
    /// `replace_organization_metadata` share this limit. It also applies to each membership:
    /// `update_organization_membership` and `merge_organization_membership_metadata` share it. 0: the published limit.
    /// The hourly limits of invitations are not affected.
    std::size_t writes_per_organization{0};
    /// Length of the window, 1 ms…1 hour. That of the hourly limits of invitations is always an hour.
    std::chrono::milliseconds window{std::chrono::seconds{10}};
    /// After a 429 with `Retry-After`, that endpoint is blocked for that time, at most a day; writes that share a limit
    /// are blocked together, for that organization or membership. Calls wait, or are refused at once when their
    /// deadlines are shorter. Then one request is sent, and each request that ends without another 429 allows two more
    /// (while none is answered, one is sent every second). Applies in every mode. False: no endpoint is blocked.
    bool park{true};
};

/// Limits of size, against hostile or broken peers.
struct LimitOptions {
    /// Status line and header fields together, 1024…65536 bytes.
    std::size_t max_response_header_bytes{16384};
    /// Body, at least 1024 bytes; a compressed one also after decompression. A page of 500 with the largest metadata is
    /// about 10 MB.
    std::size_t max_response_body_bytes{64U << 20U};
    /// Nesting of arrays and objects in the value of one member, 64…1024; `{}` is one level. Metadata that is sent may
    /// have 64 levels, so all of it can be read back, by itself and in a list.
    std::size_t max_json_depth{64};
};

/// Whether answers may be compressed with gzip: fewer bytes on the wire for more CPU.
enum class Compression {
    automatic,  ///< As `on`, but `off` for `localhost` and loopback addresses.
    on,         ///< `Accept-Encoding: gzip` is sent; both kinds of answers are accepted.
    off,        ///< Not requested; a compressed answer is `errc::unexpected_content`.
};

/// Configuration of a `Client`. Only `secret_key` has no usable default.
///
/// @code
/// clerk::Config config{.secret_key = clerk::secret_key_from_env()};
/// config.pool.max_connections = 64;
/// @endcode
struct Config {
    /// Sent as `Authorization: Bearer …`. 1…1024 characters of visible ASCII.
    Secret secret_key{};
    /// `https://host[:port][/path]`, without query, fragment or user, at most 2048 characters. Empty:
    /// `https://api.clerk.com/v1`.
    std::string base_url{};
    /// `Clerk-API-Version` header, a date. Empty: `2026-05-12`. Before that date PATCH accepts metadata.
    std::string api_version{};
    /// Appended to this library's `User-Agent`, for example `my-server/1.4`; at most 256 characters of ASCII. Empty:
    /// nothing is appended.
    std::string user_agent{};
    /// Sent with every request, for example `{{"X-Team", "billing"}}`. Names and values must follow RFC 9110 section 5.
    /// Headers that the client writes itself are refused: `Authorization`, `Host`, `Accept`, `Accept-Encoding`,
    /// `User-Agent`, `Clerk-API-Version`, `Expect`, `Content-…`, `Proxy-…`, `Connection`, `Keep-Alive`, `TE`,
    /// `Trailer`, `Transfer-Encoding`, `Upgrade`, `HTTP2-Settings`.
    Headers default_headers{};
    PoolOptions pool{};                               ///< Connections.
    TlsOptions tls{};                                 ///< Trusted authorities and versions.
    ProxyOptions proxy{};                             ///< The HTTP proxy.
    AddressOptions addresses{};                       ///< Addresses of the host.
    TimeoutOptions timeout{};                         ///< Limits of time.
    RetryOptions retry{};                             ///< Retries.
    RateLimitOptions rate_limit{};                    ///< Limits of the rate.
    LimitOptions limits{};                            ///< Limits of size.
    Compression compression{Compression::automatic};  ///< Whether answers may be compressed.
    /// Whether simultaneous calls of `get_organization`, `get_organization_membership`, `get_organization_invitation`
    /// or `get_organization_role` (and their twins) with equal arguments share one request. All get its result, errors
    /// included. Each keeps its own deadline and cancellation, and the request is cancelled only when no call waits for
    /// it. A call that begins after the answer makes its own request.
    bool single_flight{false};
    /// Gets a record of every call when it ends; null: nothing is measured.
    std::shared_ptr<Observer> observer{};
};

/// Checks every field. Errors: `errc::invalid_argument`, with `Error::field()` such as `pool.max_connections`. It reads
/// neither files nor the environment, so the constructor of `Client` may refuse more. Thread-safe.
///
/// @code
/// if (auto valid = clerk::validate(config); !valid) std::cerr << valid.error() << '\n';
/// @endcode
[[nodiscard]] CLERK_EXPORT Result<void> validate(Config const& config);

/// What one call may override. Trivially destructible, so it is safe to build it inside a `co_await` expression.
///
/// A time of 0 or less means that no time is left: the call ends at once with `errc::deadline_exceeded`, and nothing is
/// sent. So the rest of a deadline can be passed on without a check.
struct CallOptions {
    /// Replaces `TimeoutOptions::total` for this call. Empty: the client's. `milliseconds::max()`: no limit.
    std::optional<std::chrono::milliseconds> timeout{};
    /// Replaces `TimeoutOptions::attempt` for this call, in the same way.
    std::optional<std::chrono::milliseconds> attempt_timeout{};
    /// Replaces `RetryOptions::max_attempts` for this call, 1…100; 1: it is not tried again. Empty: the client's.
    /// Anything else is `errc::invalid_argument`, field `max_attempts`.
    std::optional<int> max_attempts{};
    /// Sent with every attempt of this call; a header replaces all `Config::default_headers` of the same name. They are
    /// read before the function that takes these options returns, so they need not live longer. What
    /// `Config::default_headers` refuses is `errc::invalid_argument`, field `headers.NAME`; the value is never in the
    /// error. Calls share a request (`Config::single_flight`) only when they have the same headers in the same order.
    std::span<Headers::Field const> headers{};
    /// A pointer of the caller, for example to its span or tenant. The observer gets it with every event of this call.
    /// The library never dereferences it; it must be valid until the call has ended. A shared request
    /// (`Config::single_flight`) belongs to several calls and therefore has no context.
    void* context{};
};
/** @} */
}  // namespace clerk
