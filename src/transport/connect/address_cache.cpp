#include "transport/connect/address_cache.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace clerk::transport {

Addresses interleave_families(Addresses const& addresses) {
    Addresses first;  // of the family of the first address
    Addresses other;
    for (auto const& address : addresses) {
        bool const is_first = address.address().is_v6() == addresses.front().address().is_v6();
        Addresses& family = is_first ? first : other;
        if (std::find(family.begin(), family.end(), address) == family.end()) family.push_back(address);
    }
    Addresses out;
    for (std::size_t index = 0; index < std::max(first.size(), other.size()); ++index) {
        if (index < first.size()) out.push_back(first[index]);
        if (index < other.size()) out.push_back(other[index]);
    }
    return out;
}

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
