#include "testing/server/certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

BOOST_AUTO_TEST_SUITE(certificates)

namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read(std::string const& pem) {
    std::unique_ptr<BIO, decltype(&BIO_free_all)> const bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                            &BIO_free_all};
    return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free};
}

// The error of a strict client; X509_V_OK when there is none.
int verify(X509* authority, X509* server, char const* host, char const* address) {
    std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> const store{X509_STORE_new(), &X509_STORE_free};
    std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> const context{X509_STORE_CTX_new(),
                                                                                  &X509_STORE_CTX_free};
    X509_STORE_add_cert(store.get(), authority);
    X509_STORE_CTX_init(context.get(), store.get(), server, nullptr);
    X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_auth_level(param, 2);
    if (host != nullptr) X509_VERIFY_PARAM_set1_host(param, host, 0);
    if (address != nullptr) X509_VERIFY_PARAM_set1_ip_asc(param, address);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

}  // namespace

BOOST_AUTO_TEST_CASE(convince_a_strict_verifier) {
    auto const made = clerk::testing::make_certificates();
    Certificate const authority = read(made.ca_pem);
    Certificate const server = read(made.server_pem);
    BOOST_TEST_REQUIRE(authority.get() != nullptr);
    BOOST_TEST_REQUIRE(server.get() != nullptr);
    BOOST_TEST(verify(authority.get(), server.get(), "localhost", nullptr) == X509_V_OK);
    BOOST_TEST(verify(authority.get(), server.get(), nullptr, "127.0.0.1") == X509_V_OK);
    BOOST_TEST(verify(authority.get(), server.get(), nullptr, "::1") == X509_V_OK);
    BOOST_TEST(verify(authority.get(), server.get(), "example.com", nullptr) == X509_V_ERR_HOSTNAME_MISMATCH);
    BOOST_TEST(verify(authority.get(), server.get(), nullptr, "127.0.0.2") == X509_V_ERR_IP_ADDRESS_MISMATCH);
    BOOST_TEST(X509_check_ca(authority.get()) == 1);
    BOOST_TEST(X509_check_ca(server.get()) == 0);
}

BOOST_AUTO_TEST_CASE(are_new_every_time) {
    auto const one = clerk::testing::make_certificates();
    auto const other = clerk::testing::make_certificates();
    BOOST_TEST(one.ca_pem != other.ca_pem);
    BOOST_TEST(one.server_key_pem != other.server_key_pem);
    BOOST_TEST(verify(read(other.ca_pem).get(), read(one.server_pem).get(), "localhost", nullptr) != X509_V_OK);
}

BOOST_AUTO_TEST_SUITE_END()
