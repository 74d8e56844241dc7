#include "http/request_head.hpp"

#include "base/header_field.hpp"

#include <clerk/version.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

namespace clerk::http {

namespace {

constexpr std::string_view content_type_name = "Content-Type: ";
constexpr std::string_view content_length_name = "Content-Length: ";
constexpr std::string_view first_field = " HTTP/1.1\r\nHost: ";
constexpr std::string_view authorization = "\r\nAuthorization: Bearer ";
constexpr std::string_view line_end = "\r\n";

void append_all(SecretBuffer& out, std::initializer_list<std::string_view> pieces) {
    std::size_t size = out.size();
    for (std::string_view const piece : pieces) size += piece.size();
    // At least the size of the object, so that the bytes are never in its inline buffer.
    out.reserve(std::max(size, sizeof(SecretBuffer)));
    for (std::string_view const piece : pieces) {
        if (!piece.empty()) out.append(piece);
    }
}

// RFC 9110 8.6: a method that defines a body states its length even when it is 0; GET and DELETE only when there is
// one.
std::optional<std::uint64_t> content_length(Request const& request) noexcept {
    if (request.content) return request.content->size();
    bool const defines_body =
        request.method == Method::post || request.method == Method::put || request.method == Method::patch;
    return defines_body ? std::optional<std::uint64_t>{0} : std::nullopt;
}

}  // namespace

RequestHead::RequestHead(Origin const& origin, std::string_view api_version, std::string_view user_agent,
                         Secret const& secret, bool accept_gzip, Headers const& default_headers)
    : before_target_{" " + origin.base_path},
      secret_at_{first_field.size() + origin.authority.size() + authorization.size()},
      secret_size_{secret.reveal().size()} {
    append_all(behind_target_, {first_field, origin.authority, authorization, secret.reveal(),
                                "\r\nAccept: application/json\r\nClerk-API-Version: ",
                                api_version.empty() ? default_api_version : api_version,
                                "\r\nUser-Agent: clerk-cpp/" CLERK_VERSION_STRING, user_agent.empty() ? "" : " ",
                                user_agent, line_end, accept_gzip ? "Accept-Encoding: gzip\r\n" : ""});
    default_headers_at_ = behind_target_.size();
    std::string lines;
    for (Headers::Field const header : default_headers) base::append_header(lines, header);
    append_all(behind_target_, {lines});
}

SecretBuffer RequestHead::fields_with(std::string_view headers) const {
    SecretBuffer result;
    std::string_view const all = behind_target_;
    append_all(result, {all, headers});
    result.resize(default_headers_at_);
    for (std::string_view rest = all.substr(default_headers_at_); !rest.empty();) {
        std::string_view const line = rest.substr(0, rest.find(line_end) + line_end.size());
        if (!base::has_header(headers, line.substr(0, line.find(':')))) result.append(line);
        rest.remove_prefix(line.size());
    }
    result.append(headers);
    return result;
}

void RequestHead::set_secret(Secret const& secret) {
    std::string_view const all = behind_target_;
    SecretBuffer fields;
    append_all(fields, {all.substr(0, secret_at_), secret.reveal(), all.substr(secret_at_ + secret_size_)});
    default_headers_at_ = default_headers_at_ - secret_size_ + secret.reveal().size();
    secret_size_ = secret.reveal().size();
    behind_target_ = std::move(fields);
}

std::string_view RequestHead::secret_of(std::string_view written) noexcept {
    std::string_view const rest = written.substr(written.find(authorization) + authorization.size());
    return rest.substr(0, rest.find(line_end));
}

void RequestHead::append_request(SecretBuffer& out, Request const& request) const {
    std::string_view const method = to_string(request.method);
    auto const length = content_length(request);
    bool const has_headers = request.headers != nullptr;
    if (!length && !has_headers) {
        return append_all(out, {method, before_target_, request.target, behind_target_, line_end});
    }
    SecretBuffer const with_headers = has_headers ? fields_with(*request.headers) : SecretBuffer{};
    SecretBuffer const& fields = has_headers ? with_headers : behind_target_;
    if (!length) return append_all(out, {method, before_target_, request.target, fields, line_end});

    std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
    char const* const end = std::to_chars(digits.data(), digits.data() + digits.size(), *length).ptr;
    Content const* const content = request.content.get();
    append_all(out, {method, before_target_, request.target, fields, content ? content_type_name : "",
                     content ? std::string_view{content->type} : "", content ? line_end : "", content_length_name,
                     std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())}, line_end, line_end,
                     content && content->goes_with_head() ? std::string_view{content->text} : ""});
}

}  // namespace clerk::http
