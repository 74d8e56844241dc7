#include "testing/server/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace clerk::testing {
namespace {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const noexcept {
        Free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

constexpr long day = 24 * 60 * 60;

// OpenSSL returns 1, or a pointer, on success.
void require(bool ok, char const* what) {
    if (ok) return;
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error{std::string{"cannot make a certificate: "} + what + ": " + reason.data()};
}

Key make_key() {
    Key key{EVP_EC_gen("P-256")};
    require(key != nullptr, "EVP_EC_gen");
    return key;
}

void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);  // positive and never short
    Number const number{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
    require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "serial number");
}

void set_name(X509_NAME* name, char const* common_name) {
    auto const add = [name](char const* field, char const* text) {
        require(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(text), -1,
                                           -1, 0) == 1,
                "subject");
    };
    add("O", "clerk::testing");
    add("CN", common_name);
}

void add_extension(X509* certificate, X509* issuer, int type, char const* value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension const extension{X509V3_EXT_conf_nid(nullptr, &context, type, value)};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

Certificate new_certificate(EVP_PKEY* key, long valid_days, char const* common_name) {
    Certificate certificate{X509_new()};
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "X509_new");
    set_random_serial(certificate.get());
    // A day early, for clients whose clock is behind.
    require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day) != nullptr &&
                X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_days * day) != nullptr,
            "validity");
    set_name(X509_get_subject_name(certificate.get()), common_name);
    require(X509_set_pubkey(certificate.get(), key) == 1, "public key");
    return certificate;
}

std::string to_pem(X509* certificate) {
    Bio const bio{BIO_new(BIO_s_mem())};
    require(bio && PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(EVP_PKEY* key) {
    Bio const bio{BIO_new(BIO_s_mem())};
    require(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM");
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Certificates make_certificates() {
    Key const ca_key = make_key();
    Certificate const ca = new_certificate(ca_key.get(), 3650, "Emulator certificate authority");
    require(X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
    add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    add_extension(ca.get(), ca.get(), NID_authority_key_identifier, "keyid:always");
    require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) != 0, "sign");

    // Some verifiers refuse server certificates that are valid for more than 398 days.
    Key const server_key = make_key();
    Certificate const server = new_certificate(server_key.get(), 390, "localhost");
    require(X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get())) == 1, "issuer");
    add_extension(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(server.get(), ca.get(), NID_ext_key_usage, "serverAuth");
    add_extension(server.get(), ca.get(), NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
    add_extension(server.get(), ca.get(), NID_subject_key_identifier, "hash");
    add_extension(server.get(), ca.get(), NID_authority_key_identifier, "keyid:always");
    require(X509_sign(server.get(), ca_key.get(), EVP_sha256()) != 0, "sign");

    return {to_pem(ca.get()), to_pem(server.get()), to_pem(server_key.get())};
}

}  // namespace clerk::testing
