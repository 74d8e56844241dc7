/// @file
/// Everything a `Client` can be told. Every default is safe for production.
#pragma once

#include <clerk/result.hpp>
#include <clerk/secret.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace clerk {

/// The connection pool: one origin, keep-alive, most-recently-used first.
struct PoolOptions {
    /// Most connections open at once, 1…65535. A call beyond it waits its turn, first in first out.
    std::size_t max_connections{16};
    /// Most calls waiting for a connection; a further one fails at once with `errc::pool_exhausted`. 0 means nobody
    /// waits.
    std::size_t max_waiters{16384};
    /// A connection that has been idle this long is not used again; it is closed when the next call looks for one. The
    /// service's edge closes at 400 s; stay well below. > 0, at most a year, like every duration here.
    std::chrono::milliseconds idle_timeout{std::chrono::seconds{75}};
    /// A connection older than this is closed after its call, so that DNS changes are followed. 0 means no limit.
    std::chrono::milliseconds max_age{std::chrono::minutes{10}};
};

/// TLS. Peer and host name are always verified; there is no switch to turn that off. TLS 1.2 and later.
struct TlsOptions {
    /// PEM file with the certificate authorities to trust instead of the system's. Empty: OpenSSL's default store,
    /// unless `ca_pem` is given. (On Windows that store is usually empty: name a file there.)
    std::string ca_file{};
    /// The same as PEM text in memory, for example `clerk::testing::Emulator::ca_pem()`. Used beside `ca_file`; empty:
    /// none.
    std::string ca_pem{};
};

/// Limits in time, 0…1 year. They are measured on the steady clock.
struct TimeoutOptions {
    /// Name resolution, TCP connect and TLS handshake of one connection together. 0 means only the total limit.
    std::chrono::milliseconds connect{std::chrono::seconds{10}};
    /// The whole call: pool wait, connect, every attempt and the waits between them. 0 means no limit.
    std::chrono::milliseconds total{std::chrono::seconds{60}};
};

/// Retries: exponential backoff with full jitter. A create is repeated only when it cannot have taken effect. All waits
/// are 0…1 year and lie within `TimeoutOptions::total`: one that would pass it ends the call at once.
struct RetryOptions {
    /// Attempts in all, 1…100; 1 turns retries off.
    int max_attempts{3};
    /// Upper bound of the first wait; it doubles with each attempt. 0 means no wait.
    std::chrono::milliseconds initial_backoff{500};
    /// Upper bound of any computed wait. 0 means no wait but `Retry-After`.
    std::chrono::milliseconds max_backoff{std::chrono::seconds{8}};
    /// Longest `Retry-After` that is honoured; a longer one ends the call. 0: only one that asks for no wait.
    std::chrono::milliseconds max_retry_after{std::chrono::seconds{60}};
};

/// Limits in size, against hostile or broken peers.
struct LimitOptions {
    /// Status line and header fields together, 1024…65536 bytes.
    std::size_t max_response_header_bytes{16384};
    /// Body after transfer decoding, at least 1024 bytes. A page of 500 with the largest metadata is about 10 MB.
    std::size_t max_response_body_bytes{64U << 20U};
    /// Nesting of arrays and objects, 8…1024.
    std::size_t max_json_depth{64};
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
    PoolOptions pool{};
    TlsOptions tls{};
    TimeoutOptions timeout{};
    RetryOptions retry{};
    LimitOptions limits{};
};

/// Checks every field. Errors: `errc::invalid_argument`, with `Error::field()` such as `pool.max_connections`.
[[nodiscard]] Result<void> validate(Config const& config);

/// What one call may override. Trivially destructible, so it is safe to build it inside a `co_await` expression.
struct CallOptions {
    /// Replaces `TimeoutOptions::total` for this call; negative means "use the client's", 0 means no limit.
    std::chrono::milliseconds timeout{-1};
};

}  // namespace clerk
