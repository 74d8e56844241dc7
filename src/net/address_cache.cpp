#include "net/address_cache.hpp"

#include <algorithm>
#include <utility>

namespace clerk::net {

SharedAddresses AddressCache::find(TimePoint now) const noexcept {
    return addresses_ != nullptr && now - stored_at_ < lifetime_ ? addresses_ : nullptr;
}

void AddressCache::store(SharedAddresses addresses, TimePoint now) noexcept {
    if (lifetime_.count() <= 0) return;
    addresses_ = std::move(addresses);
    stored_at_ = now;
}

void AddressCache::succeeded(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address) {
    if (addresses_ == nullptr || addresses_ != used || used->front() == address) return;
    auto reordered = std::make_shared<Addresses>(*used);
    auto const found = std::find(reordered->begin(), reordered->end(), address);
    if (found == reordered->end()) return;
    std::rotate(reordered->begin(), found, found + 1);
    addresses_ = std::move(reordered);
}

void AddressCache::failed(SharedAddresses const& used) noexcept {
    if (addresses_ == used) addresses_ = nullptr;
}

}  // namespace clerk::net
