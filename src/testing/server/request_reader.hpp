// Reads one HTTP request after another into the same strings, and keeps only what the service uses.
#pragma once

#include "http/message_parser.hpp"
#include "testing/service/service.hpp"
#include "testing/service/text.hpp"

#include <boost/beast/http/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::testing {

// Storage of a request, reused by a connection.
struct ReceivedRequest {
    std::string method{};
    std::string target{};
    std::optional<std::string> authorization{};
    std::optional<std::string> content_type{};
    std::optional<std::string> api_version{};
    std::string body{};
    bool expects_continue{};
    bool body_too_large{};

    void clear() {
        method.clear();
        target.clear();
        authorization.reset();
        content_type.reset();
        api_version.reset();
        if (body.capacity() > 65536) {
            body = std::string{};  // a connection that sent a logo does not keep its 10 MB
        } else {
            body.clear();
        }
        expects_continue = false;
        body_too_large = false;
    }

    [[nodiscard]] ServiceRequest view() const noexcept {
        return {method, target, authorization, content_type, api_version, body, body_too_large};
    }
};

class RequestReader final : public http::MessageParser<true> {
public:
    explicit RequestReader(ReceivedRequest& into) : MessageParser{std::size_t{64} * 1024}, into_(into) {
        into_.clear();
    }

    [[nodiscard]] bool is_http11() const noexcept { return version11_; }

private:
    static std::string_view view(View text) noexcept { return {text.data(), text.size()}; }

    void keep(std::optional<std::string>& place, View value) {
        if (!place) place.emplace(value.data(), value.size());  // of a repeated field the first counts
    }

    void on_request_impl(boost::beast::http::verb, View method, View target, int version, ErrorCode&) override {
        version11_ = version == 11;
        into_.method.assign(method.data(), method.size());
        into_.target.assign(target.data(), target.size());
    }
    void on_response_impl(int, View, int, ErrorCode&) override {}
    void on_field_impl(Field name, View name_text, View value, ErrorCode& error) override {
        switch (name) {
            case Field::host:
                if (has_host_ || !is_host(view(value))) error = boost::beast::http::error::bad_field;
                has_host_ = true;
                break;
            case Field::transfer_encoding:
                // With any other coding, or in HTTP/1.0, it is unknown where the body ends and the next request begins.
                if (!version11_ || !equals_ignoring_case(view(value), "chunked")) {
                    error = boost::beast::http::error::bad_transfer_encoding;
                }
                break;
            case Field::authorization:
                keep(into_.authorization, value);
                break;
            case Field::content_type:
                keep(into_.content_type, value);
                break;
            case Field::expect:
                into_.expects_continue = equals_ignoring_case(view(value), "100-continue");
                break;
            case Field::unknown:
                if (equals_ignoring_case(view(name_text), "Clerk-API-Version")) keep(into_.api_version, value);
                break;
            default:
                break;
        }
    }
    void on_header_impl(ErrorCode& error) override {
        if (version11_ && !has_host_) {
            error = boost::beast::http::error::bad_field;
            return;
        }
        // Checked here and not with the first piece, because a client that expects "100 Continue" has not sent one.
        auto const length = content_length();
        if (!length) return;
        if (*length > max_request_body) return refuse_body(error);
        into_.body.reserve(static_cast<std::size_t>(*length));
    }
    void expect_body(std::uint64_t size, ErrorCode& error) override {
        if (size > max_request_body - into_.body.size()) refuse_body(error);
    }
    void take_body(std::string_view piece, ErrorCode& error) override {
        if (into_.body.size() + piece.size() > max_request_body) return refuse_body(error);
        into_.body.append(piece);
    }
    void refuse_body(ErrorCode& error) {
        into_.body_too_large = true;
        into_.body = std::string{};
        error = boost::beast::http::error::body_limit;
    }

    ReceivedRequest& into_;
    bool version11_{};
    bool has_host_{};
};

}  // namespace clerk::testing
