#include "http/no_proxy.hpp"

#include "base/ascii.hpp"
#include "http/host.hpp"

#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace clerk::http {

namespace ip = boost::asio::ip;

namespace {

std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
    unsigned value{};
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = failure == std::errc{} && end == text.data() + text.size();
    return whole && value <= most ? std::optional{value} : std::nullopt;
}

bool is_in_block(ip::address_v6 const& address, std::string_view base, std::string_view length) {
    auto const block = parse_ip(base);
    bool const is_v4 = base.find(':') == std::string_view::npos;
    auto const bits = parse_number(length, is_v4 ? 32U : 128U);
    if (!block || !bits) return false;
    auto const prefix = static_cast<unsigned short>(*bits + (is_v4 ? 96U : 0U));  // of the mapped address
    return ip::network_v6{address, prefix}.network() == ip::network_v6{*block, prefix}.network();
}

bool is_same_or_below(std::string_view name, std::string_view domain) {
    if (!name.ends_with(domain)) return false;
    return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

// Removes a `:port` from the end. An IPv6 address without brackets has more than one colon and no port.
std::optional<std::string_view> split_port(std::string_view& entry) {
    std::size_t const colon = entry.rfind(':');
    if (colon == std::string_view::npos || entry.ends_with(']')) return std::nullopt;
    if (entry.find(':') != colon && !entry.starts_with('[')) return std::nullopt;
    std::string_view const port = entry.substr(colon + 1);
    entry = entry.substr(0, colon);
    return port;
}

bool names(std::string_view entry, Origin const& origin, std::optional<ip::address_v6> const& address) {
    if (entry == "*") return true;
    if (std::size_t const slash = entry.find('/'); slash != std::string_view::npos) {
        return address && is_in_block(*address, entry.substr(0, slash), entry.substr(slash + 1));
    }
    if (auto const port = split_port(entry)) {
        constexpr unsigned max_port = 65535;
        auto const number = parse_number(*port, max_port);
        if (!number || std::to_string(*number) != origin.port) return false;
    }
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    if (address) return parse_ip(entry) == address;
    if (entry.starts_with("*.")) entry.remove_prefix(1);
    while (entry.starts_with('.')) entry.remove_prefix(1);
    while (entry.ends_with('.')) entry.remove_suffix(1);
    return !entry.empty() && is_same_or_below(origin.host, lower_case(entry));
}

}  // namespace

bool is_listed(Origin const& origin, std::string_view list) {
    std::optional<ip::address_v6> const address = origin.host_is_ip ? parse_ip(origin.host) : std::nullopt;
    auto const separates = [](char c) { return c == ',' || base::is_space(c); };
    for (auto begin = list.begin(); begin != list.end();) {
        auto const end = std::find_if(begin, list.end(), separates);
        if (begin != end && names({&*begin, static_cast<std::size_t>(end - begin)}, origin, address)) return true;
        begin = std::find_if_not(end, list.end(), separates);
    }
    return false;
}

bool is_this_machine(Origin const& origin) {
    if (!origin.host_is_ip) return is_same_or_below(origin.host, "localhost");
    auto const address = parse_ip(origin.host);
    return address && is_loopback(*address);
}

}  // namespace clerk::http
