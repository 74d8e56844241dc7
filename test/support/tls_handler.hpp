// An HTTPS server with a certificate and a TLS configuration of the test's choice.
#pragma once

#include "support/tcp_server.hpp"
#include "support/test_certificates.hpp"

#include <openssl/ssl.h>

#include <functional>

namespace clerk::test {

// Answers every request with an organization. Any TLS version and key size is allowed unless `configure` says
// otherwise.
[[nodiscard]] TcpServer::Handler serve_tls(Issued identity, std::function<void(SSL_CTX*)> configure = {});

}  // namespace clerk::test
