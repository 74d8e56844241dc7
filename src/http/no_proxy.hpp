// Which hosts are reached without the environment's proxy. Pure.
#pragma once

#include "http/base_url.hpp"

#include <string_view>

namespace clerk::http {

// Whether `list`, the value of NO_PROXY, names the origin. Entries are separated by commas or white space:
//   `*`                      every host
//   `example.com`            it and its subdomains; `.example.com` and `*.example.com` mean the same, as in curl
//   `192.0.2.7`, `2001:db8::7`, `[2001:db8::7]`     that address
//   `192.0.2.0/24`, `2001:db8::/32`                 the addresses of that block
// and any entry but `*` and a block may end in `:port`, which then has to match too. Names are never resolved.
[[nodiscard]] bool is_listed(Origin const& origin, std::string_view list);

// `localhost`, its subdomains (RFC 6761 section 6.3) and loopback addresses: for the proxy they are another machine.
[[nodiscard]] bool is_this_machine(Origin const& origin);

}  // namespace clerk::http
