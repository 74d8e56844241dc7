#include "transport/connect/address_order.hpp"

#include <algorithm>
#include <cstddef>

namespace clerk::transport {

Addresses interleave_families(Addresses const& addresses) {
    Addresses first;  // of the family that the resolver put first
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

}  // namespace clerk::transport
