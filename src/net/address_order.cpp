#include "net/address_order.hpp"

#include <algorithm>

namespace clerk::net {

Addresses interleave_families(Addresses const& addresses) {
    Addresses unique;
    for (auto const& address : addresses) {
        if (std::find(unique.begin(), unique.end(), address) == unique.end()) unique.push_back(address);
    }
    if (unique.empty()) return unique;
    auto const other = std::stable_partition(
        unique.begin(), unique.end(),
        [v6 = unique.front().address().is_v6()](auto const& address) { return address.address().is_v6() == v6; });
    Addresses out;
    for (auto left = unique.begin(), right = other; left != other || right != unique.end();) {
        if (left != other) out.push_back(*left++);
        if (right != unique.end()) out.push_back(*right++);
    }
    return out;
}

}  // namespace clerk::net
