/// @file
/// The client: one configuration, one pool, any number of concurrent calls.
#pragma once

#include <clerk/api_request.hpp>
#include <clerk/awaitable.hpp>
#include <clerk/build_settings.hpp>
#include <clerk/config.hpp>
#include <clerk/export.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace clerk {
/** @opengroup{client} */
namespace client {
class ClientCore;
}

/// The state of the connection pool at one instant, for tests and metrics.
struct PoolGauges {
    std::size_t idle{};        ///< Connections open and unused.
    std::size_t busy{};        ///< Connections that carry a call.
    std::size_t connecting{};  ///< Connections being established.
    std::size_t waiting{};     ///< Calls waiting for a connection: another call's, or one being opened.
    std::size_t opened{};      ///< Connections established since the start.
    std::size_t resumed{};     ///< Those of them that resumed a TLS session instead of a full handshake.
};

/// The state of the rate limiter at one instant.
struct RateLimiterGauges {
    std::size_t waiting{};   ///< Calls that the limiter delays now.
    std::size_t used{};      ///< Requests in flight or ended within the last window; 0 when the limits are off.
    std::size_t limit{};     ///< Requests that a window may hold; 0 when the limits are off.
    std::size_t parked{};    ///< Endpoints blocked after a 429, or not fully open again yet.
    std::size_t admitted{};  ///< Requests admitted since the start.
};

/// The state of the retry budget at one instant.
struct RetryBudgetGauges {
    std::size_t available{};  ///< Retries left; 0 when there is no limit.
    std::size_t capacity{};   ///< `RetryOptions::budget`; 0 when there is no limit.
    std::size_t spent{};      ///< Retries made since the start, those after a 429 included.
    std::size_t refused{};    ///< Calls that ended because none was left.
};

/// The state of shared requests (`Config::single_flight`) at one instant.
struct SingleFlightGauges {
    std::size_t flights{};  ///< Requests in flight that calls share or may join.
    std::size_t waiting{};  ///< Calls that wait for one of them.
    std::size_t joined{};   ///< Calls since the start that joined another call's request.
};

/// A handle to the shared core (pool, TLS context, defaults) that every API object and call uses.
///
/// Make one per process and keep it: connections are reused only within a client. Works with any executor: an
/// `io_context` run by one or many threads, a `thread_pool`, a strand. Destroying the client while calls are pending is
/// safe: they finish, and the connections close after the last one.
///
/// Threads and contexts:
///  - Any thread may start calls. A call may be awaited by a coroutine on any executor, and resumes there; its I/O and
///    its timers need the client's context to run.
///  - A call is cancelled on the executor of the coroutine that awaits it, as any Asio operation.
///  - The context behind the client's executor must outlive the client, its API objects and its paginators. Calls that
///    are awaited on that context and still pending when it is destroyed never complete, and leak nothing. A call that
///    is awaited on *another* context must have ended before either context is destroyed: `close()` ensures that.
///  - Idle connections do not keep `io_context::run()` from returning. A connect that was started for a call can last
///    longer than the call, and `run()` waits for it. When no call waits for it, it ends at most 2 s after it began.
///    `close()` and the destructor of the client end it at once.
///  - After `fork()` the child must not touch the client, nor destroy it: the connections are the parent's. `exec` is
///    safe, because sockets are close-on-exec.
///
/// A client that has been moved from may only be destroyed or assigned to.
///
/// @code
/// boost::asio::io_context io;
/// clerk::Config config{.secret_key = clerk::secret_key_from_env()};
/// clerk::Client client{io, config};
/// clerk::OrganizationsApi organizations{client};
/// @endcode
class CLERK_EXPORT Client {
public:
    /// Reads the CA file or the system store; opens no connection. `executor` runs connections, timers and prefetched
    /// pages; each call resumes on the executor of the coroutine that awaits it.
    /// @throws Exception with `errc::invalid_argument` when `validate(config)` fails or the CA file cannot be used;
    /// `Error::field()` names the option. The last parameter is not for callers: a program that is compiled with other
    /// settings than the library fails to link because of it.
    Client(boost::asio::any_io_executor executor, Config config, ThisBuild = {});
    /// The same with the executor of `context`: an `io_context`, a `thread_pool`.
    template <class Context>
    requires requires(Context& context) { boost::asio::any_io_executor{context.get_executor()}; }
    Client(Context& context, Config config, ThisBuild build = {})
        : Client{boost::asio::any_io_executor{context.get_executor()}, std::move(config), build} {}

    Client(Client&&) noexcept = default;             ///< Leaves the other unusable.
    Client& operator=(Client&&) noexcept = default;  ///< Leaves the other unusable.
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;
    ~Client();

    /// The executor it was made with. Thread-safe.
    [[nodiscard]] boost::asio::any_io_executor get_executor() const;
    /// Snapshots for metrics. Thread-safe.
    ///
    /// @code
    /// std::cout << "calls waiting for a connection: " << client.pool_gauges().waiting << '\n';
    /// @endcode
    [[nodiscard]] PoolGauges pool_gauges() const;
    [[nodiscard]] RateLimiterGauges rate_limiter_gauges() const;    ///< As above.
    [[nodiscard]] RetryBudgetGauges retry_budget_gauges() const;    ///< As above.
    [[nodiscard]] SingleFlightGauges single_flight_gauges() const;  ///< As above.

    /// Opens connections until there are `connections`, or `PoolOptions::max_connections` if that is less, so that the
    /// first calls need not connect. Returns how many it opened; 0 when there were enough. It fails only when no
    /// connection could be opened, with the error of the first one that failed: one of a call's connect phase, or
    /// `errc::client_closed`. `CallOptions::timeout` limits it as it would a call. Cancelling it ends the wait, not the
    /// connects. Thread-safe.
    ///
    /// @code
    /// auto opened = co_await client.prewarm(16);
    /// @endcode
    [[nodiscard]] boost::asio::awaitable<Result<std::size_t>> prewarm(std::size_t connections,
                                                                      CallOptions options = {});

    /// Calls an endpoint for which this library has no function. Pool, limits, deadlines, retries, errors and records
    /// are the same as for the calls of `OrganizationsApi`. `Response::data` is the JSON as it arrived, byte for byte;
    /// it is not parsed. A 204 is a success with empty data. Thread-safe.
    /// Errors besides the common ones of `OrganizationsApi`: `errc::invalid_argument` with `Error::field()` `method`,
    /// `path`, `query` or `body`, for what `ApiRequest` does not allow; `errc::request_too_large` (field `body`).
    ///
    /// @code
    /// clerk::ApiRequest list{.path = "/organizations/org_1/domains", .operation = "list_domains"};
    /// auto domains = co_await client.request(list);
    /// if (domains) std::cout << domains->data << '\n';
    /// @endcode
    [[nodiscard]] awaitable<Result<Response<std::string>>> request(ApiRequest const& request,
                                                                   CallOptions options = {}) const;
#if CLERK_REFUSES_TEMPORARY_REQUESTS
    NameTheRequestFirstThisCompilerDestroysTemporariesTwice request(ApiRequest&&, CallOptions = {}) const = delete;
#endif

    /// Replaces `Config::secret_key` without a restart. Calls that begin afterwards use `key`. Calls in progress and
    /// their retries keep the old key, so revoke it only after they have ended. Connections, TLS sessions, retry budget
    /// and the requests that were counted stay; the published rate limit is that of the new key's kind. Errors:
    /// `errc::invalid_argument`, field `secret_key`, and nothing changes. Thread-safe.
    ///
    /// @code
    /// auto replaced = client.set_secret_key(clerk::Secret{text});
    /// if (!replaced) std::cerr << replaced.error() << '\n';
    /// @endcode
    [[nodiscard]] Result<void> set_secret_key(Secret const& key);

    /// Reads the files of `Config::tls` again and calls `TlsOptions::customize` with a new `SSL_CTX*`, so that new
    /// connections use renewed authorities and client certificates. Open connections stay as they are, and sessions of
    /// the old context are not resumed. Blocks while it reads. Errors: those of the constructor; and
    /// `errc::invalid_argument`, field `tls.customize`, with the text of the exception that the hook threw. After an
    /// error nothing has changed. Thread-safe; the hook runs on the calling thread.
    ///
    /// @code
    /// if (auto reloaded = client.reload_tls(); !reloaded) std::cerr << reloaded.error() << '\n';
    /// @endcode
    [[nodiscard]] Result<void> reload_tls();

    /// Shuts down: every new call ends with `errc::client_closed`. Running calls have `grace` to finish (0…1 year) and
    /// are then ended with `errc::client_closed`, too. Returns when no call is left and every connection has been
    /// closed, idle ones with a TLS close_notify. Cancelling it ends the grace at once. Thread-safe; may be awaited
    /// several times, and the shortest grace counts. The client may be destroyed meanwhile.
    ///
    /// @code
    /// co_await client.close(std::chrono::seconds{5});
    /// @endcode
    [[nodiscard]] boost::asio::awaitable<void> close(std::chrono::milliseconds grace = std::chrono::seconds{10});
    /// Whether `close()` has been called. Thread-safe.
    [[nodiscard]] bool closed() const noexcept;

private:
    friend class OrganizationInvitationsApi;
    friend class OrganizationMembershipsApi;
    friend class OrganizationRolesApi;
    friend class OrganizationsApi;
    std::shared_ptr<client::ClientCore> core_;
};
/** @} */
}  // namespace clerk
