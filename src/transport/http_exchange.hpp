// One HTTP/1.1 exchange over a byte stream: writes a prebuilt request, parses the response from a flat buffer into the
// sinks. The template argument is the stream: a TLS session, or a script of a test.
#pragma once

#include "base/clock.hpp"
#include "http/response_parser.hpp"
#include "transport/connection.hpp"
#include "transport/read_buffer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::transport {

// A byte stream whose reads and writes never wait.
template <class S>
concept ExchangeStream =
    requires(S& stream, boost::asio::mutable_buffer room, boost::asio::const_buffer data, boost::system::error_code ec,
             void (*handler)(boost::system::error_code, std::size_t)) {
        // asio::error::would_block: try the same again when the stream is ready. A read ends with asio::error::eof only
        // when the peer itself has ended the stream.
        { stream.read_some(room, ec) } -> std::same_as<std::size_t>;
        { stream.write_some(data, ec) } -> std::same_as<std::size_t>;
        // Waits until the stream is ready; if nothing blocked, until there are bytes to read. Pass the handler's
        // arguments to ready(); the next read or write returns the error.
        stream.async_ready(handler);
        stream.ready(ec, std::size_t{});
        // The same for a write, but also ends when the peer has sent data.
        stream.async_ready_to_send(handler);
        { stream.peer_spoke() } -> std::same_as<bool>;
        // Makes the wait in progress, and any later operation, fail.
        stream.abort();
        // Whether the peer is known to have sent more than was read.
        { stream.has_unread_bytes() } -> std::same_as<bool>;
        // Reads these bytes. True when none of them is application data.
        { stream.only_tls_spoke() } -> std::same_as<bool>;
        // Whether this is the stream's error for a truncated stream.
        { S::was_cut(ec) } -> std::same_as<bool>;
    };

// The stream outlives the exchange, which is used for one request after another.
template <ExchangeStream Stream>
class HttpExchange {
    using ErrorCode = boost::system::error_code;

public:
    HttpExchange(Stream& stream, LimitOptions const& limits) : stream_{stream}, limits_{limits} {}

    // See Connection::exchange().
    boost::asio::awaitable<void> run(Exchange const& exchange, ExchangeResult& result) {
        cancellation_ = co_await boost::asio::this_coro::cancellation_state;
        if (exchange.timing != nullptr) exchange.timing->begun = base::Clock::now();
        expect_response(exchange, result);
        unparsed_.clear();
        interim_ = 0;
        early_.reset();
        boost::asio::const_buffer rest = boost::asio::buffer(exchange.wire);
        bool const sent = (put(rest, exchange, result) || co_await send(rest, exchange, result)) &&
                          (exchange.stream == nullptr || co_await send_stream(exchange, result));
        result.request_sent = sent;
        // A server may answer and close before it has read the whole request (413); its answer is more useful than the
        // write error. No answer is expected while the server still waits for the rest of a request that cannot be
        // sent.
        if (early_ != Next::over && (sent || early_ || (result.any_byte_sent && result.stream_failed()))) {
            ErrorCode const write_code = result.code;
            ErrorCode const write_cause = result.cause;
            result.code = {};
            // The answer has not arrived yet.
            Next next = early_.value_or(stream_.has_unread_bytes() ? Next::go_on : Next::wait);
            while (next != Next::over && !cancelled(result)) {
                if (next == Next::wait) {
                    auto const [failed, n] = co_await wait();
                    stream_.ready(failed, n);
                } else {
                    co_await boost::asio::post(boost::asio::deferred);
                }
                next = read_available(exchange, sent, result);
            }
            if (write_code && !result.complete) fail(result, write_code, write_cause);
        }
        bool const head_complete = parser_->sink() != nullptr;
        parser_.reset();                       // it refers to what the caller owns
        if (!head_complete) result.head = {};  // an incomplete head is not used
        if (!result.complete) static_cast<void>(cancelled(result));
        if (exchange.timing != nullptr) exchange.timing->ended = base::Clock::now();
    }

private:
    static constexpr std::size_t piece_size = 16 * 1024;   // the largest TLS record: what one read can bring
    static constexpr std::size_t batch_size = 64 * 1024;   // read before it is parsed, when more data is available
    static constexpr std::size_t turn_size = 256 * 1024;   // read or written before other coroutines run
    static constexpr std::size_t read_cost = 1024;         // the least that a read counts for
    static constexpr std::size_t packed_size = 2 * 1024;   // of a compressed body at a time: up to 2 MB
    static constexpr std::size_t maybe_packed = 8 * 1024;  // of a response that may be compressed
    static constexpr int max_interim = 16;                 // responses with 1xx before the final one
    static constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);

    enum class Next { wait, go_on, over };

    // A cancellation aborts the stream, so that it is not lost between two operations. The coroutine clears the slot
    // when the wait ends.
    auto wait() {
        return abortable([this](auto handler) { stream_.async_ready(std::move(handler)); });
    }
    auto wait_to_send() {
        return abortable([this](auto handler) { stream_.async_ready_to_send(std::move(handler)); });
    }
    template <class Begin>
    auto abortable(Begin begin) {
        return boost::asio::async_initiate<decltype(as_result), void(ErrorCode, std::size_t)>(
            [this, begin](auto handler) {
                auto slot = cancellation_.slot();
                if (slot.is_connected()) slot.assign([this](boost::asio::cancellation_type) { stream_.abort(); });
                begin(boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{}, std::move(handler)));
            },
            as_result);
    }

    static ErrorCode transport_code(ErrorCode ec) noexcept {
        namespace error = boost::asio::error;
        if (ec == error::operation_aborted) return make_error_code(errc::cancelled);
        bool const closed = ec == error::eof || ec == error::connection_reset || ec == error::connection_aborted ||
                            ec == error::broken_pipe || Stream::was_cut(ec);
        return make_error_code(closed ? errc::connection_closed : errc::connection_failed);
    }

    // An operation that begins after the cancellation would not notice it.
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

    // Writes what can be written at once, and removes it from `rest`. True when everything was written; otherwise
    // `result.code` has the error, or is unset when the write must continue later.
    bool put(boost::asio::const_buffer& rest, Exchange const& exchange, ExchangeResult& result) {
        while (rest.size() != 0) {
            if (cancelled(result)) return false;
            ErrorCode ec;
            std::size_t const n = stream_.write_some(rest, ec);
            rest += n;
            if (n != 0) result.any_byte_sent = true;
            if (exchange.timing != nullptr) exchange.timing->bytes_sent += n;
            if (ec == boost::asio::error::would_block) return false;
            if (ec) return fail(result, transport_code(ec), ec);
        }
        return true;
    }

    // Writes the rest.
    boost::asio::awaitable<bool> send(boost::asio::const_buffer rest, Exchange const& exchange,
                                      ExchangeResult& result) {
        while (!result.code && !cancelled(result)) {
            auto const [failed, n] = co_await wait_to_send();
            stream_.ready(failed, n);
            if (stream_.peer_spoke() && co_await answered_early(exchange, result)) co_return false;
            if (put(rest, exchange, result)) co_return true;
        }
        co_return false;
    }

    // A server that answers or closes before it has the whole request may never read the rest (RFC 9112 section 9.5):
    // then no more is sent. Interim answers are ignored.
    boost::asio::awaitable<bool> answered_early(Exchange const& exchange, ExchangeResult& result) {
        Next next = read_available(exchange, false, result);
        while (next == Next::go_on && parser_->sink() == nullptr && !cancelled(result)) {
            co_await boost::asio::post(boost::asio::deferred);
            next = read_available(exchange, false, result);
        }
        if (next == Next::over || parser_->sink() != nullptr) early_ = next;
        co_return early_.has_value();
    }

    boost::asio::awaitable<bool> send_stream(Exchange const& exchange, ExchangeResult& result) {
        http::BodyStream& body = *exchange.stream;
        std::unique_ptr<char[]> copy;
        std::size_t turn{};
        for (std::uint64_t left = body.size(); left != 0;) {
            auto const want = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_size));
            std::string_view piece = body.take_in_place(want);
            if (piece.empty()) {
                if (copy == nullptr) copy = std::make_unique_for_overwrite<char[]>(piece_size);
                piece = {copy.get(), body.read({copy.get(), want})};
            }
            if (piece.empty()) co_return fail(result, make_error_code(errc::file_unreadable), {});
            boost::asio::const_buffer rest = boost::asio::buffer(piece);
            if (!put(rest, exchange, result) && !co_await send(rest, exchange, result)) co_return false;
            left -= piece.size();
            if ((turn += piece.size()) < turn_size) continue;
            turn = 0;
            co_await boost::asio::post(boost::asio::deferred);
        }
        co_return true;
    }

    void expect_response(Exchange const& exchange, ExchangeResult& result) {
        http::ResponseParser::Options const options{exchange.keep_headers, exchange.gzip,
                                                    limits_.max_response_header_bytes, limits_.max_response_body_bytes};
        parser_.emplace(result.head, exchange.success, exchange.failure, options);
    }

    // Reads and parses until the response is over or the stream has to wait. No coroutine waits meanwhile, so all
    // exchanges of a thread share one buffer; only bytes that cannot be parsed yet are kept.
    Next read_available(Exchange const& exchange, bool sent, ExchangeResult& result) {
        ReadBuffer& buffer = ReadBuffer::of_this_thread(limits_.max_response_header_bytes + batch_size);
        buffer.begin_with(unparsed_);
        std::size_t turn{};
        do {
            ErrorCode ec;
            std::size_t const n = read_batch(buffer, exchange, ec);
            turn += parser_->unpacks() ? turn_size : std::max(n, read_cost);
            if (n != 0 && parse(buffer, exchange, sent, result)) return Next::over;
            if (ec == boost::asio::error::would_block) {
                unparsed_.assign(buffer.text());
                return Next::wait;
            }
            if (ec) {
                end_of_stream(exchange, sent, ec, result);
                return Next::over;
            }
        } while (turn < turn_size && !cancelled(result));
        unparsed_.assign(buffer.text());
        return Next::go_on;
    }

    // Reads again after a full piece, because more data usually follows.
    std::size_t read_batch(ReadBuffer& buffer, Exchange const& exchange, ErrorCode& ec) {
        std::size_t total{};
        std::size_t const most = most_to_read(exchange);
        for (std::size_t n = piece_size; n == piece_size && !ec && buffer.room().size() >= piece_size; total += n) {
            n = stream_.read_some(boost::asio::buffer(buffer.room(), most), ec);
            buffer.added(n);
            if (exchange.timing != nullptr) note_read(*exchange.timing, n);
        }
        return total;
    }

    // A compressed body can be a thousand times as large as what is read of it.
    [[nodiscard]] std::size_t most_to_read(Exchange const& exchange) const noexcept {
        if (!exchange.gzip) return batch_size;
        if (parser_->sink() == nullptr) return maybe_packed;
        return parser_->unpacks() ? packed_size : batch_size;
    }

    // True when the exchange is over. The rest in the buffer is incomplete.
    bool parse(ReadBuffer& buffer, Exchange const& exchange, bool sent, ExchangeResult& result) {
        result.response_begun = true;
        while (!buffer.empty()) {
            ErrorCode ec;
            std::size_t const consumed = parser_->read(buffer.text(), ec);
            buffer.consume(consumed);
            if (parser_->done() && !ec) {
                if (!parser_->is_interim()) {
                    finish(exchange, sent, !buffer.empty(), result);
                    return true;
                }
                if (++interim_ > max_interim) {
                    fail(result, make_error_code(errc::malformed_response), {});
                    return true;
                }
                expect_response(exchange, result);
                continue;
            }
            if (ec == boost::beast::http::error::need_more || (!ec && consumed == 0)) {
                if (buffer.text().size() < limits_.max_response_header_bytes + piece_size) return false;
                ec = boost::beast::http::error::header_limit;
            }
            if (!ec) continue;
            if (parser_->refused()) {
                refuse(exchange, result);
            } else {
                fail(result, make_error_code(http::parse_failure(ec)), ec);
            }
            return true;
        }
        return false;
    }

    static void note_read(ExchangeTiming& timing, std::size_t bytes) noexcept {
        if (timing.bytes_received == 0 && bytes != 0) timing.first_byte = base::Clock::now();
        timing.bytes_received += bytes;
    }

    // The stream has ended. A body without a length is complete only if the peer ended the stream properly (RFC 9112
    // section 9.8).
    void end_of_stream(Exchange const& exchange, bool sent, ErrorCode ec, ExchangeResult& result) {
        if (ec == boost::asio::error::eof && parser_->got_some()) {
            ErrorCode incomplete;
            parser_->put_eof(incomplete);
            if (!incomplete && parser_->is_done()) return finish(exchange, sent, false, result);
        }
        fail(result, transport_code(ec), ec);
    }

    // The response is complete. `more`: bytes follow it.
    void finish(Exchange const& exchange, bool sent, bool more, ExchangeResult& result) {
        result.complete = true;
        result.success_sink = parser_->sink() == &exchange.success;
        // Reusable only if the peer has the whole request and no unexpected bytes follow the answer.
        bool const is_clean = !more && (!stream_.has_unread_bytes() || stream_.only_tls_spoke());
        result.reusable = sent && is_clean && parser_->may_continue() && !parser_->ends_with_stream();
        if (!parser_->finish_body()) refuse(exchange, result);
    }

    // The sink refused the body.
    void refuse(Exchange const& exchange, ExchangeResult& result) {
        result.success_sink = parser_->sink() == &exchange.success;
        result.refusal = parser_->refusal();
        fail(result, make_error_code(result.refusal.code), {});
    }

    Stream& stream_;
    LimitOptions limits_;
    std::string unparsed_{};                          // incomplete bytes from earlier reads
    int interim_{};                                   // responses with 1xx so far
    std::optional<Next> early_{};                     // set when the answer began before the whole request was sent
    std::optional<http::ResponseParser> parser_{};    // of the exchange in progress
    boost::asio::cancellation_state cancellation_{};  // of the coroutine that awaits the exchange in progress
};

}  // namespace clerk::transport
