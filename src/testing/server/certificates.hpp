// A certificate authority and a server certificate, made in memory.
#pragma once

#include <string>

namespace clerk::testing {

struct Certificates {
    std::string ca_pem{};
    std::string server_pem{};      // the certificate
    std::string server_key_pem{};  // its private key
};

// ECDSA P-256; the server's certificate is for 127.0.0.1, ::1 and localhost. Throws std::runtime_error when OpenSSL
// fails.
[[nodiscard]] Certificates make_certificates();

}  // namespace clerk::testing
