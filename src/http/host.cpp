#include "http/host.hpp"

#include "base/ascii.hpp"

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>

#include <algorithm>

namespace clerk::http {

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

constexpr std::array<unsigned char, mapped_prefix_bits / 8> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), base::to_lower);
    return out;
}

std::optional<Host> host_of(boost::urls::url_view const& url) {
    // Newer Boost.URL takes an address with a zone (RFC 6874), which has a meaning on one machine only.
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

std::optional<IpBytes> parse_ip(std::string_view text) {
    IpBytes bytes{};
    if (auto const v4 = boost::urls::parse_ipv4_address(text)) {
        auto const four = v4->to_bytes();
        std::copy(four.begin(), four.end(), std::copy(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()));
        return bytes;
    }
    auto const v6 = boost::urls::parse_ipv6_address(text);
    if (!v6) return std::nullopt;
    auto const sixteen = v6->to_bytes();
    std::copy(sixteen.begin(), sixteen.end(), bytes.begin());
    return bytes;
}

bool is_ipv4(IpBytes const& address) noexcept {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin());
}

bool is_loopback(IpBytes const& address) noexcept {
    constexpr unsigned char loopback_net = 127;
    if (is_ipv4(address)) return address[mapped_prefix.size()] == loopback_net;
    constexpr IpBytes loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address == loopback;
}

}  // namespace clerk::http
