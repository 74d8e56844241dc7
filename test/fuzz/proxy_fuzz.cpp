// Proxies: their URL, the hosts that are reached without them, and their answers. Input: the proxy's URL, NO_PROXY and
// a base URL on a line each, then the answer to CONNECT.
#include "fuzz/target.hpp"

#include "http/base_url.hpp"
#include "http/connect_tunnel.hpp"
#include "http/no_proxy.hpp"
#include "http/proxy.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace clerk::fuzz {
namespace {

using State = http::ConnectReply::State;

bool is_port(std::string_view text) {
    unsigned port{};
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    return failure == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

void check_proxy_url(std::string_view text, http::Origin const& origin) {
    auto const proxy = http::parse_proxy_url(text);
    if (!proxy) {
        check(proxy.error() == errc::invalid_argument && proxy.error().field() == "proxy.url", "a refusal names it");
        std::string_view const message = proxy.error().message();
        check(message.size() < 128 && message.find('@') == std::string_view::npos, "a refusal does not quote");
        return;
    }
    check(!proxy->host.empty() && is_port(proxy->port), "a proxy has an address");
    check(proxy->authority.find('@') == std::string::npos && proxy->authority.ends_with(":" + proxy->port),
          "a name for messages has no credentials");
    check(http::parse_proxy_url("http://" + proxy->authority + "/")->host == proxy->host, "an authority is one");

    std::string_view rest;
    auto const request = http::connect_request(*proxy, origin, "agent/1");
    rest = request;
    check(rest.starts_with("CONNECT ") && rest.ends_with("\r\n\r\n"), "a request is one");
    std::size_t lines = 0;
    for (; !rest.empty(); ++lines) {
        std::string_view line = take_line(rest);
        check(line.ends_with('\r'), "a line ends as it should");
        line.remove_suffix(1);
        check(std::none_of(line.begin(), line.end(), [](char c) { return c >= '\0' && c < ' '; }),
              "nothing is smuggled into a request");
    }
    check(lines == (proxy->authorization.empty() ? 4U : 5U), "a request has the lines that it must have");
}

void check_list(http::Origin const& origin, std::string_view list) {
    bool const listed = http::is_listed(origin, list);
    bool any = false;
    auto const separates = [](char c) { return c == ',' || c == ' ' || (c >= '\t' && c <= '\r'); };
    for (auto at = list.begin(); at != list.end();) {
        auto const end = std::find_if(at, list.end(), separates);
        any = any || http::is_listed(origin, std::string{at, end});
        at = end == list.end() ? end : end + 1;
    }
    check(listed == any, "a list is its entries");
    check(!listed || http::is_listed(origin, std::string{"nowhere.example, "}.append(list)), "an entry hides no other");
    bool const is_v6 = origin.host.find(':') != std::string::npos;
    std::string const itself = is_v6 ? "[" + origin.host + "]" : origin.host;
    check(http::is_listed(origin, itself) && http::is_listed(origin, itself + ":" + origin.port),
          "a host lists itself");
    check(http::is_listed(origin, "*"), "everything lists the host");
    static_cast<void>(http::is_this_machine(origin));
}

// More bytes never change a verdict.
void check_reply(std::string_view reply) {
    auto const whole = http::parse_connect_reply(reply);
    check(whole.length <= reply.size(), "a head lies inside what came");
    if (whole.state == State::complete) {
        check(whole.status == 101 || (whole.status >= 200 && whole.status <= 999), "a status is final");
        check(reply[whole.length - 1] == '\n', "a head ends with a line");
    } else {
        check(whole.length == 0 && whole.status == 0, "what is not complete says nothing");
    }
    constexpr std::size_t many = 256;
    State before = State::incomplete;
    for (std::size_t size = 0; size <= std::min(reply.size(), many); ++size) {
        auto const part = http::parse_connect_reply(std::string{reply.substr(0, size)});
        check(before == State::incomplete || part.state == before, "a verdict is final");
        before = part.state;
        if (part.state == State::complete) {
            check(part.length <= size && part.length == whole.length && part.status == whole.status,
                  "what follows a head does not matter");
        }
    }
}

}  // namespace

void run(std::string_view input) {
    std::string_view const proxy = take_line(input);
    std::string_view const list = take_line(input);
    auto origin = http::parse_base_url(take_line(input));
    if (!origin) origin = http::parse_base_url("https://api.clerk.com/v1");
    check_proxy_url(proxy, *origin);
    check_list(*origin, list);
    check_reply(input);
}

}  // namespace clerk::fuzz
