// The TLS client context: versions, trust, and what must match in a certificate.
#pragma once

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <string>

namespace clerk::transport {

// Verification on, security level 2 at least, trust anchors loaded, then customised. What the hook throws passes
// through. Errors: errc::invalid_argument with a field below `tls`.
[[nodiscard]] Result<boost::asio::ssl::context> make_tls_context(TlsOptions const& options);

// Prepares one connection for `host`: SNI, and the name or address that the certificate must carry (RFC 6125, RFC
// 9525).
[[nodiscard]] bool expect_host(SSL* ssl, std::string const& host, bool is_ip);

// Why the certificate was refused; empty when it was not.
[[nodiscard]] std::string certificate_problem(SSL* ssl);

}  // namespace clerk::transport
