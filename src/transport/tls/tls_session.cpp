#include "transport/tls/tls_session.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <string_view>

namespace clerk::transport {

namespace asio = boost::asio;

namespace {

boost::system::error_code latest_error() noexcept {
    return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
}

boost::system::error_code protocol_error() noexcept { return make_error_code(boost::system::errc::protocol_error); }

// SSL_get_error() would also report errors that other code left in this thread's queue. Checking before clearing is
// cheaper. A write does without: whether it must wait, or the transport has failed, is known without the queue.
void forget_errors() noexcept {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

bool must_wait(boost::system::error_code ec) noexcept {
    return ec == asio::error::would_block || ec == asio::error::try_again || ec == asio::error::interrupted;
}

}  // namespace

struct TlsSession::Bio {
    static TlsSession& session(BIO* bio) noexcept { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* data, int size) noexcept {
        BIO_clear_retry_flags(bio);
        TlsSession& self = session(bio);
        ErrorCode ec;
        std::size_t const n = self.receive({data, static_cast<std::size_t>(size)}, ec);
        if (!ec) return static_cast<int>(n);
        if (must_wait(ec)) {
            BIO_set_retry_read(bio);
        } else {
            self.transport_error_ = ec;
        }
        return -1;
    }

    static int write(BIO* bio, char const* data, int size) noexcept {
        BIO_clear_retry_flags(bio);
        TlsSession& self = session(bio);
        ErrorCode ec;
        std::size_t const n = self.send({data, static_cast<std::size_t>(size)}, ec);
        if (!ec) return static_cast<int>(n);
        if (must_wait(ec)) {
            BIO_set_retry_write(bio);
        } else {
            self.transport_error_ = ec;
        }
        return -1;
    }

    // Nothing is buffered here, so there is nothing to flush.
    static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    // Never destroyed, because connections may outlive static objects.
    static BIO_METHOD const* method() {
        static BIO_METHOD* const made = [] {
            BIO_METHOD* const fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "clerk transport");
            if (fresh == nullptr) throw boost::system::system_error{latest_error(), "BIO_meth_new"};
            BIO_meth_set_read(fresh, &Bio::read);
            BIO_meth_set_write(fresh, &Bio::write);
            BIO_meth_set_ctrl(fresh, &Bio::control);
            return fresh;
        }();
        return made;
    }
};

TlsSession::TlsSession(SSL_CTX* context, TlsTransport& transport) : transport_{transport}, ssl_{SSL_new(context)} {
    if (ssl_ == nullptr) throw boost::system::system_error{latest_error(), "SSL_new"};
    BIO* const bio = BIO_new(Bio::method());
    if (bio == nullptr) throw boost::system::system_error{latest_error(), "BIO_new"};
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL* const ssl = ssl_.get();
    SSL_set_bio(ssl, bio, bio);
    SSL_set_connect_state(ssl);
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_read_ahead(ssl, 1);  // one read per record instead of two
}

TlsSession::ErrorCode TlsSession::handshake() noexcept {
    answers_left_ = most_answers;
    forget_errors();
    if (int const result = SSL_do_handshake(ssl_.get()); result != 1) return failure(result);
    // Processes tickets and similar messages that arrived with the server's last message, while no write is blocked. No
    // more bytes are read for it.
    begin_turn(0);
    char byte{};
    std::size_t n{};
    int const result = SSL_peek_ex(ssl_.get(), &byte, 1, &n);
    ErrorCode const ec = result == 1 ? ErrorCode{} : failure(result);
    begin_turn();
    overhead_ = 0;
    return ec == asio::error::would_block ? ErrorCode{} : ec;
}

void TlsSession::begin_turn(std::size_t size) noexcept {
    turn_left_ = size;
    turn_is_over_ = false;
}

// A KeyUpdate may request an answer. OpenSSL sends that answer after the blocked write. When it reads a second one, it
// tries to send before that write, and fails.
bool TlsSession::must_write_first() const noexcept {
    return write_blocked_ && SSL_get_key_update_type(ssl_.get()) != SSL_KEY_UPDATE_NONE;
}

std::size_t TlsSession::receive(asio::mutable_buffer room, ErrorCode& ec) noexcept {
    if (overhead_ > overhead_limit) ec = protocol_error();
    turn_is_over_ = turn_left_ == 0;
    if (turn_is_over_ || must_write_first()) ec = asio::error::would_block;
    if (ec) return 0;
    std::size_t const n = transport_.receive(asio::buffer(room, turn_left_), ec);
    turn_left_ -= n;
    overhead_ += n;
    return n;
}

// One record can hold thousands of renegotiation requests. OpenSSL refuses each of them even when sending fails; only
// an end of the stream stops it.
std::size_t TlsSession::send(asio::const_buffer data, ErrorCode& ec) noexcept {
    if (answers_left_ == 0) {
        SSL_set_shutdown(ssl_.get(), SSL_RECEIVED_SHUTDOWN);
        ec = protocol_error();
        return 0;
    }
    std::size_t n = transport_.send(data, ec);
    // A peer that has answered and closed does not read any more, but its answer must still be read. The next write
    // fails.
    if (reading_ && ec && !must_wait(ec)) {
        ec = {};
        n = data.size();
    }
    if (n == data.size()) --answers_left_;
    return n;
}

std::size_t TlsSession::read_some(asio::mutable_buffer room, ErrorCode& ec) noexcept {
    forget_errors();
    std::size_t n{};
    reading_ = true;
    int const result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &n);
    reading_ = false;
    if (result != 1) {
        ec = failure(result);
        return n;
    }
    turn_left_ = std::min(turn_left_ + n + record_allowance, turn_limit);
    overhead_ -= std::min(overhead_, n + record_allowance);
    answers_left_ = most_answers;
    return n;
}

std::size_t TlsSession::write_some(asio::const_buffer data, ErrorCode& ec) noexcept {
    answers_left_ = most_answers;
    std::size_t n{};
    int const result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &n);
    if (result == 1) {
        overhead_ = 0;
    } else if (SSL_want_write(ssl_.get()) && BIO_should_write(SSL_get_wbio(ssl_.get()))) {
        wants_write_ = true;
        ec = asio::error::would_block;
    } else {
        ec = failure(result);
        if (transport_error_ && transport_error_ != asio::error::eof) ec = transport_error_;
    }
    if (bool const blocked = result != 1 && wants_write_; blocked != write_blocked_) {
        write_blocked_ = blocked;
        SSL_set_read_ahead(ssl_.get(), blocked ? 0 : 1);  // so that must_write_first() is asked before each record
    }
    return n;
}

// Precondition: `result` is the result of the latest operation, which has failed.
TlsSession::ErrorCode TlsSession::failure(int result) noexcept {
    int const error = SSL_get_error(ssl_.get(), result);
    wants_write_ = error == SSL_ERROR_WANT_WRITE || (error == SSL_ERROR_WANT_READ && must_write_first());
    switch (error) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return asio::error::would_block;
        case SSL_ERROR_ZERO_RETURN:
            return transport_error_ ? transport_error_ : ErrorCode{asio::error::eof};
        case SSL_ERROR_SSL:
            return latest_error();
        case SSL_ERROR_SYSCALL:
            if (transport_error_ && transport_error_ != asio::error::eof) return transport_error_;
            return asio::ssl::error::stream_truncated;
        default:
            return asio::ssl::error::unexpected_result;
    }
}

void TlsSession::close() noexcept {
    forget_errors();
    SSL_shutdown(ssl_.get());
    forget_errors();
}

bool TlsSession::has_unread_bytes() const noexcept {
    // A header without its body yet does not count as pending: "RB" is waiting for the body of a record.
    return SSL_has_pending(ssl_.get()) == 1 || std::string_view{SSL_rstate_string(ssl_.get())} != "RH";
}

}  // namespace clerk::transport
