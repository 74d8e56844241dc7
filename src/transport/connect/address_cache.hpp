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
// order (RFC 8305 section 4). Leaves doubles out.
[[nodiscard]] Addresses interleave_families(Addresses const& addresses);

using SharedAddresses = std::shared_ptr<Addresses const>;

class AddressCache {
public:
    // A lifetime of 0 keeps nothing.
    explicit AddressCache(std::chrono::milliseconds lifetime) noexcept : lifetime_{lifetime} {}

    // Null when there are none, or when they are too old.
    [[nodiscard]] SharedAddresses find(TimePoint now) const noexcept;
    void store(SharedAddresses addresses, TimePoint now) noexcept;

    // A connect that had been given `used` found the service at `address`. Later ones try it first, so that an address
    // that does not answer delays only one connect.
    void succeeded(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    // It reached `address`, but not the service behind it. Later ones try it last; when there is no other, all is
    // forgotten.
    void disappointed(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address);
    // It reached none of `used`. Forgets them, unless they have been replaced.
    void failed(SharedAddresses const& used) noexcept;

private:
    // `used` with `address` at its front or back; null when these are not the addresses that are kept.
    [[nodiscard]] std::shared_ptr<Addresses> moved(SharedAddresses const& used,
                                                   boost::asio::ip::tcp::endpoint const& address, bool to_front) const;

    std::chrono::milliseconds lifetime_;
    SharedAddresses addresses_{};
    TimePoint stored_at_{};
};

}  // namespace clerk::transport
