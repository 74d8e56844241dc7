// One HTTPS connection: writes a prebuilt request, parses the response from a flat buffer into the sinks.
// Included by tls_connector.cpp only.
#pragma once

#include "http/response_parser.hpp"
#include "http/reuse.hpp"
#include "net/connection.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace clerk::net {

template <class Executor>
class TlsConnection final : public Connection {
    using ErrorCode = boost::system::error_code;
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

public:
    TlsConnection(Executor const& executor, boost::asio::ssl::context& context, LimitOptions const& limits)
        : stream_{Socket{executor}, context},
          limits_{limits},
          buffer_{limits.max_response_header_bytes + record_size} {}

    [[nodiscard]] Socket& socket() noexcept { return stream_.next_layer(); }
    [[nodiscard]] auto& stream() noexcept { return stream_; }

    // After the TCP connect, before the handshake.
    [[nodiscard]] bool prepare(std::string const& host, bool is_ip) {
        ErrorCode ignored;
        socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
        socket().non_blocking(true, ignored);  // alive() peeks without waiting
        return expect_host(stream_.native_handle(), host, is_ip);
    }
    void cut() noexcept {
        ErrorCode ignored;
        socket().close(ignored);
    }

    // The socket does not block, so this writes what fits: an alert always does on an idle connection.
    void close() noexcept override {
        ErrorCode ignored;
        stream_.shutdown(ignored);
        socket().close(ignored);
    }

    bool alive() noexcept override {
        char byte{};
        ErrorCode ec;
        socket().receive(boost::asio::buffer(&byte, 1), Socket::message_peek, ec);
        return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
    }

    // shutdown() makes every later operation end at once, so no wake-up is lost between two of them; cancel() wakes
    // what waits where shutdown() does not. Neither changes the socket object, and the pool never destroys it
    // meanwhile.
    void abort() noexcept override {
        ErrorCode ignored;
        socket().shutdown(Socket::shutdown_both, ignored);
        socket().cancel(ignored);
    }

    boost::asio::awaitable<void> exchange(Exchange const& exchange, ExchangeResult& result) override {
        cancellation_ = co_await boost::asio::this_coro::cancellation_state;
        co_await send_and_receive(exchange, result);
        if (!result.complete) static_cast<void>(cancelled(result));
    }

private:
    static constexpr std::size_t record_size = 16 * 1024;  // the largest TLS record: what one read can bring
    static constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

    // A cancellation is one more abort, because the TLS stream's own operations know terminal cancellation only. The
    // coroutine clears its slot when the operation is over.
    template <class Handler>
    auto aborted_by_cancellation(Handler handler) {
        auto slot = cancellation_.slot();
        if (slot.is_connected()) slot.assign([this](boost::asio::cancellation_type) { abort(); });
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

        [[nodiscard]] boost::asio::const_buffer data() const noexcept { return {bytes.get() + begin, end - begin}; }
        // Room for at least one byte, unless the buffer is full of unread ones.
        [[nodiscard]] boost::asio::mutable_buffer room() noexcept {
            if (begin == end) begin = end = 0;
            if (begin != 0 && capacity - end < record_size) {
                std::memmove(bytes.get(), bytes.get() + begin, end - begin);
                end -= begin;
                begin = 0;
            }
            return {bytes.get() + end, capacity - end};
        }
    };

    static ErrorCode transport_code(ErrorCode ec) noexcept {
        if (ec == boost::asio::error::operation_aborted) return make_error_code(errc::cancelled);
        bool const closed = ec == boost::asio::error::eof || ec == boost::asio::ssl::error::stream_truncated ||
                            ec == boost::asio::error::connection_reset || ec == boost::asio::error::broken_pipe;
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

    boost::asio::awaitable<void> send_and_receive(Exchange const& exchange, ExchangeResult& result) {
        bool const sent = co_await send(exchange, result);
        // A server may answer and close before it has read everything (413); its answer counts for more than our error.
        // While it waits for the rest of a request that we cannot send, there is no answer to wait for.
        bool const peer_stopped = result.code == errc::connection_closed || result.code == errc::connection_failed;
        if (!sent && !(result.request_touched && peer_stopped)) co_return;
        ErrorCode const write_code = result.code;
        ErrorCode const write_cause = result.cause;
        bool const leftover = co_await receive(exchange, result);
        if (!sent && !result.complete) {
            result.code = write_code;
            result.cause = write_cause;
        }
        result.reusable = result.reusable && sent && !leftover;
    }

    boost::asio::awaitable<bool> send(Exchange const& exchange, ExchangeResult& result) {
        for (std::size_t sent = 0; sent < exchange.wire.size();) {
            if (cancelled(result)) co_return false;
            auto const rest = boost::asio::buffer(exchange.wire.data() + sent, exchange.wire.size() - sent);
            auto const [ec, n] = co_await write_some(rest);
            if (n != 0 || !ec) result.request_touched = true;
            if (ec) co_return fail(result, transport_code(ec), ec);
            sent += n;
        }
        if (exchange.stream != nullptr) co_return co_await send_stream(*exchange.stream, result);
        co_return true;
    }

    boost::asio::awaitable<bool> send_stream(http::BodyStream& body, ExchangeResult& result) {
        auto const piece = std::make_unique_for_overwrite<char[]>(record_size);
        for (std::uint64_t left = body.size(); left != 0;) {
            auto const want = static_cast<std::size_t>(std::min<std::uint64_t>(left, record_size));
            std::size_t const got = body.read({piece.get(), want});
            if (got == 0) co_return fail(result, make_error_code(errc::file_unreadable), {});
            for (std::size_t sent = 0; sent < got;) {
                if (cancelled(result)) co_return false;
                auto const rest = boost::asio::buffer(piece.get() + sent, got - sent);
                auto const [ec, n] = co_await write_some(rest);
                if (ec) co_return fail(result, transport_code(ec), ec);
                sent += n;
            }
            left -= got;
        }
        co_return true;
    }

    // Returns whether bytes were left over after the response.
    boost::asio::awaitable<bool> receive(Exchange const& exchange, ExchangeResult& result) {
        std::optional<http::ResponseParser> parser;
        bool const leftover = co_await read_response(exchange, parser, result);
        if (parser->sink() == nullptr) result.head = {};  // an incomplete head says nothing
        co_return leftover;
    }

    boost::asio::awaitable<bool> read_response(Exchange const& exchange, std::optional<http::ResponseParser>& parser,
                                               ExchangeResult& result) {
        http::ResponseParser::Options const options{exchange.keep_headers, limits_.max_response_header_bytes,
                                                    limits_.max_response_body_bytes};
        parser.emplace(result.head, exchange.success, exchange.failure, options);
        result.code = {};
        for (int interim = 0;;) {
            if (buffer_.begin == buffer_.end || need_more_) {
                if (cancelled(result)) co_return true;
                auto const [ec, n] = co_await read_some(buffer_.room());
                need_more_ = false;
                buffer_.end += n;
                if (ec && n == 0) {
                    // Only a close_notify ends a body that has no length (RFC 9112 section 9.8).
                    ErrorCode eof_error;
                    if (ec == boost::asio::error::eof && result.response_begun)
                        parser->put_eof(eof_error);
                    else
                        eof_error = ec;
                    if (!eof_error && parser->is_done()) co_return finish(exchange, *parser, result);
                    fail(result, transport_code(ec), ec);
                    co_return true;
                }
            }
            result.response_begun = true;
            ErrorCode ec;
            std::size_t const consumed = parser->put(buffer_.data(), ec);
            buffer_.begin += consumed;
            if (parser->is_done() && !ec) {
                if (!parser->is_interim()) co_return finish(exchange, *parser, result);
                if (++interim > max_interim) {
                    fail(result, make_error_code(errc::malformed_response), {});
                    co_return true;
                }
                parser.emplace(result.head, exchange.success, exchange.failure, options);
                continue;
            }
            if (ec == boost::beast::http::error::need_more || (!ec && consumed == 0)) {
                need_more_ = true;
                ec = {};
                if (buffer_.end - buffer_.begin < buffer_.capacity) continue;
                ec = boost::beast::http::error::header_limit;
            }
            if (ec) {
                bool const refused = parser->refused();
                result.success_sink = refused && parser->sink() == &exchange.success;
                fail(result, refused ? ec : make_error_code(http::parse_failure(ec)), refused ? ErrorCode{} : ec);
                co_return true;
            }
        }
    }

    // The response is whole. Returns whether bytes were left over.
    bool finish(Exchange const& exchange, http::ResponseParser& parser, ExchangeResult& result) {
        bool const leftover = buffer_.begin != buffer_.end || has_unread_bytes(stream_.native_handle());
        result.complete = true;
        result.success_sink = parser.sink() == &exchange.success;
        result.reusable = http::reusable({.request_fully_sent = true,  // exchange() corrects this
                                          .response_complete = true,
                                          .keep_alive = parser.keep_alive(),
                                          .leftover_bytes = leftover,
                                          .peer_closed = parser.need_eof(),
                                          .interrupted = false,
                                          .expired = false});  // the pool's to judge
        if (!parser.sink()->finish()) fail(result, make_error_code(parser.sink()->failure().code), {});
        return leftover;
    }

    static constexpr int max_interim = 16;

    boost::asio::ssl::stream<Socket> stream_;
    LimitOptions limits_;
    Buffer buffer_;
    bool need_more_{};
    boost::asio::cancellation_state cancellation_{};  // of the coroutine that awaits the exchange in progress
};

}  // namespace clerk::net
