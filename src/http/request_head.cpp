#include "http/request_head.hpp"

#include <clerk/version.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>

namespace clerk::http {

namespace {

constexpr std::string_view protocol = " HTTP/1.1\r\n";
constexpr std::string_view content_type_name = "Content-Type: ";
constexpr std::string_view content_length_name = "Content-Length: ";
constexpr std::string_view host_name = "Host: ";
constexpr std::string_view authorization = "\r\nAuthorization: Bearer ";
constexpr std::string_view line_end = "\r\n";

void append_all(SecretBuffer& out, std::initializer_list<std::string_view> pieces) {
    std::size_t size = out.size();
    for (std::string_view const piece : pieces) size += piece.size();
    // At least the size of the object, so that the bytes never lie in its inline buffer.
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
                         Secret const& secret, bool accept_gzip)
    : base_path_{origin.base_path},
      secret_at_{host_name.size() + origin.authority.size() + authorization.size()},
      secret_size_{secret.reveal().size()} {
    append_all(common_fields_, {host_name, origin.authority, authorization, secret.reveal(),
                                "\r\nAccept: application/json\r\nClerk-API-Version: ",
                                api_version.empty() ? default_api_version : api_version,
                                "\r\nUser-Agent: clerk-cpp/" CLERK_VERSION_STRING, user_agent.empty() ? "" : " ",
                                user_agent, line_end, accept_gzip ? "Accept-Encoding: gzip\r\n" : ""});
}

void RequestHead::append_request(SecretBuffer& out, Request const& request) const {
    std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
    std::string_view length{};
    if (auto const value = content_length(request)) {
        char const* const end = std::to_chars(digits.data(), digits.data() + digits.size(), *value).ptr;
        length = {digits.data(), static_cast<std::size_t>(end - digits.data())};
    }
    Content const* const content = request.content.get();
    bool const has_length = !length.empty();
    append_all(out, {to_string(request.method), " ", base_path_, request.target, protocol, common_fields_,
                     content ? content_type_name : "", content ? std::string_view{content->type} : "",
                     content ? line_end : "", has_length ? content_length_name : "", length, has_length ? line_end : "",
                     line_end, content && content->goes_with_head() ? std::string_view{content->text} : ""});
}

}  // namespace clerk::http
