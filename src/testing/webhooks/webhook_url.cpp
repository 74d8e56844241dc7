#include "testing/webhooks/webhook_url.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <stdexcept>

namespace clerk::testing {

namespace {

bool is_this_machine(std::string const& host) {
    if (host == "localhost") return true;
    boost::system::error_code failure;
    auto const address = boost::asio::ip::make_address(host, failure);
    return !failure && address.is_loopback();
}

}  // namespace

WebhookUrl parse_webhook_url(std::string_view text) {
    auto const refuse = [](char const* why) -> std::invalid_argument {
        return std::invalid_argument{std::string{"EmulatorOptions::webhook_url "} + why};
    };
    auto const parsed = boost::urls::parse_uri(boost::core::string_view{text.data(), text.size()});
    bool const is_http = parsed && parsed->scheme() == "http";
    if (!parsed || !(is_http || parsed->scheme() == "https")) throw refuse("must be an http or https URL");
    if (parsed->has_userinfo() || parsed->has_fragment()) throw refuse("must have neither user nor fragment");
    WebhookUrl url;
    url.tls = !is_http;
    url.host = parsed->host_type() == boost::urls::host_type::ipv6 ? parsed->host_address() : parsed->host();
    if (url.host.empty() || parsed->port() == "0") throw refuse("must name a host");
    if (is_http && !is_this_machine(url.host)) throw refuse("must be https unless it is on this machine");
    url.port = parsed->port().empty() ? std::string{is_http ? "80" : "443"} : std::string{parsed->port()};
    url.authority = std::string{parsed->encoded_host_and_port()};
    url.target = std::string{parsed->encoded_target()};
    if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
    return url;
}

}  // namespace clerk::testing
