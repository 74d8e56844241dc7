// The names and texts of the codes, and the conditions to which they belong.
#include <clerk/error.hpp>

#include <ostream>
#include <string>
#include <string_view>

namespace clerk {

namespace {

struct Description {
    std::string_view name;  // of the enumerator
    char const* text;
};

constexpr Description describe(errc code) noexcept {
    switch (code) {
        case errc::invalid_argument:
            return {"invalid_argument", "invalid argument"};
        case errc::request_too_large:
            return {"request_too_large", "request body is too large"};
        case errc::file_unreadable:
            return {"file_unreadable", "file cannot be read"};
        case errc::pool_exhausted:
            return {"pool_exhausted", "too many calls are waiting for a connection"};
        case errc::client_closed:
            return {"client_closed", "client is closed"};
        case errc::cancelled:
            return {"cancelled", "call was cancelled"};
        case errc::deadline_exceeded:
            return {"deadline_exceeded", "deadline of the call passed"};
        case errc::connect_timeout:
            return {"connect_timeout", "connecting took too long"};
        case errc::resolve_failed:
            return {"resolve_failed", "host name could not be resolved"};
        case errc::connect_failed:
            return {"connect_failed", "connection could not be established"};
        case errc::tls_failed:
            return {"tls_failed", "TLS handshake failed"};
        case errc::certificate_rejected:
            return {"certificate_rejected", "server certificate was not accepted"};
        case errc::connection_closed:
            return {"connection_closed", "connection closed by the server before the response was complete"};
        case errc::connection_failed:
            return {"connection_failed", "connection failed"};
        case errc::malformed_response:
            return {"malformed_response", "response is not valid HTTP"};
        case errc::unexpected_status:
            return {"unexpected_status", "response has a status that the API does not define"};
        case errc::unexpected_content:
            return {"unexpected_content", "response is not JSON"};
        case errc::malformed_body:
            return {"malformed_body", "response body is not what the API describes"};
        case errc::response_headers_too_large:
            return {"response_headers_too_large", "response headers are too large"};
        case errc::response_body_too_large:
            return {"response_body_too_large", "response body is too large"};
        case errc::json_too_deep:
            return {"json_too_deep", "response JSON nests too deeply"};
        case errc::pagination_stalled:
            return {"pagination_stalled", "pages repeat or grow without end"};
        case errc::attempt_timeout:
            return {"attempt_timeout", "attempt was not answered in time"};
        case errc::rate_limited:
            return {"rate_limited", "refused by the client's rate limiter"};
        case errc::proxy_failed:
            return {"proxy_failed", "proxy did not open the tunnel"};
        case errc::proxy_unauthorized:
            return {"proxy_unauthorized", "proxy did not accept the credentials"};
    }
    return {"unknown", "unknown error"};
}

constexpr Description describe(condition value) noexcept {
    switch (value) {
        case condition::invalid_argument:
            return {"invalid_argument", "invalid argument"};
        case condition::not_found:
            return {"not_found", "not found"};
        case condition::unauthorized:
            return {"unauthorized", "unauthorized"};
        case condition::forbidden:
            return {"forbidden", "forbidden"};
        case condition::conflict:
            return {"conflict", "conflict"};
        case condition::unprocessable:
            return {"unprocessable", "unprocessable"};
        case condition::rate_limited:
            return {"rate_limited", "rate limited"};
        case condition::client_error:
            return {"client_error", "client error"};
        case condition::server_error:
            return {"server_error", "server error"};
        case condition::timeout:
            return {"timeout", "timeout"};
        case condition::cancelled:
            return {"cancelled", "cancelled"};
        case condition::transport:
            return {"transport", "transport failure"};
        case condition::decode:
            return {"decode", "undecodable response"};
        case condition::size_limit:
            return {"size_limit", "size limit exceeded"};
    }
    return {"unknown", "unknown condition"};
}

// HTTP/2 has no reason phrases and HTTP/1.1 may omit them, so the phrases are here.
constexpr char const* reason_phrase(int status) noexcept {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 425:
            return "Too Early";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return nullptr;
    }
}

bool errc_belongs(errc code, condition value) noexcept {
    switch (code) {
        case errc::invalid_argument:
            return value == condition::invalid_argument;
        case errc::file_unreadable:
        case errc::pool_exhausted:
            return false;
        case errc::client_closed:
        case errc::cancelled:
            return value == condition::cancelled;
        case errc::deadline_exceeded:
        case errc::attempt_timeout:
            return value == condition::timeout;
        case errc::rate_limited:
            return value == condition::rate_limited;
        case errc::connect_timeout:
            return value == condition::timeout || value == condition::transport;
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::proxy_failed:
        case errc::proxy_unauthorized:
        case errc::tls_failed:
        case errc::certificate_rejected:
        case errc::connection_closed:
        case errc::connection_failed:
        case errc::malformed_response:
            return value == condition::transport;
        case errc::unexpected_status:
        case errc::unexpected_content:
        case errc::malformed_body:
        case errc::pagination_stalled:
            return value == condition::decode;
        case errc::request_too_large:
        case errc::response_headers_too_large:
        case errc::response_body_too_large:
        case errc::json_too_deep:
            return value == condition::size_limit;
    }
    return false;
}

bool status_belongs(int status, condition value) noexcept {
    switch (value) {
        case condition::unauthorized:
            return status == 401;
        case condition::forbidden:
            return status == 403;
        case condition::not_found:
            return status == 404;
        case condition::conflict:
            return status == 409;
        case condition::unprocessable:
            return status == 422;
        case condition::rate_limited:
            return status == 429;
        case condition::client_error:
            return status >= 400 && status <= 499;
        case condition::server_error:
            return status >= 500 && status <= 599;
        default:
            return false;
    }
}

// With these ids the categories compare equal across shared library boundaries.
class ClientCategory final : public boost::system::error_category {
public:
    constexpr ClientCategory() noexcept : error_category{0x1E8F5C4A9B2D7736U} {}
    char const* name() const noexcept override { return "clerk"; }
    std::string message(int value) const override { return describe(static_cast<errc>(value)).text; }
};

class HttpStatusCategory final : public boost::system::error_category {
public:
    constexpr HttpStatusCategory() noexcept : error_category{0x1E8F5C4A9B2D7737U} {}
    char const* name() const noexcept override { return "clerk.http"; }
    std::string message(int value) const override {
        std::string text = "HTTP " + std::to_string(value);
        if (char const* const phrase = reason_phrase(value)) text.append(" ").append(phrase);
        return text;
    }
};

class ConditionCategory final : public boost::system::error_category {
public:
    constexpr ConditionCategory() noexcept : error_category{0x1E8F5C4A9B2D7738U} {}
    char const* name() const noexcept override { return "clerk.condition"; }
    std::string message(int value) const override { return describe(static_cast<condition>(value)).text; }
    bool equivalent(boost::system::error_code const& code, int value) const noexcept override {
        auto const wanted = static_cast<condition>(value);
        if (code.category() == client_category()) return errc_belongs(static_cast<errc>(code.value()), wanted);
        if (code.category() == http_status_category()) return status_belongs(code.value(), wanted);
        return false;
    }
    using error_category::equivalent;
};

}  // namespace

boost::system::error_category const& client_category() noexcept {
    static ClientCategory const category;
    return category;
}

boost::system::error_category const& http_status_category() noexcept {
    static HttpStatusCategory const category;
    return category;
}

boost::system::error_category const& condition_category() noexcept {
    static ConditionCategory const category;
    return category;
}

std::string_view name(errc code) noexcept { return describe(code).name; }
std::string_view name(condition value) noexcept { return describe(value).name; }

std::ostream& operator<<(std::ostream& out, errc code) { return out << name(code); }
std::ostream& operator<<(std::ostream& out, condition value) { return out << name(value); }

boost::system::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), client_category()}; }

boost::system::error_condition make_error_condition(condition value) noexcept {
    return {static_cast<int>(value), condition_category()};
}

}  // namespace clerk
