#include "transport/connect/address_resolver.hpp"

#include "base/clock.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/query.hpp>

#include <new>
#include <thread>
#include <utility>

namespace clerk::transport {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using base::Clock;

namespace {

// Lets threads use an execution context as long as it exists.
class ContextGate final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    struct State {
        std::mutex mutex{};
        bool open{true};
    };

    explicit ContextGate(asio::execution_context& context) : service{context} {}
    [[nodiscard]] std::shared_ptr<State> const& state() const noexcept { return state_; }

private:
    void shutdown() noexcept override {
        std::lock_guard const lock{state_->mutex};
        state_->open = false;
    }

    std::shared_ptr<State> state_{std::make_shared<State>()};
};

Addresses resolve_here(std::string const& host, std::string const& port, ErrorCode& ec) noexcept {
    try {
        asio::io_context unused;
        Addresses addresses;
        for (auto const& entry : tcp::resolver{unused}.resolve(host, port, tcp::resolver::numeric_service, ec)) {
            addresses.push_back(entry.endpoint());
        }
        return addresses;
    } catch (...) {
        ec = asio::error::no_memory;
        return {};
    }
}

}  // namespace

// Runs on its own thread. Asio resolves all names of an execution context one after another, so a resolution that hangs
// would delay all others and the destruction of the context.
Lookup system_lookup(asio::any_io_executor const& executor, std::string host, std::string port) {
    auto& context = asio::query(executor, asio::execution::context);
    return [gate = asio::use_service<ContextGate>(context).state(), host = std::move(host),
            port = std::move(port)](LookupHandler handler) {
        std::thread{[gate, host, port, handler = std::move(handler)] {
            ErrorCode ec;
            Addresses addresses = resolve_here(host, port, ec);
            std::lock_guard const lock{gate->mutex};
            if (gate->open) handler(ec, std::move(addresses));
        }}.detach();
    };
}

SharedAddresses AddressResolver::known() {
    std::lock_guard const lock{mutex_};
    return cache_.find(Clock::now());
}

// A name resolution cannot be interrupted on every platform. Connects that stop waiting abandon it; its result goes to
// the other waiting connects and to the cache.
asio::awaitable<Resolved> AddressResolver::resolve(StopGuard& guard) {
    if (auto addresses = known()) co_return Resolved{{}, std::move(addresses)};
    auto const waiter = std::make_shared<Waiter>(guard.stop().strand);
    guard.on_stop([waiter] { waiter->woken.set(); });
    join(waiter);
    while (!waiter->woken.is_set()) co_await waiter->woken.wait();
    std::lock_guard const lock{mutex_};
    co_return std::move(waiter->resolved);
}

void AddressResolver::join(std::shared_ptr<Waiter> const& waiter) {
    {
        std::lock_guard const lock{mutex_};
        std::erase_if(waiters_, [](auto const& other) { return other.expired(); });
        waiters_.push_back(waiter);
        if (std::exchange(in_flight_, true)) return;
    }
    try {
        lookup_([weak = weak_from_this()](ErrorCode ec, Addresses const& addresses) {
            if (auto const self = weak.lock()) self->finish(ec, addresses);
        });
    } catch (...) {
        finish(asio::error::no_memory, {});  // otherwise the other handlers would never be called
        throw;
    }
}

void AddressResolver::finish(ErrorCode ec, Addresses const& addresses) noexcept {
    if (!ec && addresses.empty()) ec = asio::error::host_not_found;
    SharedAddresses shared;
    try {
        if (!ec) shared = std::make_shared<Addresses const>(interleave_families(addresses));
    } catch (std::bad_alloc const&) {
        ec = asio::error::no_memory;
    }
    std::lock_guard const lock{mutex_};
    in_flight_ = false;
    if (shared) cache_.store(shared, Clock::now());
    for (auto const& weak : std::exchange(waiters_, {})) {
        auto const waiter = weak.lock();
        if (!waiter) continue;
        waiter->resolved = {ec, shared};
        waiter->woken.set();
    }
}

void AddressResolver::succeeded(SharedAddresses const& used, tcp::endpoint const& address) {
    std::lock_guard const lock{mutex_};
    cache_.succeeded(used, address);
}

void AddressResolver::disappointed(SharedAddresses const& used, tcp::endpoint const& address) {
    std::lock_guard const lock{mutex_};
    cache_.disappointed(used, address);
}

void AddressResolver::failed(SharedAddresses const& used) {
    std::lock_guard const lock{mutex_};
    cache_.failed(used);
}

}  // namespace clerk::transport
