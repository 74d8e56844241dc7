// In which order the addresses of a host are tried. Pure.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <vector>

namespace clerk::transport {

using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

// Alternates between the address families, beginning with that of the first address; otherwise keeps the resolver's
// order (RFC 8305 section 4). Removes duplicates.
[[nodiscard]] Addresses interleave_families(Addresses const& addresses);

}  // namespace clerk::transport
