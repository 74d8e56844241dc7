// The TLS client context: versions, trusted authorities, and the name that a certificate must have.
#pragma once

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <string>

namespace clerk::transport {

// Enables verification and at least security level 2, loads the trust anchors, then calls `customize`. Exceptions of
// the hook pass through. Errors: errc::invalid_argument with a field below `tls`.
[[nodiscard]] Result<boost::asio::ssl::context> make_tls_context(TlsOptions const& options);

// Prepares one connection for `host`: SNI, and the name or address that the certificate must carry (RFC 6125, RFC
// 9525).
[[nodiscard]] bool expect_host(SSL* ssl, std::string const& host, bool is_ip);

// Why the certificate was refused; empty when it was not.
[[nodiscard]] std::string certificate_problem(SSL* ssl);

}  // namespace clerk::transport
