// One HTTPS connection: a socket, its TLS session, and the HTTP exchanges. Included by tls_connector.cpp only.
#pragma once

#include "transport/connection.hpp"
#include "transport/http_exchange.hpp"
#include "transport/tls/tls_context.hpp"
#include "transport/tls/tls_session.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace clerk::transport {

// The stream of an exchange. OpenSSL uses the non-blocking socket directly. Only when nothing has arrived, the reactor
// waits with an asynchronous read, and OpenSSL then takes those bytes first.
template <class Executor>
class TlsStream final : private TlsTransport {
    using ErrorCode = boost::system::error_code;

public:
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

    TlsStream(Executor const& executor, SSL_CTX* context) : socket_{executor}, session_{context, *this} {}
    TlsStream(TlsStream const&) = delete;
    TlsStream& operator=(TlsStream const&) = delete;

    [[nodiscard]] Socket& socket() noexcept { return socket_; }
    [[nodiscard]] TlsSession& session() noexcept { return session_; }

    std::size_t read_some(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept {
        if (aborted_.load(std::memory_order_relaxed)) {
            ec = boost::asio::ssl::error::stream_truncated;
            return 0;
        }
        std::size_t const n = session_.read_some(room, ec);
        read_needs_write_ = ec == boost::asio::error::would_block && session_.wants_write();
        return n;
    }
    std::size_t write_some(boost::asio::const_buffer data, ErrorCode& ec) noexcept {
        return session_.write_some(data, ec);
    }
    template <class Handler>
    void async_ready(Handler handler) {
        if (session_.turn_is_over()) return async_turn(std::move(handler));
        session_.begin_turn();
        if (session_.wants_write()) return async_writable(std::move(handler));
        // A wait on the socket's own executor resumes without any_io_executor.
        if constexpr (!std::is_same_v<Executor, boost::asio::any_io_executor>) {
            auto const executor = boost::asio::get_associated_executor(handler, socket_.get_executor());
            if (auto const* const same = executor.template target<Executor>();
                same != nullptr && *same == socket_.get_executor()) {
                return socket_.async_read_some(boost::asio::buffer(arrived_),
                                               boost::asio::bind_executor(*same, std::move(handler)));
            }
        }
        socket_.async_read_some(boost::asio::buffer(arrived_), std::move(handler));
    }
    template <class Handler>
    void async_ready_to_send(Handler handler) {
        peer_spoke_ = session_.turn_is_over();
        if (peer_spoke_) return async_turn(std::move(handler));
        session_.begin_turn();
        if (!session_.wants_write()) return async_ready(std::move(handler));
        // Received data cannot be read before something is written, so there is no need to wait for it.
        if (read_needs_write_) return async_writable(std::move(handler));
        async_writable_or_readable(std::move(handler));
    }
    [[nodiscard]] bool peer_spoke() const noexcept { return peer_spoke_; }
    // A wait without new bytes keeps those that were received before.
    void ready(ErrorCode ec, std::size_t n) noexcept {
        if (n != 0) {
            begin_ = 0;
            end_ = n;
        }
        error_ = ec;
    }

    // shutdown() makes every later wait end at once, so no wake-up is lost between two waits; cancel() ends waits that
    // shutdown() does not end. Neither changes the socket object, and the pool never destroys it meanwhile. aborted_
    // prevents reading bytes that have already arrived.
    void abort() noexcept {
        aborted_.store(true, std::memory_order_relaxed);
        ErrorCode ignored;
        socket_.shutdown(Socket::shutdown_both, ignored);
        socket_.cancel(ignored);
    }

    [[nodiscard]] bool has_unread_bytes() const noexcept { return begin_ != end_ || session_.has_unread_bytes(); }
    // Lets TLS read its own records, such as session tickets. False when there is application data, an end of the
    // stream, or too much data.
    [[nodiscard]] bool only_tls_spoke() noexcept {
        constexpr std::size_t look = 8 * 1024;
        session_.begin_turn(look);
        char byte{};
        ErrorCode ec;
        read_some(boost::asio::buffer(&byte, 1), ec);
        return ec == boost::asio::error::would_block && !session_.turn_is_over() && !has_unread_bytes();
    }
    [[nodiscard]] static bool was_cut(ErrorCode ec) noexcept { return ec == boost::asio::ssl::error::stream_truncated; }

private:
    template <class Handler>
    void async_turn(Handler handler) {
        session_.begin_turn();
        auto const executor = boost::asio::get_associated_executor(handler, socket_.get_executor());
        boost::asio::post(
            executor, [handler = std::move(handler)]() mutable { std::move(handler)(ErrorCode{}, std::size_t{0}); });
    }

    template <class Handler>
    void async_writable(Handler handler) {
        auto const executor = boost::asio::get_associated_executor(handler, socket_.get_executor());
        socket_.async_wait(Socket::wait_write,
                           boost::asio::bind_executor(executor, [handler = std::move(handler)](ErrorCode ec) mutable {
                               std::move(handler)(ec, std::size_t{0});
                           }));
    }

    // The first of two waits to end cancels the other; the handler is called when both have ended, so that nothing is
    // pending then.
    template <class Handler>
    void async_writable_or_readable(Handler handler) {
        struct Waits {
            explicit Waits(Handler then) : handler{std::move(then)} {}
            Handler handler;
            ErrorCode result{};
            std::atomic<bool> over{};
            std::atomic<int> pending{3};  // the two waits, and the function that starts them
        };
        auto const executor = boost::asio::get_associated_executor(handler, socket_.get_executor());
        auto const waits = std::make_shared<Waits>(std::move(handler));
        auto const cancel = [this] {
            ErrorCode ignored;
            socket_.cancel(ignored);
        };
        auto const begin = [&](typename Socket::wait_type what) {
            socket_.async_wait(what, boost::asio::bind_executor(executor, [this, waits, cancel, what](ErrorCode ec) {
                                   if (what == Socket::wait_read && !ec) peer_spoke_ = true;
                                   if (!waits->over.exchange(true)) {
                                       waits->result = ec;
                                       cancel();
                                   }
                                   if (--waits->pending == 0) std::move(waits->handler)(waits->result, std::size_t{0});
                               }));
        };
        begin(Socket::wait_write);
        begin(Socket::wait_read);
        if (waits->over) cancel();  // the second wait may have started after the first ended
        if (--waits->pending == 0) {
            boost::asio::post(executor, [waits] { std::move(waits->handler)(waits->result, std::size_t{0}); });
        }
    }

    std::size_t receive(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept override {
        if (begin_ != end_) {
            std::size_t const n =
                boost::asio::buffer_copy(room, boost::asio::buffer(arrived_.data() + begin_, end_ - begin_));
            begin_ += n;
            return n;
        }
        if (error_) {
            ec = std::exchange(error_, {});
            return 0;
        }
        return socket_.read_some(room, ec);
    }
    std::size_t send(boost::asio::const_buffer data, ErrorCode& ec) noexcept override {
        return socket_.write_some(data, ec);
    }

    Socket socket_;
    TlsSession session_;
    std::array<char, 4096> arrived_;  // most answers are shorter
    std::size_t begin_{};
    std::size_t end_{};
    ErrorCode error_{};
    std::atomic<bool> aborted_{};
    bool peer_spoke_{};        // the peer sent data while a write waited
    bool read_needs_write_{};  // the latest read was blocked by a write
};

template <class Executor>
class TlsConnection final : public Connection {
    using ErrorCode = boost::system::error_code;
    using Socket = typename TlsStream<Executor>::Socket;

public:
    // `owner` keeps objects alive that `context` needs.
    TlsConnection(Executor const& executor, SSL_CTX* context, std::shared_ptr<void const> owner,
                  LimitOptions const& limits)
        : owner_{std::move(owner)}, stream_{executor, context}, exchange_{stream_, limits} {}

    [[nodiscard]] Socket& socket() noexcept { return stream_.socket(); }
    [[nodiscard]] TlsStream<Executor>& stream() noexcept { return stream_; }

    // After the TCP connect, before the handshake.
    [[nodiscard]] bool prepare(std::string const& host, bool is_ip) {
        ErrorCode ignored;
        socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
        ErrorCode ec;
        socket().non_blocking(true, ec);
        return !ec && expect_host(stream_.session().native_handle(), host, is_ip);
    }
    void cut() noexcept {
        ErrorCode ignored;
        socket().close(ignored);
    }

    // The socket does not block, so this writes as much as fits; on an idle connection an alert always fits.
    void close() noexcept override {
        stream_.session().close();
        cut();
    }

    bool alive() noexcept override {
        char byte{};
        ErrorCode ec;
        socket().receive(boost::asio::buffer(&byte, 1), Socket::message_peek, ec);
        bool const nothing = ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
        if (nothing && !stream_.has_unread_bytes()) return true;
        return (nothing || !ec) && stream_.only_tls_spoke();
    }

    void abort() noexcept override { stream_.abort(); }

    boost::asio::awaitable<void> exchange(Exchange const& exchange, ExchangeResult& result) override {
        return exchange_.run(exchange, result);
    }

private:
    std::shared_ptr<void const> owner_;  // outlives the stream
    TlsStream<Executor> stream_;
    HttpExchange<TlsStream<Executor>> exchange_;
};

}  // namespace clerk::transport
