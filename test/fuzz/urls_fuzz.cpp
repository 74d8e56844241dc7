// Texts of the caller in the request line: none may end a line, leave its segment, or change its meaning. Input: base
// URL, user agent, order and limit on a line each, then an id or query.
#include "fuzz/target.hpp"

#include "api/organizations/organization_requests.hpp"
#include "base/json_text.hpp"
#include "base/percent_encoding.hpp"
#include "http/base_url.hpp"
#include "http/request_head.hpp"

#include <clerk/config.hpp>

#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace clerk::fuzz {
namespace {

constexpr std::string_view key = "sk_test_fuzz";

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

void check_origin(http::Origin const& origin) {
    check(!origin.host.empty() && is_visible(origin.host), "a host is a word");
    check(std::none_of(origin.host.begin(), origin.host.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
          "a host is in lower case");
    check(origin.host.find_first_of("/@?#[]%") == std::string::npos, "a host is nothing but a host");
    unsigned port{};
    auto const end = origin.port.data() + origin.port.size();
    check(std::from_chars(origin.port.data(), end, port).ptr == end && port >= 1 && port <= 65535, "a port is one");
    check(is_visible(origin.authority) && origin.authority.find_first_of("/@?#") == std::string::npos,
          "an authority is nothing else");
    check(is_visible(origin.base_path) && !origin.base_path.ends_with('/'), "a path has no slash at its end");
    check(origin.base_path.empty() || origin.base_path.starts_with('/'), "a path is absolute");
    check(origin.base_path.find_first_of("?#") == std::string::npos, "a path is nothing but a path");

    auto const again = http::parse_base_url("https://" + origin.authority + origin.base_path);
    check(again && again->host == origin.host && again->port == origin.port && again->authority == origin.authority &&
              again->base_path == origin.base_path && again->host_is_ip == origin.host_is_ip,
          "an origin survives being written and read");
}

void check_encoding(std::string_view text) {
    std::string encoded;
    base::append_percent_encoded(encoded, text);
    check(std::all_of(encoded.begin(), encoded.end(),
                      [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '-' || c == '.' || c == '_' || c == '~' || c == '%';
                      }),
          "what is encoded has no special character");
    boost::urls::decode_view const decoded{encoded};
    check(std::equal(decoded.begin(), decoded.end(), text.begin(), text.end()), "encoding is undone");
}

// The target is valid and has the expected segments and parameters.
void check_target(http::Request const& request, std::string_view id, ListOrganizationsRequest const* list) {
    check(is_visible(request.target) && request.target.starts_with("/organizations"), "a target is visible");
    auto const url = boost::urls::parse_origin_form(request.target);
    check(url.has_value(), "a target is one");
    auto const segments = url->segments();
    check(segments.size() == (list != nullptr ? 1U : 2U), "a target has its segments");
    if (list == nullptr) {
        check(segments.back() == id, "an id stays one segment");
        check(!url->has_query(), "and nothing more");
        return;
    }
    std::string query;
    std::string order_by;
    std::size_t ids = 0;
    for (auto const& param : url->params()) {
        if (param.key == "query") query = param.value;
        if (param.key == "order_by") order_by = param.value;
        if (param.key == "organization_id") {
            check(param.value == list->organization_id[ids], "an id is a parameter of its own");
            ++ids;
        }
    }
    check(query == list->query && order_by == list->order_by && ids == list->organization_id.size(),
          "a parameter stays what it was");
}

// Always six fields and a request line.
void check_head(http::Origin const& origin, std::string_view user_agent, http::Request const& request) {
    Config config;
    config.secret_key = Secret{std::string{key}};
    config.user_agent = user_agent;
    if (!validate(config)) config.user_agent.clear();
    http::RequestHead const head{origin, {}, config.user_agent, config.secret_key};
    http::SecretBuffer out;
    head.append_request(out, request);
    std::string_view rest = out;
    std::string_view const first = take_line(rest);
    check(first == "GET " + origin.base_path + request.target + " HTTP/1.1\r", "a request line is one");
    std::size_t fields = 0;
    for (std::string_view line = take_line(rest); line != "\r"; line = take_line(rest)) {
        check(!rest.empty() && line.ends_with('\r') && line.find(": ") != std::string_view::npos, "a field is one");
        check(line.find('\r') == line.size() - 1, "a field cannot end its line");
        ++fields;
    }
    check(rest.empty() && fields == 5, "a head has its fields and no more");
}

void check_refusal(Error const& error) {
    check(error == errc::invalid_argument && !error.field().empty() && !error.message().empty(), "a refusal says why");
    check(to_string(error).find(key) == std::string::npos, "a refusal has no key");
}

}  // namespace

void run(std::string_view input) {
    std::string_view const base_url = take_line(input);
    std::string_view const user_agent = take_line(input);
    std::string_view const order_by = take_line(input);
    std::string_view const limit = take_line(input);
    auto origin = http::parse_base_url(base_url);
    if (origin) {
        check_origin(*origin);
    } else {
        check(origin.error() == errc::invalid_argument && origin.error().field() == "base_url", "a refusal names it");
        origin = http::parse_base_url({});
    }
    check_encoding(input);

    if (auto const get = organizations::get_organization(input, {})) {
        check_target(*get, input, nullptr);
        check_head(*origin, user_agent, *get);
    } else {
        check_refusal(get.error());
        bool const is_fine = !input.empty() && input.size() <= 1024 && input != "." && input != ".." &&
                             input.find('\0') == std::string_view::npos && base::is_valid_utf8(input);
        check(!is_fine, "an id is not refused for its characters");
    }

    ListOrganizationsRequest list;
    list.query = input;
    list.order_by = order_by;
    std::int64_t number{};
    if (std::from_chars(limit.data(), limit.data() + limit.size(), number).ec == std::errc{}) list.limit = number;
    list.organization_id = {std::string{input.substr(input.size() / 2)}, "org_2", std::string{order_by}};
    if (auto const request = organizations::list_organizations(list)) {
        check_target(*request, {}, &list);
        check_head(*origin, user_agent, *request);
    } else {
        check_refusal(request.error());
    }
}

}  // namespace clerk::fuzz
