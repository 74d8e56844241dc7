// One TLS session that never waits: OpenSSL reads from and writes to a transport that does not block, and an operation
// that cannot continue returns would_block.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

namespace clerk::transport {

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
    // OpenSSL reads until it has application data, however many of its own messages come: tickets, KeyUpdates, empty
    // records, HelloRequests. So it is given a limited number of bytes between two waits, in a handshake and between
    // two writes.
    static constexpr std::size_t turn_limit = 20 * 1024;  // more than the largest record
    static constexpr std::size_t overhead_limit = 1024 * 1024;
    // Of these bytes each read of application data takes off what it gave and this much for its record.
    static constexpr std::size_t record_allowance = 64;
    // What it sends by itself between two pieces of application data, or in one step of the handshake.
    static constexpr int most_answers = 32;

    // As a client. Throws boost::system::system_error when OpenSSL has no memory for it.
    TlsSession(SSL_CTX* context, TlsTransport& transport);

    [[nodiscard]] SSL* native_handle() noexcept { return ssl_.get(); }

    // These give asio::error::would_block when the transport must be ready first, or the turn is over: try again then,
    // a write with the same bytes. asio::error::eof is the peer's proper end, ssl::error::stream_truncated any other,
    // and errc::protocol_error a peer that sent too much without application data.
    ErrorCode handshake() noexcept;
    std::size_t read_some(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept;
    std::size_t write_some(boost::asio::const_buffer data, ErrorCode& ec) noexcept;
    // What blocked was a write, or a read that has to follow one.
    [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }
    // What blocked was a read of more than `turn_limit`: the transport may well be ready.
    [[nodiscard]] bool turn_is_over() const noexcept { return turn_is_over_; }
    // Begins a new turn, in which at most `size` bytes are read.
    void begin_turn(std::size_t size = turn_limit) noexcept;

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
    [[nodiscard]] std::size_t receive(boost::asio::mutable_buffer room, ErrorCode& ec) noexcept;
    [[nodiscard]] std::size_t send(boost::asio::const_buffer data, ErrorCode& ec) noexcept;
    [[nodiscard]] bool must_write_first() const noexcept;

    TlsTransport& transport_;
    std::unique_ptr<SSL, Deleter> ssl_;
    ErrorCode transport_error_{};
    std::size_t turn_left_{turn_limit};
    int answers_left_{most_answers};
    std::size_t overhead_{};  // received without giving application data
    bool turn_is_over_{};
    bool wants_write_{};
    bool write_blocked_{};  // the latest one
    bool reading_{};        // what OpenSSL sends meanwhile is its own
};

}  // namespace clerk::transport
