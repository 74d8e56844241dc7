// The addresses of one host, kept for a while. Pure: time is a parameter. `AddressResolver` drives it under its mutex.
#pragma once

#include "transport/pool_core.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace clerk::transport {

using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

// Alternates between the address families, beginning with that of the first address; otherwise keeps the resolver's
// order (RFC 8305 section 4). Removes duplicates.
[[nodiscard]] Addresses interleave_families(Addresses const& addresses);

using SharedAddresses = std::shared_ptr<Addresses const>;

class AddressCache {
public:
    // A lifetime of 0 keeps nothing.
    explicit AddressCache(std::chrono::milliseconds lifetime) noexcept : lifetime_{lifetime} {}

    // Null when no addresses are cached, or when they are too old.
    [[nodiscard]] SharedAddresses find(TimePoint now) const noexcept;
    void store(SharedAddresses addresses, TimePoint now) noexcept;

    // A connect with the addresses `used` reached the service at `address`. Later connects try it first, so that an
    // address that does not answer delays only one connect.
    void succeeded(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    // A connect reached `address`, but TLS or the proxy failed there. Later connects try it last; when it is the only
    // one, the cache is cleared.
    void disappointed(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    // A connect reached none of `used`. Clears the cache, unless it holds newer addresses.
    void failed(SharedAddresses const& used) noexcept;

private:
    // `used` with `address` at its front or back; null when the cache holds other addresses.
    [[nodiscard]] std::shared_ptr<Addresses> moved(SharedAddresses const& used,
                                                   boost::asio::ip::tcp::endpoint const& address, bool to_front) const;

    std::chrono::milliseconds lifetime_;
    SharedAddresses addresses_{};
    TimePoint stored_at_{};
};

}  // namespace clerk::transport
