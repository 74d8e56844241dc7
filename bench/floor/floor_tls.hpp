// State that the connections of the baseline share: verification, and the sessions to resume.
#pragma once

#include "common/endpoint.hpp"

#include <openssl/ssl.h>

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

namespace clerk_bench {

struct SslDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

class TlsContext {
public:
    // Resolves the host and loads the authorities; throws std::runtime_error when one of them fails.
    TlsContext(Endpoint const& endpoint, std::string const& ca_file);
    TlsContext(TlsContext const&) = delete;
    TlsContext& operator=(TlsContext const&) = delete;

    // A non-blocking socket that is connecting, and a TLS client that verifies the host's name.
    [[nodiscard]] int open_socket() const;
    [[nodiscard]] std::unique_ptr<SSL, SslDeleter> open_tls(int socket);

private:
    static int keep_session(SSL* ssl, SSL_SESSION* session);

    std::string host_;
    bool host_is_ip_{};
    sockaddr_storage address_{};
    socklen_t address_size_{};
    std::unique_ptr<SSL_CTX, SslDeleter> context_;
    std::vector<std::unique_ptr<SSL_SESSION, SslDeleter>> sessions_;  // each is used once, the latest first
};

}  // namespace clerk_bench
