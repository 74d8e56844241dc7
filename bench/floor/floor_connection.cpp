#include "floor/floor_connection.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace clerk_bench {

void Connection::send(std::string_view request) {
    sent_at_ = Clock::now();
    unsent_ = request;
    response_.reset();
    busy_ = true;
    if (!ssl_) open();
    (void)write_rest();
}

void Connection::open() {
    socket_ = context_.open_socket();
    ssl_ = context_.open_tls(socket_);
    shaken_hands_ = false;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;  // edge-triggered, so it is never changed
    event.data.ptr = this;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event) != 0) {
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    }
}

bool Connection::write_rest() {
    while (!unsent_.empty()) {
        int const written = SSL_write(ssl_.get(), unsent_.data(), static_cast<int>(unsent_.size()));
        if (written <= 0) {
            check_wait(written);
            return false;
        }
        unsent_.remove_prefix(static_cast<std::size_t>(written));
    }
    if (!shaken_hands_) {
        shaken_hands_ = true;
        ++opened_;
        if (SSL_session_reused(ssl_.get()) == 1) ++resumed_;
    }
    return true;
}

bool Connection::advance(std::span<char> buffer) {
    if (!busy_) return false;
    try {
        if (!unsent_.empty() && !write_rest()) return false;
        for (;;) {
            int const count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) {
                check_wait(count);
                return false;
            }
            if (!response_.add({buffer.data(), static_cast<std::size_t>(count)})) continue;
            busy_ = false;
            if (!response_.keep_alive()) close();
            return true;
        }
    } catch (std::exception const&) {
        busy_ = false;
        close();
        throw;
    }
}

void Connection::check_wait(int result) {
    int const error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    if (long const verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
        throw std::runtime_error{std::string{"certificate: "} + X509_verify_cert_error_string(verdict)};
    }
    if (error == SSL_ERROR_SYSCALL && errno != 0) throw std::system_error{errno, std::generic_category()};
    char const* const reason = ERR_reason_error_string(ERR_get_error());
    throw std::runtime_error{reason != nullptr ? reason : "the connection was closed"};
}

void Connection::close() noexcept {
    if (!ssl_) return;
    SSL_shutdown(ssl_.get());  // otherwise OpenSSL would not resume the session
    ERR_clear_error();
    ssl_.reset();
    ::close(socket_);
    socket_ = -1;
}

}  // namespace clerk_bench
