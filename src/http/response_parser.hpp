// One HTTP/1.x response, read from a flat buffer into a sink. Only data that the call needs is stored. MessageParser
// does the framing (RFC 9112); this class adds the choice of the sink, the size limits, and a fast path for plain
// responses.
#pragma once

#include "http/body_sink.hpp"
#include "http/gzip_sink.hpp"
#include "http/media_type.hpp"
#include "http/message_parser.hpp"
#include "http/plain_response.hpp"
#include "http/response_head.hpp"

#include <clerk/config.hpp>
#include <clerk/error.hpp>

#include <boost/beast/http/error.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace clerk::http {

class ResponseParser final : public MessageParser<false> {
public:
    struct Options {
        bool keep_headers{};  // of a success too
        bool gzip{};          // it was requested, so it is accepted
        std::size_t max_header_bytes{};
        std::size_t max_body_bytes{};
    };

    // The body of a success that is plain JSON goes to `success`, any other body to `failure`.
    ResponseParser(ResponseHead& head, BodySink& success, BodySink& failure, Options const& options)
        : MessageParser{options.max_header_bytes},
          head_{head},
          success_{success},
          failure_{failure},
          header_bytes_left_{options.max_header_bytes},
          body_bytes_left_{options.max_body_bytes},
          accepts_gzip_{options.gzip},
          keep_headers_{options.keep_headers} {}

    // Like MessageParser::parse().
    std::size_t read(std::string_view text, ErrorCode& ec) {
        if (got_status_) return MessageParser::parse(text, ec);
        if (!keep_headers_ && take_whole(text, ec)) return text.size();
        return may_lack_blank(text) ? read_status_line(text, ec) : MessageParser::parse(text, ec);
    }
    // The response is complete.
    [[nodiscard]] bool done() const { return whole_ || MessageParser::is_complete(); }
    // Only the end of the stream ends the body.
    [[nodiscard]] bool ends_with_stream() const { return !whole_ && need_eof(); }
    // 100…199 except 101: the final response is still to come.
    [[nodiscard]] bool is_interim() const noexcept { return head_.status / 100 == 1 && head_.status != 101; }
    // The sink that got the body; null before the header is complete.
    [[nodiscard]] BodySink* sink() const noexcept { return sink_; }
    // The body is compressed.
    [[nodiscard]] bool unpacks() const noexcept { return gzip_; }
    // The body, or a piece of it, was refused.
    [[nodiscard]] bool refused() const noexcept { return refused_; }
    // Tells the sink that the body is complete. False when it is refused.
    [[nodiscard]] bool finish_body() {
        refused_ = !entry().finish();
        return !refused_;
    }
    // Precondition: refused().
    [[nodiscard]] BodyFailure const& refusal() const noexcept { return entry().failure(); }
    // Whether another response may follow this complete one. After a 101 the connection uses another protocol; chunks
    // in HTTP/1.0 are invalid framing (RFC 9112 section 6.1).
    [[nodiscard]] bool may_continue() const {
        return whole_ || (keep_alive() && head_.status != 101 && !(http_1_0_ && chunked()));
    }

private:
    void on_request_impl(boost::beast::http::verb, View, View, int, ErrorCode&) override {}

    void on_response_impl(int status, View reason, int version, ErrorCode& ec) override {
        if (!within_limit(reason.size() + status_line_bytes, ec)) return;
        got_status_ = true;
        http_1_0_ = version < 11;
        begin_head(status);
        keep_ = keep_headers_ || status < 200 || status > 299;
    }

    void on_field_impl(Field name, View name_text, View value, ErrorCode& ec) override {
        if (!within_limit(name_text.size() + value.size() + field_overhead, ec)) return;
        switch (name) {
            // If a field occurs several times, each occurrence can only make the result stricter.
            case Field::content_type:
                head_.json = head_.json && (value.empty() || is_json({value.data(), value.size()}));
                break;
            case Field::content_encoding:
                take_content_encoding(value);
                break;
            case Field::transfer_encoding:
                head_.plain = head_.plain && boost::beast::iequals(value, "chunked");
                break;
            case Field::retry_after:
                head_.retry_after.assign({value.data(), value.size()});
                break;
            case Field::unknown:
                if (boost::beast::iequals(name_text, "cf-ray"))
                    head_.ray.assign({value.data(), value.size()});
                else if (boost::beast::iequals(name_text, "clerk-trace-id"))
                    head_.trace_id.assign({value.data(), value.size()});
                break;
            default:
                break;
        }
        if (keep_) head_.headers.append({name_text.data(), name_text.size()}, {value.data(), value.size()});
    }

    // Some servers end the status line after the status, without the space that Beast requires there.
    static constexpr std::string_view status_line = "HTTP/1.1 200\r\n";
    static constexpr std::size_t status_end = status_line.size() - 2;
    static bool may_lack_blank(std::string_view text) noexcept {
        constexpr std::string_view version = "HTTP/1.";
        return text.size() > status_end ? text[status_end] == '\r'
                                        : version.starts_with(text.substr(0, version.size()));
    }
    std::size_t read_status_line(std::string_view text, ErrorCode& ec) {
        using boost::beast::http::error;
        if (text.size() < status_line.size()) {
            ec = error::need_more;
            return 0;
        }
        std::array<char, status_line.size() + 1> with_blank{};
        text.copy(with_blank.data(), status_end);
        with_blank[status_end] = ' ';
        text.copy(with_blank.data() + status_end + 1, 2, status_end);
        MessageParser::parse({with_blank.data(), with_blank.size()}, ec);
        if (ec == error::need_more) ec = got_status_ ? ErrorCode{} : error::bad_status;
        return status_line.size();
    }

    void begin_head(int status) {
        head_.status = status;
        head_.json = true;
        head_.plain = true;
        head_.retry_after.clear();
        head_.trace_id.clear();
        head_.ray.clear();
        head_.headers.clear();
    }

    // Returns false without effect when `text` is not a complete plain response within the limits.
    bool take_whole(std::string_view text, ErrorCode& ec) {
        auto const plain = read_plain_response(text);
        if (!plain || !is_well_within_limit(plain->head_size) || plain->body.size() > body_bytes_left_) return false;
        begin_head(200);
        head_.retry_after.assign(plain->retry_after);
        head_.trace_id.assign(plain->trace_id);
        head_.ray.assign(plain->ray);
        whole_ = true;
        sink_ = &success_;
        success_.reset();
        if (!plain->body.empty()) take_body(plain->body, ec);
        return true;
    }

    void on_header_impl(ErrorCode& ec) override {
        if (is_interim()) return;
        bool const success = head_.status >= 200 && head_.status <= 299 && head_.json && head_.plain;
        sink_ = success ? &success_ : &failure_;
        if (gzip_ && head_.plain) {
            unpacking_ = std::make_unique<GzipSink>(*sink_, static_cast<std::size_t>(body_bytes_left_));
        }
        entry().reset();
        if (!is_done()) check_body_limit(content_length().value_or(0), ec);
    }

    void expect_body(std::uint64_t size, ErrorCode& ec) override { check_body_limit(size, ec); }

    // Beast limits each piece of the header that it parses; this limits the whole header.
    bool within_limit(std::size_t bytes, ErrorCode& ec) noexcept {
        if (bytes > header_bytes_left_) {
            ec = boost::beast::http::error::header_limit;
            return false;
        }
        header_bytes_left_ -= bytes;
        return true;
    }

    // True only if within_limit() would accept the head too: it counts at most 5 bytes for 4, for a field `a:`.
    [[nodiscard]] bool is_well_within_limit(std::size_t head) const noexcept {
        return head + head / 4 < header_bytes_left_;
    }

    bool check_body_limit(std::uint64_t bytes, ErrorCode& ec) const noexcept {
        if (bytes <= body_bytes_left_) return true;
        ec = boost::beast::http::error::body_limit;
        return false;
    }

    // RFC 9110 section 8.4.1: `x-gzip` is `gzip`. A body that is compressed twice was not requested.
    void take_content_encoding(View value) {
        if (value.empty() || boost::beast::iequals(value, "identity")) return;
        bool const is_gzip = boost::beast::iequals(value, "gzip") || boost::beast::iequals(value, "x-gzip");
        head_.plain = head_.plain && is_gzip && accepts_gzip_ && !gzip_;
        gzip_ = is_gzip;
    }

    // The sink that gets the body from the parser. Precondition: the header is complete.
    [[nodiscard]] BodySink& entry() const noexcept { return unpacking_ ? *unpacking_ : *sink_; }

    void take_body(std::string_view body, ErrorCode& ec) override {
        if (!check_body_limit(body.size(), ec)) return;
        body_bytes_left_ -= body.size();
        if (sink_ != nullptr && !entry().write(body)) {
            refused_ = true;
            ec = make_error_code(refusal().code);
        }
    }

    static constexpr std::size_t status_line_bytes = 15;  // "HTTP/1.1 200 " and the line's end
    static constexpr std::size_t field_overhead = 4;      // ": " and the line's end

    ResponseHead& head_;
    BodySink& success_;
    BodySink& failure_;
    BodySink* sink_{};
    std::unique_ptr<GzipSink> unpacking_{};  // in front of the sink, for a compressed body
    std::size_t header_bytes_left_;
    std::uint64_t body_bytes_left_;
    bool accepts_gzip_;
    bool gzip_{};
    bool got_status_{};
    bool http_1_0_{};
    bool keep_headers_;
    bool keep_{};
    bool refused_{};
    bool whole_{};  // a plain response was read without Beast
};

// The class of a parse error.
[[nodiscard]] inline errc parse_failure(boost::system::error_code ec) noexcept {
    using boost::beast::http::error;
    if (ec == error::header_limit || ec == error::buffer_overflow) return errc::response_headers_too_large;
    if (ec == error::body_limit) return errc::response_body_too_large;
    if (ec == error::end_of_stream || ec == error::partial_message) return errc::connection_closed;
    return errc::malformed_response;
}

}  // namespace clerk::http
