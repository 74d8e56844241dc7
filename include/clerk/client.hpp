/// @file
/// The client: one configuration, one pool, any number of concurrent calls.
#pragma once

#include <clerk/config.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>

namespace clerk {

namespace core {
class ClientCore;
}

/// The state of the connection pool at one instant, for tests and metrics.
struct PoolGauges {
    std::size_t idle{};        ///< Connections open and unused.
    std::size_t busy{};        ///< Connections that carry a call.
    std::size_t connecting{};  ///< Connections being established.
    std::size_t waiting{};     ///< Calls waiting for a connection.
    std::size_t opened{};      ///< Connections established since the start.
};

/// A handle to the shared core (pool, TLS context, defaults) that every API object and call uses.
///
/// Make one per process and keep it: connections are reused only within a client. Works with any executor: an
/// `io_context` run by one or many threads, a `thread_pool`, a strand. Any thread may start calls. Destroying the
/// client while calls are pending is safe: they finish, and the connections close after the last one. The context
/// behind the executor must outlive the client, the API objects and the paginators made from it; calls still pending
/// when it goes never complete, and leak nothing. Idle connections do not keep `io_context::run()` from returning.
///
/// A client that has been moved from may only be destroyed or assigned to.
///
/// @code
/// boost::asio::io_context io;
/// clerk::Config config{.secret_key = clerk::secret_key_from_env()};
/// clerk::Client client{io.get_executor(), config};
/// clerk::OrganizationsApi organizations{client};
/// @endcode
class Client {
public:
    /// Reads the CA file or the system store; opens no connection. `executor` is where connections, timers and
    /// prefetched pages live; each call resumes on the executor of the coroutine that awaits it.
    /// @throws Exception with `errc::invalid_argument` when `validate(config)` fails or the CA file cannot be used;
    /// `Error::field()` names the option.
    Client(boost::asio::any_io_executor executor, Config config);

    Client(Client&&) noexcept = default;
    Client& operator=(Client&&) noexcept = default;
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;
    ~Client();

    /// The executor it was made with. Thread-safe.
    [[nodiscard]] boost::asio::any_io_executor get_executor() const;
    /// A snapshot of the pool. Thread-safe.
    [[nodiscard]] PoolGauges pool_gauges() const;

private:
    friend class OrganizationsApi;
    std::shared_ptr<core::ClientCore> core_;
};

}  // namespace clerk
