// Reads one HTTP request after another into the same strings, keeping only what the service looks at.
#pragma once

#include "testing/service.hpp"
#include "testing/text.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/basic_parser.hpp>
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

// No `override` below: newer Beast declares one virtual function more, which has to be there but overrides nothing in
// older ones.
class RequestReader : public boost::beast::http::basic_parser<true> {
public:
    explicit RequestReader(ReceivedRequest& into) : into_(into) {
        into_.clear();
        eager(true);
        body_limit(boost::none);  // ours comes with an answer
        header_limit(64 * 1024);
    }

    [[nodiscard]] bool is_http11() const noexcept { return version11_; }

private:
    using error_code = boost::beast::error_code;
    using BeastView = boost::beast::string_view;
    using Field = boost::beast::http::field;

    static std::string_view view(BeastView text) noexcept { return {text.data(), text.size()}; }

    void keep(std::optional<std::string>& place, BeastView value) {
        if (!place) place.emplace(value.data(), value.size());  // of a repeated field the first counts
    }

    void on_request_impl(boost::beast::http::verb, BeastView method, BeastView target, int version,
                         error_code&) override {
        version11_ = version == 11;
        into_.method.assign(method.data(), method.size());
        into_.target.assign(target.data(), target.size());
    }
    void on_response_impl(int, BeastView, int, error_code&) override {}
    void on_field_impl(Field name, BeastView name_text, BeastView value, error_code& error) override {
        if (headers_done_) return;  // a trailer
        switch (name) {
            case Field::host:
                if (has_host_ || !is_host(view(value))) error = boost::beast::http::error::bad_field;
                has_host_ = true;
                break;
            case Field::transfer_encoding:
                // With any other coding, or in HTTP/1.0, there is no telling where the body ends and the next request
                // begins.
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
    // Older Beast has no such function, so this cannot say `override`.
    void on_trailer_field_impl(Field, BeastView, BeastView, error_code&) {}
    void on_header_impl(error_code& error) override {
        headers_done_ = true;
        if (version11_ && !has_host_) {
            error = boost::beast::http::error::bad_field;
            return;
        }
        // Here and not with the first piece: who expects a "100 Continue" has not sent any.
        auto const length = content_length();
        if (!length) return;
        if (*length > max_request_body) return refuse_body(error);
        into_.body.reserve(static_cast<std::size_t>(*length));
    }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(BeastView piece, error_code& error) override { return take_body(piece, error); }
    void on_chunk_header_impl(std::uint64_t size, BeastView, error_code& error) override {
        if (size > max_request_body - into_.body.size()) refuse_body(error);
    }
    std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, error_code& error) override {
        return take_body(piece, error);
    }
    void on_finish_impl(error_code&) override {}

    std::size_t take_body(BeastView piece, error_code& error) {
        if (into_.body.size() + piece.size() > max_request_body) {
            refuse_body(error);
            return 0;
        }
        into_.body.append(piece.data(), piece.size());
        return piece.size();
    }
    void refuse_body(error_code& error) {
        into_.body_too_large = true;
        into_.body = std::string{};
        error = boost::beast::http::error::body_limit;
    }

    ReceivedRequest& into_;
    bool version11_{};
    bool has_host_{};
    bool headers_done_{};
};

}  // namespace clerk::testing
