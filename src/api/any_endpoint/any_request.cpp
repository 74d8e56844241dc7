#include "api/any_endpoint/any_request.hpp"

#include "base/json_text.hpp"
#include "base/local_error.hpp"
#include "base/percent_encoding.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::api {

namespace {

constexpr std::size_t max_target = 8 * 1024;  // what servers take in a request line
constexpr std::size_t max_body = 10 * 1024 * 1024;

std::optional<http::Method> method_named(std::string_view name) {
    if (name.empty()) return http::Method::get;
    using enum http::Method;
    for (http::Method const method : {get, post, put, patch, delete_}) {
        if (to_string(method) == name) return method;
    }
    return {};
}

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; }

// What is wrong with a path; empty when nothing is. Appends it, encoded, to `target`.
std::string_view append_path(std::string& target, std::string_view path) {
    if (!path.starts_with('/')) return "must begin with /: it is the path below the base URL";
    if (path.find_first_of("?#") != std::string_view::npos) {
        return "must have neither a query nor a fragment: parameters go into the query";
    }
    if (std::any_of(path.begin(), path.end(), is_control)) return "must not contain a control character";
    if (!base::is_valid_utf8(path)) return "must be valid UTF-8";
    while (!path.empty()) {
        path.remove_prefix(1);
        std::string_view const segment = path.substr(0, path.find('/'));
        if (segment.empty()) return "must not have an empty segment";
        if (segment == "." || segment == "..") return "must not have a relative segment";
        base::append_percent_encoded(target += '/', segment);
        path.remove_prefix(segment.size());
    }
    return {};
}

// Like append_path(), for the query.
std::string_view append_query(std::string& target, std::vector<QueryParameter> const& query) {
    char separator = '?';
    for (auto const& [name, value] : query) {
        if (name.empty()) return "must not have a parameter without a name";
        if (!base::is_valid_utf8(name) || !base::is_valid_utf8(value)) return "must be valid UTF-8";
        base::append_percent_encoded(target += std::exchange(separator, '&'), name);
        base::append_percent_encoded(target += '=', value);
    }
    return {};
}

}  // namespace

Result<http::Request> any_request(ApiRequest const& request) {
    auto const refuse = [&](std::string_view field, std::string_view why, errc code = errc::invalid_argument) {
        return base::local_error(request.operation.text(), code, std::string{why}, std::string{field});
    };
    auto const method = method_named(request.method);
    if (!method) return refuse("method", "must be GET, POST, PUT, PATCH or DELETE");
    std::string target;
    if (auto const problem = append_path(target, request.path); !problem.empty()) return refuse("path", problem);
    std::string scope = std::string{to_string(*method)} + ' ' + target;
    if (target.size() > max_target) return refuse("path", "must have at most 8 KiB when it is encoded");
    if (auto const problem = append_query(target, request.query); !problem.empty()) return refuse("query", problem);
    if (target.size() > max_target) return refuse("query", "must have at most 8 KiB with the path, encoded");
    if (*method == http::Method::get && !request.body.empty()) return refuse("body", "must be empty: a GET has none");
    if (request.body.size() > max_body) return refuse("body", "has more than 10 MiB", errc::request_too_large);

    http::Request built = http::make_request(*method, request.operation.text(), std::move(target));
    built.accepts_no_content = true;
    if (request.idempotent) {
        built.idempotency = *request.idempotent ? http::Idempotency::idempotent : http::Idempotency::not_idempotent;
    }
    if (!request.body.empty()) built.content = http::text_content("application/json", request.body);
    if (request.operation.is_default()) {
        built.rate_limit = http::own_limit(scope, 0);
    }
    return built;
}

}  // namespace clerk::api
