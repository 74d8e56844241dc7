#include "http/proxy.hpp"

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/local_error.hpp"
#include "http/host.hpp"
#include "http/no_proxy.hpp"

#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace clerk::http {

namespace {

constexpr std::size_t url_limit = 2048;

Error refuse_url(std::string message) { return base::invalid_argument("proxy.url", std::move(message)); }

// With this capacity even short texts are not in the inline buffer of the object, see SecretBuffer.
SecretBuffer secret_buffer(std::size_t size) {
    SecretBuffer out;
    out.reserve(std::max(size, sizeof(SecretBuffer)));
    return out;
}

bool is_control(char c) noexcept {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

// RFC 7617: `user:password` in base64; non-ASCII text is assumed to be UTF-8 and sent unchanged.
Result<SecretBuffer> basic_authorization(boost::urls::url_view const& url) {
    constexpr std::string_view scheme = "Basic ";
    SecretBuffer credentials = secret_buffer(url.encoded_userinfo().size() + 1);
    for (char const c : *url.encoded_user()) credentials.push_back(c);
    if (credentials.find(':') != SecretBuffer::npos) return refuse_url("must not have a colon in the user name");
    credentials.push_back(':');
    for (char const c : *url.encoded_password()) credentials.push_back(c);
    if (std::any_of(credentials.begin(), credentials.end(), is_control)) {
        return refuse_url("must not have control characters in user name or password");
    }
    if (credentials == ":") return SecretBuffer{};
    std::size_t const size = scheme.size() + base::base64_size(credentials.size());
    SecretBuffer out = secret_buffer(size + 1);
    out.append(scheme);
    out.resize(size + 1);  // the encoder ends with a NUL
    base::encode_base64(out.data() + scheme.size(), credentials);
    out.pop_back();
    return out;
}

// Upper case first; an empty variable is ignored.
struct Variable {
    char const* name{};
    std::string_view value{};
};
Variable look_up(Environment const& environment, char const* upper, char const* lower) {
    for (char const* const name : {upper, lower}) {
        if (char const* const value = environment ? environment(name) : std::getenv(name)) {
            if (std::string_view const text = base::trim(value); !text.empty()) return {name, text};
        }
    }
    return {};
}

}  // namespace

Result<Proxy> parse_proxy_url(std::string_view text) {
    if (text.size() > url_limit) return refuse_url("is longer than " + std::to_string(url_limit) + " characters");
    if (!std::all_of(text.begin(), text.end(), base::is_visible)) {
        return refuse_url("contains white space, control or non-ASCII characters");
    }
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed) return refuse_url("is not a URL such as http://proxy.example:3128");
    boost::urls::url_view const& url = *parsed;
    if (url.scheme_id() != boost::urls::scheme::http) {
        return refuse_url("must begin with http://: proxies with TLS or SOCKS are not supported");
    }
    if (url.encoded_host().empty()) return refuse_url("has no host");
    if (url.has_query() || url.has_fragment() || !(url.encoded_path().empty() || url.encoded_path() == "/")) {
        return refuse_url("must end after host and port");
    }
    auto host = host_of(url);
    if (!host) return refuse_url("has a host that is neither a DNS name nor an IP address");

    Proxy proxy;
    proxy.host = std::move(host->name);
    proxy.host_is_ip = host->is_ip;
    proxy.port = "80";
    if (url.has_port() && !url.port().empty()) {
        if (url.port_number() == 0) return refuse_url("must have a port in 1…65535");
        proxy.port = std::to_string(url.port_number());
    }
    proxy.authority = lower_case(url.encoded_host()) + ":" + proxy.port;
    if (url.has_userinfo()) {
        auto authorization = basic_authorization(url);
        if (!authorization) return authorization.error();
        proxy.authorization = std::move(*authorization);
    }
    return proxy;
}

Result<std::optional<Proxy>> choose_proxy(ProxyOptions const& options, Origin const& origin,
                                          Environment const& environment) {
    if (!options.url.empty()) {
        auto proxy = parse_proxy_url(options.url.reveal());
        if (!proxy) return proxy.error();
        return std::optional<Proxy>{std::move(*proxy)};
    }
    if (!options.use_environment || is_this_machine(origin)) return std::optional<Proxy>{};
    Variable const variable = look_up(environment, "HTTPS_PROXY", "https_proxy");
    if (variable.value.empty()) return std::optional<Proxy>{};
    if (is_listed(origin, look_up(environment, "NO_PROXY", "no_proxy").value)) return std::optional<Proxy>{};

    // Other programs accept `host:port` there as well.
    constexpr std::string_view scheme = "http://";
    SecretBuffer url = secret_buffer(scheme.size() + variable.value.size());
    if (variable.value.find("://") == std::string_view::npos) url.append(scheme);
    url.append(variable.value);
    auto proxy = parse_proxy_url(url);
    if (!proxy) {
        std::string const subject = std::string{"the environment variable "} + variable.name + " ";
        return base::invalid_argument("proxy.use_environment", subject + std::string{proxy.error().message()});
    }
    return std::optional<Proxy>{std::move(*proxy)};
}

}  // namespace clerk::http
