// Resolves one host name for all connects of a connector. Simultaneous requests share one resolution, and its result is
// cached. Any thread may use it.
#pragma once

#include "transport/connect/address_cache.hpp"
#include "transport/one_shot_signal.hpp"
#include "transport/stop.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace clerk::transport {

using LookupHandler = std::function<void(boost::system::error_code, Addresses)>;
// Starts a resolution. Calls the handler once, at any time, on any thread, unless it throws.
using Lookup = std::function<void(LookupHandler)>;

// The operating system's resolver. A resolution that hangs does not delay others, and its handler is not called after
// the executor's context was destroyed.
[[nodiscard]] Lookup system_lookup(boost::asio::any_io_executor const& executor, std::string host, std::string port);

struct Resolved {
    boost::system::error_code code{};
    SharedAddresses addresses{};  // never empty; null on failure or when stopped
};

class AddressResolver : public std::enable_shared_from_this<AddressResolver> {
public:
    AddressResolver(Lookup lookup, std::chrono::milliseconds cache) : lookup_{std::move(lookup)}, cache_{cache} {}

    // Null when they are not cached.
    [[nodiscard]] SharedAddresses known();
    // Runs on the strand of the connect that `guard` belongs to.
    [[nodiscard]] boost::asio::awaitable<Resolved> resolve(StopGuard& guard);

    // The outcome of a connect to these addresses, as in AddressCache.
    void succeeded(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    void disappointed(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    void failed(SharedAddresses const& used);

private:
    struct Waiter {
        explicit Waiter(boost::asio::any_io_executor const& executor) : woken{executor} {}
        Resolved resolved{};
        OneShotSignal woken;
    };

    void join(std::shared_ptr<Waiter> const& waiter);
    void finish(boost::system::error_code ec, Addresses const& addresses) noexcept;

    Lookup lookup_;
    std::mutex mutex_{};  // guards all below; not held while handlers run
    AddressCache cache_;
    bool in_flight_{};
    std::vector<std::weak_ptr<Waiter>> waiters_{};  // expired when the waiter has given up
};

}  // namespace clerk::transport
