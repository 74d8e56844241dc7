#include "http/host.hpp"

#include "base/ascii.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>

#include <algorithm>

namespace clerk::http {

namespace ip = boost::asio::ip;

namespace {

constexpr std::size_t max_host_length = 253;  // RFC 1035: longest name in text form
constexpr std::size_t max_label_length = 63;

bool is_dns_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > max_host_length) return false;
    std::size_t label = 0;
    for (char const c : name) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
        } else if (base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_') {
            if (++label > max_label_length) return false;
        } else {
            return false;
        }
    }
    return label != 0;
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), base::to_lower);
    return out;
}

std::optional<Host> host_of(boost::urls::url_view const& url) {
    // Newer Boost.URL accepts an address with a zone (RFC 6874), which is valid on one machine only.
    if (url.encoded_host().find('%') != std::string_view::npos) return std::nullopt;
    switch (url.host_type()) {
        case boost::urls::host_type::ipv4:
        case boost::urls::host_type::ipv6:
            return Host{lower_case(url.host_address()), true};
        case boost::urls::host_type::name:
            if (!is_dns_name(url.encoded_host())) return std::nullopt;
            return Host{lower_case(url.encoded_host()), false};
        default:
            return std::nullopt;
    }
}

std::optional<ip::address_v6> parse_ip(std::string_view text) {
    if (auto const v4 = boost::urls::parse_ipv4_address(text)) {
        return ip::make_address_v6(ip::v4_mapped, ip::address_v4{v4->to_uint()});
    }
    auto const v6 = boost::urls::parse_ipv6_address(text);
    return v6 ? std::optional{ip::address_v6{v6->to_bytes()}} : std::nullopt;
}

bool is_loopback(ip::address_v6 const& address) {
    return address.is_v4_mapped() ? ip::make_address_v4(ip::v4_mapped, address).is_loopback() : address.is_loopback();
}

}  // namespace clerk::http
