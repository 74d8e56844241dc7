// One TLS session, without the waiting: OpenSSL reads from and writes to a transport that never blocks, and what cannot
// go on says so.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

namespace clerk::net {

// The bytes below TLS. Both functions do what can be done at once, or nothing with asio::error::would_block.
class TlsTransport {
public:
    [[nodiscard]] virtual std::size_t receive(boost::asio::mutable_buffer room,
                                              boost::system::error_code& ec) noexcept = 0;
    [[nodiscard]] virtual std::size_t send(boost::asio::const_buffer data, boost::system::error_code& ec) noexcept = 0;

protected:
    ~TlsTransport() = default;
};

class TlsSession {
    using ErrorCode = boost::system::error_code;

public:
    // As a client. Throws boost::system::system_error when OpenSSL has no memory for it.
    TlsSession(SSL_CTX* context, TlsTransport& transport);

    [[nodiscard]] SSL* native_handle() noexcept { return ssl_.get(); }

    // These give asio::error::would_block when the transport must be ready first: try again then, a write with the same
    // bytes. asio::error::eof is the peer's proper end, ssl::error::stream_truncated any other.
    ErrorCode handshake() noexcept;
    std::size_t read_some(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept;
    std::size_t write_some(boost::asio::const_buffer data, ErrorCode& ec) noexcept;
    // What blocked was a write.
    [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }

    // Sends a close_notify if that goes at once.
    void close() noexcept;
    // The peer has sent more than was handed out, decrypted or not, complete or not.
    [[nodiscard]] bool has_unread_bytes() const noexcept;

private:
    struct Deleter {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };
    // OpenSSL's way to reach the transport.
    struct Bio;

    [[nodiscard]] ErrorCode failure(int result) noexcept;

    TlsTransport& transport_;
    std::unique_ptr<SSL, Deleter> ssl_;
    ErrorCode transport_error_{};
    bool wants_write_{};
};

}  // namespace clerk::net
