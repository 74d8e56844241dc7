#include "transport/tls/tls_context.hpp"

#include "base/local_error.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace clerk::transport {

namespace ssl = boost::asio::ssl;

namespace {

Error refused(std::string field, std::string const& what, boost::system::error_code cause) {
    return base::local_error({}, errc::invalid_argument, what, std::move(field), cause);
}

// A stricter configuration of the system applies.
void set_strength(SSL_CTX* context, TlsVersion min_version) {
    constexpr int least_security_level = 2;
    SSL_CTX_set_security_level(context, std::max(least_security_level, SSL_CTX_get_security_level(context)));
    long const wanted = min_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context,
                                  static_cast<int>(std::max<long>(wanted, SSL_CTX_get_min_proto_version(context))));
}

Result<void> load_trust_anchors(ssl::context& context, TlsOptions const& options) {
    // Each certificate is trusted on its own, as in curl: also an intermediate authority's without its root.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    boost::system::error_code ec;
    if (!options.ca_file.empty()) {
        context.load_verify_file(options.ca_file, ec);
        if (ec) return refused("tls.ca_file", "cannot be read, or holds no PEM certificate", ec);
    }
    if (!options.ca_pem.empty()) {
        context.add_certificate_authority(boost::asio::buffer(options.ca_pem), ec);
        if (ec) return refused("tls.ca_pem", "holds no PEM certificate", ec);
    }
    if (!options.ca_directory.empty()) {
        // Otherwise OpenSSL would report it only at the first handshake.
        std::error_code missing;
        bool const found = std::filesystem::is_directory(options.ca_directory, missing);
        if (found) context.add_verify_path(options.ca_directory, ec);
        if (!found || ec) return refused("tls.ca_directory", "is not a directory that can be read", ec);
    }
    if (options.ca_file.empty() && options.ca_pem.empty() && options.ca_directory.empty()) {
        context.set_default_verify_paths(ec);
        if (ec) return refused("tls", "the system's certificate store could not be opened", ec);
    }
    return {};
}

}  // namespace

Result<ssl::context> make_tls_context(TlsOptions const& options) {
    ssl::context context{ssl::context::tls_client};
    SSL_CTX* const native = context.native_handle();
    set_strength(native, options.min_version);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);  // one handshake, at the beginning of a connection
    static constexpr std::array<unsigned char, 9> http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(native, http11.data(), http11.size());

    boost::system::error_code ec;
    context.set_verify_mode(ssl::verify_peer, ec);
    if (ec) return refused("tls", "TLS verification could not be switched on", ec);
    if (auto const loaded = load_trust_anchors(context, options); !loaded) return loaded.error();
    ERR_clear_error();
    if (options.customize) {
        options.customize(native);
        ERR_clear_error();
        if ((SSL_CTX_get_verify_mode(native) & SSL_VERIFY_PEER) == 0) {
            return refused("tls.customize", "must leave the verification of the server switched on", {});
        }
    }
    return context;
}

bool expect_host(SSL* ssl, std::string const& host, bool is_ip) {
    X509_VERIFY_PARAM* const param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_ip) return X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
    // SNI carries names only (RFC 6066 section 3).
    return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 &&
           X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) == 1;
}

std::string certificate_problem(SSL* ssl) {
    long const result = SSL_get_verify_result(ssl);
    return result == X509_V_OK ? std::string{} : std::string{X509_verify_cert_error_string(result)};
}

}  // namespace clerk::transport
