// One HTTPS connection: a socket, the TLS session on it, and the HTTP exchanges in that. Included by tls_connector.cpp
// only.
#pragma once

#include "net/connection.hpp"
#include "net/http_exchange.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <string>
#include <utility>

namespace clerk::net {

// What an exchange needs of a TLS session.
template <class Executor>
class TlsStream {
    using ErrorCode = boost::system::error_code;

public:
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

    TlsStream(Executor const& executor, boost::asio::ssl::context& context) : stream_{Socket{executor}, context} {}

    [[nodiscard]] Socket& socket() noexcept { return stream_.next_layer(); }
    [[nodiscard]] auto& session() noexcept { return stream_; }

    template <class Handler>
    void async_read_some(boost::asio::mutable_buffer room, Handler&& handler) {
        stream_.async_read_some(room, std::forward<Handler>(handler));
    }
    template <class Handler>
    void async_write_some(boost::asio::const_buffer data, Handler&& handler) {
        stream_.async_write_some(data, std::forward<Handler>(handler));
    }

    // shutdown() makes every later operation end at once, so no wake-up is lost between two of them; cancel() wakes
    // what waits where shutdown() does not. Neither changes the socket object, and the pool never destroys it
    // meanwhile.
    void abort() noexcept {
        ErrorCode ignored;
        socket().shutdown(Socket::shutdown_both, ignored);
        socket().cancel(ignored);
    }

    [[nodiscard]] bool has_unread_bytes() noexcept { return net::has_unread_bytes(stream_.native_handle()); }
    [[nodiscard]] static bool was_cut(ErrorCode ec) noexcept { return ec == boost::asio::ssl::error::stream_truncated; }

private:
    boost::asio::ssl::stream<Socket> stream_;
};

template <class Executor>
class TlsConnection final : public Connection {
    using ErrorCode = boost::system::error_code;
    using Socket = typename TlsStream<Executor>::Socket;

public:
    TlsConnection(Executor const& executor, boost::asio::ssl::context& context, LimitOptions const& limits)
        : stream_{executor, context}, exchange_{stream_, limits} {}

    [[nodiscard]] Socket& socket() noexcept { return stream_.socket(); }
    [[nodiscard]] auto& stream() noexcept { return stream_.session(); }

    // After the TCP connect, before the handshake.
    [[nodiscard]] bool prepare(std::string const& host, bool is_ip) {
        ErrorCode ignored;
        socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
        socket().non_blocking(true, ignored);  // alive() peeks without waiting
        return expect_host(stream().native_handle(), host, is_ip);
    }
    void cut() noexcept {
        ErrorCode ignored;
        socket().close(ignored);
    }

    // The socket does not block, so this writes what fits: an alert always does on an idle connection.
    void close() noexcept override {
        ErrorCode ignored;
        stream().shutdown(ignored);
        socket().close(ignored);
    }

    bool alive() noexcept override {
        char byte{};
        ErrorCode ec;
        socket().receive(boost::asio::buffer(&byte, 1), Socket::message_peek, ec);
        // TLS may have something to say on its own, such as a session ticket: then there is still nothing to read.
        if (!ec) stream().read_some(boost::asio::buffer(&byte, 1), ec);
        return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
    }

    void abort() noexcept override { stream_.abort(); }

    boost::asio::awaitable<void> exchange(Exchange const& exchange, ExchangeResult& result) override {
        return exchange_.run(exchange, result);
    }

private:
    TlsStream<Executor> stream_;
    HttpExchange<TlsStream<Executor>> exchange_;
};

}  // namespace clerk::net
