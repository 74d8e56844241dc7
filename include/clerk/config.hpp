/// @file
/// Everything a `Client` can be told. Every default is safe for production.
#pragma once

#include <clerk/export.hpp>
#include <clerk/result.hpp>
#include <clerk/secret.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace clerk {
/** @opengroup{client} */
class Observer;

/// The connection pool: one origin, keep-alive, most-recently-used first.
struct PoolOptions {
    /// Most connections open at once, 1…65535. A call beyond it waits its turn, first in first out.
    std::size_t max_connections{16};
    /// Most calls waiting for a connection, those not counted for which there is room to open one; a further one fails
    /// at once with `errc::pool_exhausted`. 0 means nobody waits for another call's end.
    std::size_t max_waiters{16384};
    /// A connection that has been idle this long is not used again; it is closed when the next call looks for one. The
    /// service's edge closes at 400 s; stay well below. > 0, at most a year, like every duration here.
    std::chrono::milliseconds idle_timeout{std::chrono::seconds{75}};
    /// A connection older than this is closed after its call, so that DNS changes are followed. 0 means no limit.
    std::chrono::milliseconds max_age{std::chrono::minutes{10}};
    /// So many connections, those in use counted, are kept open, at most `max_connections`: what is missing is opened
    /// in the background whenever a call begins or ends; after a failure not before a pause of 0.1 s, which grows to 5
    /// s. Between calls nothing is watched and nothing opened, so `io_context::run()` returns as it would without. 0:
    /// none. `Client::prewarm()` opens them before the first call.
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
    /// PEM file with the authorities to trust instead of the system's, each for itself: an intermediate one needs no
    /// root. Empty: OpenSSL's default store, unless `ca_pem` or `ca_directory` is given (on Windows usually empty).
    std::string ca_file{};
    /// The same as PEM text in memory, for example `clerk::testing::Emulator::ca_pem()`. Used beside `ca_file`; empty:
    /// none.
    std::string ca_pem{};
    /// Directory of PEM certificates named by their hash (`openssl rehash`), looked up when needed, so that what is
    /// added later counts too. Used beside the two above; empty: none.
    std::string ca_directory{};
    /// The oldest protocol version to accept. Where OpenSSL's own configuration is stricter, that counts.
    TlsVersion min_version{TlsVersion::tls_1_2};
    /// For everything rarer (revocation lists, a client certificate, pinning, ciphers): called once by the client's
    /// constructor, with the `SSL_CTX*` that all its connections will use, after everything above has been applied.
    /// What it throws leaves the constructor. Switching verification off is refused with `errc::invalid_argument`.
    /// Empty: not called. docs/tls.md has examples.
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

/// How the addresses behind the host name are found and tried.
struct AddressOptions {
    /// Resolved addresses are used again for this long, unless none of them answers; one that answered but then failed
    /// in TLS or as a proxy is tried last. 0: every new connection resolves, but those that are opened at the same
    /// moment share one lookup.
    std::chrono::milliseconds cache{std::chrono::seconds{30}};
    /// Head start of an address before the next one is tried beside it; the first to connect wins (RFC 8305,
    /// section 5). 10 ms…1 min.
    std::chrono::milliseconds stagger{250};
};

/// Limits in time, 0…1 year. They are measured on the steady clock.
struct TimeoutOptions {
    /// Name resolution, TCP connect and TLS handshake of one connection together. A call that ends sooner does not end
    /// the connect: it goes on for the calls that wait or come next, without one for up to 2 s from its beginning. 0
    /// means only the total limit of the call that it was begun for.
    std::chrono::milliseconds connect{std::chrono::seconds{10}};
    /// Sending one attempt and reading its answer, from the moment that it has a connection; what an idempotent call
    /// then has left of `total` is spent on another attempt, on a new connection. 0 means only the total limit.
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
    /// Upper bound of any computed wait. 0 means no wait but `Retry-After`.
    std::chrono::milliseconds max_backoff{std::chrono::seconds{8}};
    /// Longest `Retry-After` that is honoured; a longer one ends the call. 0: only one that asks for no wait.
    std::chrono::milliseconds max_retry_after{std::chrono::seconds{60}};
    /// Retries that all calls of a client together have in reserve, so that an outage is not multiplied: each takes
    /// one; one that waits as a 429's `Retry-After` asks takes none. 0 means no limit.
    int budget{100};
    /// Successful calls that put one retry back, 1…10000.
    int successes_per_retry{10};
};

/// When calls are held back so that the service does not have to refuse them.
enum class RateLimiting {
    automatic,  ///< As `on` for the service itself (`api.clerk.com`), as `off` for any other host.
    on,         ///< Always.
    off,        ///< Never, but for endpoints that the service has blocked, see `RateLimitOptions::park`.
};

/// The client-side rate limiter: first in first out, aware of deadlines, cancellable. Zeros stand for the service's
/// published limits (1000 requests in 10 s for `sk_live_` keys, 100 for others; 10 per organization for its writes).
struct RateLimitOptions {
    /// Whether the two limits below apply.
    RateLimiting mode{RateLimiting::automatic};
    /// Requests in any `window`, retries included, at most 1,000,000. 0: the published limit of the key's kind. All may
    /// go at once; while calls must be refused because too many are made, they go evenly. The service counts a request
    /// somewhere between its start and its end here, so it counts until a window after its end. Other processes that
    /// use the same key are not known of: give each its share.
    std::size_t requests{0};
    /// The same for each organization and each of `update_organization`, `merge_organization_metadata` and
    /// `replace_organization_metadata`. 0: the published limit.
    std::size_t writes_per_organization{0};
    /// Length of the window, 1 ms…1 hour.
    std::chrono::milliseconds window{std::chrono::seconds{10}};
    /// After a 429 with `Retry-After`, later calls to that endpoint (for the three writes: of that organization) wait
    /// for its end, at most a day; those whose deadline comes first are refused at once. Then one goes ahead, and each
    /// that has ended without another 429 lets two more go (without an answer one goes every second), instead of all
    /// spending a request to learn the same. Works in every mode.
    bool park{true};
};

/// Limits in size, against hostile or broken peers.
struct LimitOptions {
    /// Status line and header fields together, 1024…65536 bytes.
    std::size_t max_response_header_bytes{16384};
    /// Body, at least 1024 bytes; of a packed one also what it unpacks to. A page of 500 with the largest metadata is
    /// about 10 MB.
    std::size_t max_response_body_bytes{64U << 20U};
    /// Nesting of arrays and objects in the value of one member, 64…1024; `{}` is one level. Metadata that is sent may
    /// have 64 levels, so all of it can be read back, by itself and in a list.
    std::size_t max_json_depth{64};
};

/// Whether answers may come packed with gzip: fewer bytes on the wire for more CPU.
enum class Compression {
    automatic,  ///< As `on`, but `off` for `localhost` and loopback addresses, where bytes cost nothing.
    on,         ///< `Accept-Encoding: gzip` is sent; both kinds of answers are understood.
    off,        ///< Not asked for; an answer that is packed all the same is `errc::unexpected_content`.
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
    PoolOptions pool{};                               ///< Connections.
    TlsOptions tls{};                                 ///< Whom to trust.
    ProxyOptions proxy{};                             ///< How to get there.
    AddressOptions addresses{};                       ///< Which addresses are tried.
    TimeoutOptions timeout{};                         ///< How long.
    RetryOptions retry{};                             ///< How often.
    RateLimitOptions rate_limit{};                    ///< How fast.
    LimitOptions limits{};                            ///< How much.
    Compression compression{Compression::automatic};  ///< Whether answers may come packed.
    /// Whether simultaneous `get_organization` calls for one organization (and its twin, with the same options) share
    /// one request. All get its result, errors included; each keeps its own deadline and cancellation, and the request
    /// ends early only when none waits for it any more. A call that begins after the answer has come makes its own.
    bool single_flight{false};
    /// Told about every call when it ends; null: nobody is, and nothing is measured.
    std::shared_ptr<Observer> observer{};
};

/// Checks every field. Errors: `errc::invalid_argument`, with `Error::field()` such as `pool.max_connections`.
[[nodiscard]] CLERK_EXPORT Result<void> validate(Config const& config);

/// What one call may override. Trivially destructible, so it is safe to build it inside a `co_await` expression.
///
/// A time of 0 or less means that there is none left, so what remains of a deadline can be passed on as it is: the call
/// ends at once with `errc::deadline_exceeded`, and nothing is sent.
struct CallOptions {
    /// Replaces `TimeoutOptions::total` for this call. Empty: the client's. `milliseconds::max()`: no limit.
    std::optional<std::chrono::milliseconds> timeout{};
    /// Replaces `TimeoutOptions::attempt` for this call, in the same way.
    std::optional<std::chrono::milliseconds> attempt_timeout{};
};
/** @} */
}  // namespace clerk
