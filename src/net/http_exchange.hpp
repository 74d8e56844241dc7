// One HTTP/1.1 exchange over a byte stream: writes a prebuilt request, parses the response from a flat buffer into the
// sinks. What the stream is, a TLS session or a test's script, is left to the template argument.
#pragma once

#include "http/response_parser.hpp"
#include "http/reuse.hpp"
#include "net/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace clerk::net {

// A Stream has
//   async_read_some(mutable_buffer, handler), async_write_some(const_buffer, handler), handler(error_code, size_t)
//       A read ends with asio::error::eof only where the peer itself has ended the stream.
//   void abort() noexcept                       makes the operation in progress, and any later one, fail
//   bool has_unread_bytes() noexcept            the peer has sent more than was read, as far as is known without a read
//   static bool was_cut(error_code) noexcept    the stream's own way to say that it ended without a proper end
// It outlives the exchange, which is used for one request after another.
template <class Stream>
class HttpExchange {
    using ErrorCode = boost::system::error_code;

public:
    HttpExchange(Stream& stream, LimitOptions const& limits)
        : stream_{stream}, limits_{limits}, buffer_{limits.max_response_header_bytes + piece_size} {}

    // See Connection::exchange().
    boost::asio::awaitable<void> run(Exchange const& exchange, ExchangeResult& result) {
        cancellation_ = co_await boost::asio::this_coro::cancellation_state;
        if (exchange.timing != nullptr) exchange.timing->begun = std::chrono::steady_clock::now();
        bool const sent = co_await send(exchange, result);
        // A server may answer and close before it has read everything (413); its answer counts for more than our error.
        // While it waits for the rest of a request that we cannot send, there is no answer to wait for.
        bool const peer_stopped = result.code == errc::connection_closed || result.code == errc::connection_failed;
        if (sent || (result.request_touched && peer_stopped)) {
            ErrorCode const write_code = result.code;
            ErrorCode const write_cause = result.cause;
            co_await receive(exchange, sent, result);
            bool const head_complete = parser_->sink() != nullptr;
            parser_.reset();                       // it refers to what the caller owns
            if (!head_complete) result.head = {};  // an incomplete head says nothing
            if (!sent && !result.complete) fail(result, write_code, write_cause);
        }
        if (!result.complete) static_cast<void>(cancelled(result));
        if (exchange.timing != nullptr) exchange.timing->ended = std::chrono::steady_clock::now();
    }

private:
    static constexpr std::size_t piece_size = 16 * 1024;  // the largest TLS record: what one read can bring
    static constexpr int max_interim = 16;                // responses with 1xx before the final one
    static constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

    // A cancellation is one more abort, because a TLS stream's own operations know terminal cancellation only. The
    // coroutine clears its slot when the operation is over.
    template <class Handler>
    auto aborted_by_cancellation(Handler handler) {
        auto slot = cancellation_.slot();
        if (slot.is_connected()) slot.assign([this](boost::asio::cancellation_type) { stream_.abort(); });
        return boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{}, std::move(handler));
    }
    auto read_some(boost::asio::mutable_buffer room) {
        return boost::asio::async_initiate<decltype(as_result), void(ErrorCode, std::size_t)>(
            [this](auto handler, boost::asio::mutable_buffer where) {
                stream_.async_read_some(where, aborted_by_cancellation(std::move(handler)));
            },
            as_result, room);
    }
    auto write_some(boost::asio::const_buffer data) {
        return boost::asio::async_initiate<decltype(as_result), void(ErrorCode, std::size_t)>(
            [this](auto handler, boost::asio::const_buffer what) {
                stream_.async_write_some(what, aborted_by_cancellation(std::move(handler)));
            },
            as_result, data);
    }

    // Uninitialised on purpose: untouched pages cost no memory.
    struct Buffer {
        explicit Buffer(std::size_t size) : bytes{std::make_unique_for_overwrite<char[]>(size)}, capacity{size} {}
        std::unique_ptr<char[]> bytes;
        std::size_t capacity;
        std::size_t begin{};
        std::size_t end{};

        [[nodiscard]] bool empty() const noexcept { return begin == end; }
        [[nodiscard]] bool full() const noexcept { return end - begin == capacity; }
        [[nodiscard]] boost::asio::const_buffer data() const noexcept { return {bytes.get() + begin, end - begin}; }
        // Room for at least one byte, unless the buffer is full of unread ones.
        [[nodiscard]] boost::asio::mutable_buffer room() noexcept {
            if (begin == end) begin = end = 0;
            if (begin != 0 && capacity - end < piece_size) {
                std::memmove(bytes.get(), bytes.get() + begin, end - begin);
                end -= begin;
                begin = 0;
            }
            return {bytes.get() + end, capacity - end};
        }
    };

    static ErrorCode transport_code(ErrorCode ec) noexcept {
        namespace error = boost::asio::error;
        if (ec == error::operation_aborted) return make_error_code(errc::cancelled);
        bool const closed = ec == error::eof || ec == error::connection_reset || ec == error::connection_aborted ||
                            ec == error::broken_pipe || Stream::was_cut(ec);
        return make_error_code(closed ? errc::connection_closed : errc::connection_failed);
    }

    // An operation begun after the cancellation would not notice it.
    [[nodiscard]] bool cancelled(ExchangeResult& result) const noexcept {
        if (cancellation_.cancelled() == boost::asio::cancellation_type::none) return false;
        fail(result, make_error_code(errc::cancelled), {});
        return true;
    }

    static bool fail(ExchangeResult& result, ErrorCode code, ErrorCode cause) noexcept {
        result.code = code;
        result.cause = cause;
        return false;
    }

    boost::asio::awaitable<bool> send(Exchange const& exchange, ExchangeResult& result) {
        for (std::size_t sent = 0; sent < exchange.wire.size();) {
            if (cancelled(result)) co_return false;
            auto const rest = boost::asio::buffer(exchange.wire.data() + sent, exchange.wire.size() - sent);
            auto const [ec, n] = co_await write_some(rest);
            if (n != 0 || !ec) result.request_touched = true;
            if (exchange.timing != nullptr) exchange.timing->bytes_sent += n;
            if (ec) co_return fail(result, transport_code(ec), ec);
            sent += n;
        }
        if (exchange.stream != nullptr) co_return co_await send_stream(exchange, result);
        co_return true;
    }

    boost::asio::awaitable<bool> send_stream(Exchange const& exchange, ExchangeResult& result) {
        http::BodyStream& body = *exchange.stream;
        auto const piece = std::make_unique_for_overwrite<char[]>(piece_size);
        for (std::uint64_t left = body.size(); left != 0;) {
            auto const want = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_size));
            std::size_t const got = body.read({piece.get(), want});
            if (got == 0) co_return fail(result, make_error_code(errc::file_unreadable), {});
            for (std::size_t sent = 0; sent < got;) {
                if (cancelled(result)) co_return false;
                auto const rest = boost::asio::buffer(piece.get() + sent, got - sent);
                auto const [ec, n] = co_await write_some(rest);
                if (exchange.timing != nullptr) exchange.timing->bytes_sent += n;
                if (ec) co_return fail(result, transport_code(ec), ec);
                sent += n;
            }
            left -= got;
        }
        co_return true;
    }

    void expect_response(Exchange const& exchange, ExchangeResult& result) {
        http::ResponseParser::Options const options{exchange.keep_headers, exchange.gzip,
                                                    limits_.max_response_header_bytes, limits_.max_response_body_bytes};
        parser_.emplace(result.head, exchange.success, exchange.failure, options);
    }

    // Until the final response is complete, or cannot be any more. `sent`: the request went out whole.
    boost::asio::awaitable<void> receive(Exchange const& exchange, bool sent, ExchangeResult& result) {
        expect_response(exchange, result);
        result.code = {};
        bool need_more{};  // than what is in the buffer
        for (int interim = 0;;) {
            while (buffer_.empty() || need_more || within_last_chunk()) {
                if (cancelled(result)) co_return;
                auto const [ec, n] = co_await read_some(buffer_.room());
                need_more = false;
                buffer_.end += n;
                if (exchange.timing != nullptr) note_read(*exchange.timing, n);
                if (ec && n == 0) co_return end_of_stream(exchange, sent, ec, result);
            }
            result.response_begun = true;
            ErrorCode ec;
            std::size_t const consumed = parser_->put(buffer_.data(), ec);
            buffer_.begin += consumed;
            if (parser_->is_done() && !ec) {
                if (!parser_->is_interim()) co_return finish(exchange, sent, result);
                if (++interim > max_interim) {
                    fail(result, make_error_code(errc::malformed_response), {});
                    co_return;
                }
                expect_response(exchange, result);
                continue;
            }
            if (ec == boost::beast::http::error::need_more || (!ec && consumed == 0)) {
                need_more = true;
                ec = {};
                if (buffer_.full()) ec = boost::beast::http::error::header_limit;
            }
            if (ec) {
                if (parser_->refused()) co_return refuse(exchange, result);
                fail(result, make_error_code(http::parse_failure(ec)), ec);
                co_return;
            }
        }
    }

    // Beast asserts that it never sees the beginning of `0\r\n\r\n` twice. No chunked body ends with less than that.
    [[nodiscard]] bool within_last_chunk() const {
        constexpr std::size_t last_chunk_size = 5;
        return parser_->is_header_done() && parser_->chunked() && buffer_.data().size() < last_chunk_size;
    }

    static void note_read(ExchangeTiming& timing, std::size_t bytes) noexcept {
        if (timing.bytes_received == 0 && bytes != 0) timing.first_byte = std::chrono::steady_clock::now();
        timing.bytes_received += bytes;
    }

    // Nothing more can be read. Only a proper end ends a body that has no length (RFC 9112 section 9.8).
    void end_of_stream(Exchange const& exchange, bool sent, ErrorCode ec, ExchangeResult& result) {
        if (ec == boost::asio::error::eof && parser_->got_some()) {
            ErrorCode incomplete;
            parser_->put_eof(incomplete);
            if (!incomplete && parser_->is_done()) return finish(exchange, sent, result);
        }
        fail(result, transport_code(ec), ec);
    }

    // The response is whole.
    void finish(Exchange const& exchange, bool sent, ExchangeResult& result) {
        result.complete = true;
        result.success_sink = parser_->sink() == &exchange.success;
        result.reusable = http::reusable({.request_fully_sent = sent,
                                          .response_complete = true,
                                          .keep_alive = parser_->may_continue(),
                                          .leftover_bytes = !buffer_.empty() || stream_.has_unread_bytes(),
                                          .peer_closed = parser_->need_eof(),
                                          .interrupted = false,
                                          .expired = false});  // the pool's to judge
        if (!parser_->finish_body()) refuse(exchange, result);
    }

    // The sink did not want the body.
    void refuse(Exchange const& exchange, ExchangeResult& result) {
        result.success_sink = parser_->sink() == &exchange.success;
        result.refusal = parser_->refusal();
        fail(result, make_error_code(result.refusal.code), {});
    }

    Stream& stream_;
    LimitOptions limits_;
    Buffer buffer_;
    std::optional<http::ResponseParser> parser_{};    // of the exchange in progress
    boost::asio::cancellation_state cancellation_{};  // of the coroutine that awaits the exchange in progress
};

}  // namespace clerk::net
