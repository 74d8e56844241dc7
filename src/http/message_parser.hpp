// One HTTP/1.x message, read from a flat buffer. Beast reads the head, and a body that has a length or ends with the
// stream. ChunkDecoder reads chunks, because the versions of Beast differ in how they buffer, limit and refuse them.
#pragma once

#include "http/chunk_decoder.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/optional.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clerk::http {

// Newer Beast has one more pure virtual function. It is defined in a separate class because it cannot be marked
// `override` with older Beast, and clang warns when other functions of the same class are.
template <bool is_request>
class BeastParser : public boost::beast::http::basic_parser<is_request> {
protected:
    using Field = boost::beast::http::field;
    using View = boost::beast::string_view;
    using ErrorCode = boost::system::error_code;

private:
    virtual void on_trailer_field_impl(Field, View, View, ErrorCode&) {}
};

template <bool is_request>
class MessageParser : public BeastParser<is_request> {
protected:
    using typename BeastParser<is_request>::Field;
    using typename BeastParser<is_request>::View;
    using typename BeastParser<is_request>::ErrorCode;

public:
    // Reads as much of `text` as possible and returns how many bytes that is. Beast's error need_more: the rest is
    // incomplete.
    std::size_t parse(std::string_view text, ErrorCode& ec) {
        std::size_t taken = 0;
        do {
            std::string_view const rest = text.substr(taken);
            bool const in_chunks = this->is_header_done() && this->chunked();
            std::size_t const n = in_chunks ? read_chunks(rest, ec) : this->put({rest.data(), rest.size()}, ec);
            taken += n;
            if (n == 0) break;
        } while (!ec && !is_complete() && taken != text.size());
        return taken;
    }

    // The message is complete.
    [[nodiscard]] bool is_complete() const { return chunks_.done() || this->is_done(); }

protected:
    // `header_limit` applies to the head, and separately to the extensions and trailers of chunks.
    explicit MessageParser(std::size_t header_limit) : chunks_{header_limit} {
        this->header_limit(static_cast<std::uint32_t>(header_limit));
        this->body_limit(boost::none);  // Beast checks a length before the limit is known
    }
    ~MessageParser() override = default;

    // At least `size` more bytes of the body follow.
    virtual void expect_body(std::uint64_t size, ErrorCode& ec) = 0;
    virtual void take_body(std::string_view piece, ErrorCode& ec) = 0;

private:
    std::size_t read_chunks(std::string_view text, ErrorCode& ec) {
        std::string_view rest = text;
        ec = {};
        while (!ec && !rest.empty() && !is_complete()) {
            std::string_view const piece = chunks_.next(rest, ec);
            if (!ec) expect_body(piece.size() + chunks_.left_in_chunk(), ec);
            if (!ec && !piece.empty()) take_body(piece, ec);
        }
        return text.size() - rest.size();
    }

    std::size_t on_body_impl(View piece, ErrorCode& ec) final {
        take_body({piece.data(), piece.size()}, ec);
        return piece.size();
    }

    // Not called by Beast, or not needed.
    void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) final {}
    void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) final {}
    std::size_t on_chunk_body_impl(std::uint64_t, View piece, ErrorCode&) final { return piece.size(); }
    void on_finish_impl(ErrorCode&) final {}

    ChunkDecoder chunks_;
};

}  // namespace clerk::http
