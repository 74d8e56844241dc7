// One TLS session that never waits: OpenSSL reads from and writes to a transport that does not block, and an operation
// that cannot continue returns would_block.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

namespace clerk::transport {

// The transport below TLS. Both functions transfer what is possible at once, or nothing with asio::error::would_block.
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
    // OpenSSL reads until it has application data, however many of its own messages come: tickets, KeyUpdates, empty
    // records, HelloRequests. So it gets a limited number of bytes between two waits, also in a handshake and between
    // two writes.
    static constexpr std::size_t turn_limit = 20 * 1024;  // more than the largest record
    static constexpr std::size_t overhead_limit = 1024 * 1024;
    // Each read of application data reduces the counted overhead by its size and by this much for its record.
    static constexpr std::size_t record_allowance = 64;
    // How often OpenSSL may send by itself between two pieces of application data, or in one step of the handshake.
    static constexpr int most_answers = 32;

    // As a client. Throws boost::system::system_error when OpenSSL has no memory for it.
    TlsSession(SSL_CTX* context, TlsTransport& transport);

    [[nodiscard]] SSL* native_handle() noexcept { return ssl_.get(); }

    // These return asio::error::would_block when the transport must become ready first, or the turn is over: then try
    // again, a write with the same bytes. asio::error::eof: the peer ended the stream properly;
    // ssl::error::stream_truncated: it ended in another way; errc::protocol_error: the peer sent too much without
    // application data.
    ErrorCode handshake() noexcept;
    std::size_t read_some(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept;
    std::size_t write_some(boost::asio::const_buffer data, ErrorCode& ec) noexcept;
    // A write blocked, or a read that needs a write first.
    [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }
    // A read blocked because of `turn_limit`: the transport may be ready.
    [[nodiscard]] bool turn_is_over() const noexcept { return turn_is_over_; }
    // Begins a new turn, in which at most `size` bytes are read.
    void begin_turn(std::size_t size = turn_limit) noexcept;

    // Sends a close_notify if that is possible at once.
    void close() noexcept;
    // The peer has sent bytes that were not returned yet, decrypted or not, complete or not.
    [[nodiscard]] bool has_unread_bytes() const noexcept;

private:
    struct Deleter {
        void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    };
    // The BIO through which OpenSSL uses the transport.
    struct Bio;

    [[nodiscard]] ErrorCode failure(int result) noexcept;
    [[nodiscard]] std::size_t receive(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept;
    [[nodiscard]] std::size_t send(boost::asio::const_buffer data, ErrorCode& ec) noexcept;
    [[nodiscard]] bool must_write_first() const noexcept;

    TlsTransport& transport_;
    std::unique_ptr<SSL, Deleter> ssl_;
    ErrorCode transport_error_{};
    std::size_t turn_left_{turn_limit};
    int answers_left_{most_answers};
    std::size_t overhead_{};  // bytes received without application data
    bool turn_is_over_{};
    bool wants_write_{};
    bool write_blocked_{};  // the latest one
    bool reading_{};        // OpenSSL sends its own messages meanwhile
};

}  // namespace clerk::transport
