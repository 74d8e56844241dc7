#include "floor/floor_tls.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace clerk_bench {
namespace {

[[noreturn]] void fail(std::string const& what) {
    char const* const reason = ERR_reason_error_string(ERR_get_error());
    throw std::runtime_error{what + (reason != nullptr ? std::string{": "} + reason : "")};
}

}  // namespace

TlsContext::TlsContext(Endpoint const& endpoint, std::string const& ca_file)
    : host_{endpoint.host}, context_{SSL_CTX_new(TLS_client_method())} {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (int const error = getaddrinfo(host_.c_str(), endpoint.port.c_str(), &hints, &found); error != 0) {
        throw std::runtime_error{host_ + ": " + gai_strerror(error)};
    }
    std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
    address_size_ = found->ai_addrlen;
    freeaddrinfo(found);

    if (!context_) fail("cannot make a TLS context");
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    bool const loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                        : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) == 1;
    if (!loaded) fail("cannot load " + ca_file);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // one read() per record instead of two
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_app_data(context, this);
    SSL_CTX_sess_set_new_cb(context, &TlsContext::keep_session);

    std::unique_ptr<X509_VERIFY_PARAM, decltype(&X509_VERIFY_PARAM_free)> const probe{X509_VERIFY_PARAM_new(),
                                                                                      &X509_VERIFY_PARAM_free};
    host_is_ip_ = X509_VERIFY_PARAM_set1_ip_asc(probe.get(), host_.c_str()) == 1;
}

int TlsContext::keep_session(SSL* ssl, SSL_SESSION* session) {
    auto& self = *static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    self.sessions_.emplace_back(session);
    return 1;  // this code owns the session now
}

int TlsContext::open_socket() const {
    int const socket = ::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) throw std::system_error{errno, std::generic_category(), "socket"};
    int const on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket, reinterpret_cast<sockaddr const*>(&address_), address_size_) != 0 && errno != EINPROGRESS) {
        int const error = errno;
        ::close(socket);
        throw std::system_error{error, std::generic_category(), "connect"};
    }
    return socket;
}

std::unique_ptr<SSL, SslDeleter> TlsContext::open_tls(int socket) {
    std::unique_ptr<SSL, SslDeleter> ssl{SSL_new(context_.get())};
    if (!ssl) fail("cannot make a TLS connection");
    SSL_set_fd(ssl.get(), socket);
    SSL_set_connect_state(ssl.get());
    if (host_is_ip_) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host_.c_str());
    } else {
        SSL_set1_host(ssl.get(), host_.c_str());
        SSL_set_tlsext_host_name(ssl.get(), host_.c_str());
    }
    if (!sessions_.empty()) {
        SSL_set_session(ssl.get(), sessions_.back().get());
        sessions_.pop_back();
    }
    return ssl;
}

}  // namespace clerk_bench
