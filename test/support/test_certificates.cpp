#include "support/test_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace clerk::test {

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
using RevocationList = std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>>;
using Time = std::unique_ptr<ASN1_TIME, Deleter<ASN1_TIME_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

constexpr long day = 24 * 60 * 60;

void require(bool ok) {
    if (!ok) throw std::runtime_error{"OpenSSL cannot make a test certificate"};
}

Key make_key(int rsa_bits) {
    Key key{rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits))};
    require(key != nullptr);
    return key;
}

void add_extension(X509* certificate, X509* issuer, int type, std::string const& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension const extension{X509V3_EXT_conf_nid(nullptr, &context, type, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate new_certificate(EVP_PKEY* key, CertificateOptions const& options, long serial) {
    Certificate certificate{X509_new()};
    X509* const raw = certificate.get();
    require(raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1);
    require(ASN1_INTEGER_set(X509_get_serialNumber(raw), serial) == 1);
    require(X509_gmtime_adj(X509_getm_notBefore(raw), options.begins_in_days * day) != nullptr);
    require(X509_gmtime_adj(X509_getm_notAfter(raw), options.ends_in_days * day) != nullptr);
    auto const* const name = reinterpret_cast<unsigned char const*>(options.common_name.c_str());
    require(X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1);
    require(X509_set_pubkey(raw, key) == 1);
    return certificate;
}

template <class Write>
std::string pem_text(Write const& write) {
    Bio const bio{BIO_new(BIO_s_mem())};
    require(bio && write(bio.get()) == 1);
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
    return pem_text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

}  // namespace

struct Authority::Impl {
    Key key{make_key(0)};
    Certificate certificate{};
    long next_serial{1000};
};

namespace {

Certificate new_authority(EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    CertificateOptions options{};
    static std::atomic<int> made{0};  // authorities are found by name, so each has a different one
    int const number = ++made;
    options.common_name = "Test certificate authority " + std::to_string(number);
    Certificate certificate = new_certificate(key, options, number);
    X509* const raw = certificate.get();
    if (issuer == nullptr) issuer = raw;
    require(X509_set_issuer_name(raw, X509_get_subject_name(issuer)) == 1);
    add_extension(raw, issuer, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(raw, issuer, NID_subject_key_identifier, "hash");
    require(X509_sign(raw, issuer_key, EVP_sha256()) != 0);
    return certificate;
}

}  // namespace

Authority::Authority(Authority const* root) : impl_{std::make_unique<Impl>()} {
    EVP_PKEY* const key = impl_->key.get();
    impl_->certificate = root == nullptr ? new_authority(key, nullptr, key)
                                         : new_authority(key, root->impl_->certificate.get(), root->impl_->key.get());
}
Authority::~Authority() = default;

std::string Authority::pem() const { return to_pem(impl_->certificate.get()); }

Issued Authority::issue(CertificateOptions const& options) {
    Key const key = make_key(options.rsa_bits);
    Issued issued{};
    issued.serial = impl_->next_serial++;
    Certificate const certificate = new_certificate(key.get(), options, issued.serial);
    X509* const raw = certificate.get();
    X509* const issuer = options.self_signed ? raw : impl_->certificate.get();
    require(X509_set_issuer_name(raw, X509_get_subject_name(issuer)) == 1);
    add_extension(raw, issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(raw, issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(raw, issuer, NID_ext_key_usage, options.extended_usage);
    if (!options.alternative_names.empty()) add_extension(raw, issuer, NID_subject_alt_name, options.alternative_names);
    require(X509_sign(raw, options.self_signed ? key.get() : impl_->key.get(), EVP_sha256()) != 0);
    issued.certificate_pem = to_pem(raw);
    issued.key_pem = pem_text(
        [&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return issued;
}

std::string Authority::crl_pem(std::vector<long> const& revoked) const {
    RevocationList const list{X509_CRL_new()};
    X509_CRL* const raw = list.get();
    Time const begin{X509_gmtime_adj(nullptr, -day)};
    Time const end{X509_gmtime_adj(nullptr, day)};
    require(raw != nullptr && begin && end && X509_CRL_set_version(raw, X509_CRL_VERSION_2) == 1);
    require(X509_CRL_set_issuer_name(raw, X509_get_subject_name(impl_->certificate.get())) == 1);
    require(X509_CRL_set1_lastUpdate(raw, begin.get()) == 1 && X509_CRL_set1_nextUpdate(raw, end.get()) == 1);
    for (long const serial : revoked) {
        X509_REVOKED* const entry = X509_REVOKED_new();
        std::unique_ptr<ASN1_INTEGER, Deleter<ASN1_INTEGER_free>> const number{ASN1_INTEGER_new()};
        require(entry != nullptr && number && ASN1_INTEGER_set(number.get(), serial) == 1);
        require(X509_REVOKED_set_serialNumber(entry, number.get()) == 1);
        require(X509_REVOKED_set_revocationDate(entry, begin.get()) == 1);
        require(X509_CRL_add0_revoked(raw, entry) == 1);
    }
    require(X509_CRL_sort(raw) == 1 && X509_CRL_sign(raw, impl_->key.get(), EVP_sha256()) != 0);
    return pem_text([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, raw); });
}

std::string Authority::hashed_name() const {
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "%08lx.0", X509_subject_name_hash(impl_->certificate.get()));
    return name.data();
}

}  // namespace clerk::test
