#include "transport/connect/address_cache.hpp"

#include <algorithm>
#include <utility>

namespace clerk::transport {

SharedAddresses AddressCache::find(TimePoint now) const noexcept {
    return addresses_ != nullptr && now - stored_at_ < lifetime_ ? addresses_ : nullptr;
}

void AddressCache::store(SharedAddresses addresses, TimePoint now) noexcept {
    if (lifetime_.count() <= 0) return;
    addresses_ = std::move(addresses);
    stored_at_ = now;
}

std::shared_ptr<Addresses> AddressCache::moved(SharedAddresses const& used,
                                               boost::asio::ip::tcp::endpoint const& address, bool to_front) const {
    if (addresses_ == nullptr || addresses_ != used) return nullptr;
    auto reordered = std::make_shared<Addresses>(*used);
    auto const found = std::find(reordered->begin(), reordered->end(), address);
    if (found == reordered->end()) return nullptr;
    if (to_front) {
        std::rotate(reordered->begin(), found, found + 1);
    } else {
        std::rotate(found, found + 1, reordered->end());
    }
    return reordered;
}

void AddressCache::succeeded(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address) {
    if (used->front() == address) return;
    if (auto reordered = moved(used, address, true)) addresses_ = std::move(reordered);
}

void AddressCache::disappointed(SharedAddresses const& used, boost::asio::ip::tcp::endpoint const& address) {
    if (used->size() == 1) return failed(used);
    if (auto reordered = moved(used, address, false)) addresses_ = std::move(reordered);
}

void AddressCache::failed(SharedAddresses const& used) noexcept {
    if (addresses_ == used) addresses_ = nullptr;
}

}  // namespace clerk::transport
