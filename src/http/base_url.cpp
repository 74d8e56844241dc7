#include "http/base_url.hpp"

#include "base/ascii.hpp"
#include "base/local_error.hpp"
#include "http/host.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <utility>

namespace clerk::http {

namespace {

constexpr std::size_t max_url_length = 2048;

// The text is not quoted: a key pasted into the wrong variable must not appear in a log.
Error refuse(std::string message) { return base::invalid_argument("base_url", std::move(message)); }

bool has_dot_segment(std::string_view path) noexcept {
    while (!path.empty()) {
        std::size_t const end = path.find('/');
        std::string_view const segment = path.substr(0, end);
        if (segment == "." || segment == "..") return true;
        if (end == std::string_view::npos) return false;
        path.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

Result<Origin> parse_base_url(std::string_view text) {
    if (text.empty()) text = default_base_url;
    if (text.size() > max_url_length) return refuse("is longer than " + std::to_string(max_url_length) + " characters");
    if (!std::all_of(text.begin(), text.end(), base::is_visible)) {
        return refuse("contains white space, control or non-ASCII characters");
    }
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed) return refuse("is not an absolute URL such as https://api.clerk.com/v1");
    boost::urls::url_view const& url = *parsed;
    if (url.scheme_id() != boost::urls::scheme::https) return refuse("must begin with https://");
    if (url.has_userinfo()) return refuse("must not contain a user name or password");
    if (url.has_query()) return refuse("must not contain a query");
    if (url.has_fragment()) return refuse("must not contain a fragment");
    if (url.encoded_host().empty()) return refuse("has no host");

    auto host = host_of(url);
    if (!host) return refuse("has a host that is neither a DNS name nor an IP address");
    Origin origin;
    origin.host = std::move(host->name);
    origin.host_is_ip = host->is_ip;
    origin.port = "443";
    if (url.has_port() && !url.port().empty()) {
        if (url.port_number() == 0) return refuse("must have a port in 1…65535");
        origin.port = std::to_string(url.port_number());
    }
    origin.authority = lower_case(url.encoded_host());
    if (origin.port != "443") origin.authority += ":" + origin.port;

    std::string_view path = url.encoded_path();
    // RFC 3986 3.3 wants a slash here; Boost.URL 1.81 takes `host:8443x` for port 8443 and path `x`.
    if (!path.empty() && !path.starts_with('/')) return refuse("has unexpected characters after the host");
    while (path.ends_with('/')) path.remove_suffix(1);
    if (has_dot_segment(path)) return refuse("must not contain . or .. segments");
    origin.base_path = path;
    return origin;
}

}  // namespace clerk::http
