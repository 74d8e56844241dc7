// Which certificates the client accepts, and how it reports the others.
#include <clerk.hpp>

#include "support/printing.hpp"
#include "support/run.hpp"
#include "support/tls_handler.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
BOOST_AUTO_TEST_SUITE(certificates)

namespace {

using test::Authority;
using test::CertificateOptions;
using test::Issued;
using test::serve_tls;
using test::TcpServer;

Config config_for(TcpServer const& server, Authority const& trusted) {
    Config config{};
    config.secret_key = Secret{"sk_test_certificates"};
    config.base_url = "https://" + server.authority() + "/v1";
    config.tls.ca_pem = trusted.pem();
    config.retry.max_attempts = 1;
    config.timeout.total = std::chrono::seconds{20};
    return config;
}

Result<Organization> fetch(Config const& config) {
    boost::asio::io_context io;
    Client const client{io.get_executor(), config};
    OrganizationsApi api{client};
    return test::run(io, api.get_organization("org_1"));
}

std::string text_of(Result<Organization> const& result) { return result ? "success" : to_string(result.error()); }

struct BioDeleter {
    void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
};
std::unique_ptr<BIO, BioDeleter> memory(std::string const& text) {
    return std::unique_ptr<BIO, BioDeleter>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

void check(bool ok) {
    if (!ok) throw std::runtime_error{"OpenSSL refused"};
}

// As in docs/tls.md.
void use_revocation_list(SSL_CTX* context, std::string const& pem) {
    auto const bio = memory(pem);
    std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> const list{
        PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr), &X509_CRL_free};
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    check(list && X509_STORE_add_crl(store, list.get()) == 1);
    check(X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK) == 1);
}

void use_identity(SSL_CTX* context, Issued const& identity) {
    auto const certificate_bio = memory(identity.certificate_pem);
    auto const key_bio = memory(identity.key_pem);
    std::unique_ptr<X509, decltype(&X509_free)> const certificate{
        PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr), &X509_free};
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key{
        PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
    check(SSL_CTX_use_certificate(context, certificate.get()) == 1);
    check(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
}

void demand_client_certificate(SSL_CTX* context, std::string const& authority_pem) {
    auto const bio = memory(authority_pem);
    std::unique_ptr<X509, decltype(&X509_free)> const authority{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                                &X509_free};
    check(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) == 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
Digest& pin() {
    static Digest expected{};
    return expected;
}
Digest key_digest(X509* certificate) {
    Digest digest{};
    check(X509_pubkey_digest(certificate, EVP_sha256(), digest.data(), nullptr) == 1);
    return digest;
}
int check_pin(int accepted, X509_STORE_CTX* state) {
    if (accepted != 1 || X509_STORE_CTX_get_error_depth(state) != 0) return accepted;  // depth 0 comes last
    if (key_digest(X509_STORE_CTX_get0_cert(state)) == pin()) return 1;
    X509_STORE_CTX_set_error(state, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

// A directory that is removed at the end of the test.
class TemporaryDirectory {
public:
    TemporaryDirectory() { std::filesystem::create_directories(path_); }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;
    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_{
        std::filesystem::temp_directory_path() /
        ("clerk_ca_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()))};
};

struct Row {
    std::string_view name;
    CertificateOptions options;
    std::string_view reason;  // in the message; empty: accepted
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_fault_is_named) {
    std::vector<Row> rows(10);
    rows[0].name = "none";
    rows[1] = {"expired", {.begins_in_days = -30, .ends_in_days = -1}, "has expired"};
    rows[2] = {"not yet valid", {.begins_in_days = 1}, "not yet valid"};
    rows[3] = {"another address", {.alternative_names = "IP:127.0.0.2,DNS:localhost"}, "IP address mismatch"};
    rows[4] = {"self-signed", {.self_signed = true}, "signed certificate"};
    rows[5] = {"no alternative name", {.common_name = "127.0.0.1", .alternative_names = ""}, "IP address mismatch"};
    rows[6] = {"an address as a name", {.alternative_names = "DNS:127.0.0.1"}, "IP address mismatch"};
    rows[7] = {"for clients", {.extended_usage = "clientAuth"}, "purpose"};
    rows[8] = {"a weak key", {.rsa_bits = 1024}, "too weak"};
    rows[9] = {"a strong RSA key", {.rsa_bits = 2048}, ""};
    Authority authority;
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TcpServer const server{serve_tls(authority.issue(row.options))};
            auto const result = fetch(config_for(server, authority));
            BOOST_TEST_CONTEXT(text_of(result)) {
                BOOST_REQUIRE_EQUAL(result.has_value(), row.reason.empty());
                if (row.reason.empty()) continue;
                Error const error = result.error();
                BOOST_TEST(error == errc::certificate_rejected);
                BOOST_TEST(error == condition::transport);
                BOOST_TEST(error.message().starts_with("the server's certificate was rejected: "));
                BOOST_TEST(error.message().find(row.reason) != std::string_view::npos);
                BOOST_TEST(error.stop_reason() == StopReason::not_retryable);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_host_name_must_be_an_alternative_name) {
    std::vector<Row> rows(6);
    rows[0] = {"its own", {.alternative_names = "DNS:localhost"}, ""};
    rows[1] = {"in capitals", {.alternative_names = "DNS:LocalHost"}, ""};
    rows[2] = {"another", {.alternative_names = "DNS:api.example"}, "ostname mismatch"};
    rows[3] = {"the common name only", {.alternative_names = ""}, "ostname mismatch"};
    rows[4] = {"a part of it", {.alternative_names = "DNS:local*"}, "ostname mismatch"};
    rows[5] = {"everything", {.alternative_names = "DNS:*"}, "ostname mismatch"};
    Authority authority;
    for (Row const& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TcpServer const server{serve_tls(authority.issue(row.options))};
            Config config = config_for(server, authority);
            config.base_url = "https://localhost:" + std::to_string(server.endpoint().port());
            auto const result = fetch(config);
            BOOST_TEST_CONTEXT(text_of(result)) {
                BOOST_REQUIRE_EQUAL(result.has_value(), row.reason.empty());
                if (row.reason.empty()) continue;
                BOOST_TEST(result.error() == errc::certificate_rejected);
                BOOST_TEST(result.error().message().find(row.reason) != std::string_view::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(another_authority_is_not_trusted) {
    Authority mine;
    Authority const other;
    TcpServer const server{serve_tls(mine.issue())};
    auto const result = fetch(config_for(server, other));
    BOOST_REQUIRE(!result.has_value());
    BOOST_TEST(result.error() == errc::certificate_rejected);
}

// The server sends only its own certificate, which an intermediate authority has issued.
BOOST_AUTO_TEST_CASE(each_given_certificate_is_trusted_on_its_own) {
    Authority const root;
    Authority intermediate{&root};
    Issued const leaf = intermediate.issue();
    Issued const other = intermediate.issue();
    Issued const alone = intermediate.issue({.self_signed = true});
    Issued const expired = intermediate.issue({.begins_in_days = -30, .ends_in_days = -1});
    Issued const elsewhere = intermediate.issue({.alternative_names = "DNS:elsewhere.example"});
    struct Row {
        std::string_view name;
        Issued const& server;
        std::string trusted;
        std::string_view reason;  // in the message; empty: accepted
    };
    std::vector<Row> const rows{
        {"the intermediate authority", leaf, intermediate.pem(), ""},
        {"the whole chain", leaf, root.pem() + intermediate.pem(), ""},
        {"the root, which is too far away", leaf, root.pem(), "unable to get local issuer"},
        {"the server's own", leaf, leaf.certificate_pem, ""},
        {"a sister of the server's", leaf, other.certificate_pem, "unable to get local issuer"},
        {"the server's own, self-signed", alone, alone.certificate_pem, ""},
        {"self-signed, but unknown", alone, intermediate.pem(), "signed certificate"},
        {"expired, below the intermediate authority", expired, intermediate.pem(), "has expired"},
        {"expired, the server's own", expired, expired.certificate_pem, "has expired"},
        {"for another host, below the intermediate authority", elsewhere, intermediate.pem(), "IP address mismatch"},
        {"for another host, the server's own", elsewhere, elsewhere.certificate_pem, "IP address mismatch"},
        {"an authority that did not issue it", leaf, Authority{&root}.pem(), "unable to get local issuer"},
    };
    for (Row const& row : rows) {
        TcpServer const server{serve_tls(row.server)};
        Config config = config_for(server, root);
        config.tls.ca_pem = row.trusted;
        auto const result = fetch(config);
        BOOST_TEST_CONTEXT(row.name << ": " << text_of(result)) {
            BOOST_TEST(result.has_value() == row.reason.empty());
            if (result || row.reason.empty()) continue;
            BOOST_TEST(result.error() == errc::certificate_rejected);
            BOOST_TEST(result.error().message().find(row.reason) != std::string_view::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_directory_of_authorities_is_looked_up) {
    Authority mine;
    Authority const other;
    TcpServer const server{serve_tls(mine.issue())};
    TemporaryDirectory const directory;
    Config config = config_for(server, mine);
    config.tls.ca_pem.clear();
    config.tls.ca_directory = directory.path().string();
    auto const before = fetch(config);
    BOOST_REQUIRE(!before.has_value());
    BOOST_TEST(before.error() == errc::certificate_rejected);
    std::ofstream{directory.path() / mine.hashed_name()} << mine.pem();
    auto const after = fetch(config);
    BOOST_TEST_CONTEXT(text_of(after)) BOOST_TEST(after.has_value());
    // Together with another source.
    config.tls.ca_pem = other.pem();
    BOOST_TEST(fetch(config).has_value());
}

BOOST_AUTO_TEST_CASE(unusable_trust_anchors_are_refused_by_field) {
    TemporaryDirectory const directory;
    std::ofstream{directory.path() / "text"} << "no certificate";
    struct Refusal {
        std::string_view field;
        std::function<void(TlsOptions&)> change;
    };
    std::vector<Refusal> const rows{
        {"tls.ca_file", [&](TlsOptions& tls) { tls.ca_file = (directory.path() / "missing").string(); }},
        {"tls.ca_file", [&](TlsOptions& tls) { tls.ca_file = (directory.path() / "text").string(); }},
        {"tls.ca_file", [&](TlsOptions& tls) { tls.ca_file = directory.path().string(); }},
        {"tls.ca_pem", [](TlsOptions& tls) { tls.ca_pem = "no certificate"; }},
        {"tls.ca_directory", [&](TlsOptions& tls) { tls.ca_directory = (directory.path() / "missing").string(); }},
        {"tls.ca_directory", [&](TlsOptions& tls) { tls.ca_directory = (directory.path() / "text").string(); }},
        {"tls.customize",
         [](TlsOptions& tls) {
             tls.customize = [](SSL_CTX* context) { SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr); };
         }},
    };
    for (Refusal const& row : rows) {
        Config config{.secret_key = Secret{"sk_test_1"}};
        row.change(config.tls);
        boost::asio::io_context io;
        BOOST_CHECK_EXCEPTION((Client{io.get_executor(), config}), Exception, [&](Exception const& e) {
            return e.error() == errc::invalid_argument && e.error().field() == row.field;
        });
    }
}

BOOST_AUTO_TEST_CASE(what_the_hook_throws_leaves_the_constructor) {
    Config config{.secret_key = Secret{"sk_test_1"}};
    config.tls.customize = [](SSL_CTX*) { throw std::logic_error{"mine"}; };
    boost::asio::io_context io;
    BOOST_CHECK_THROW((Client{io.get_executor(), config}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_hook_is_called_once_with_everything_applied) {
    Authority authority;
    TcpServer const server{serve_tls(authority.issue())};
    Config config = config_for(server, authority);
    config.tls.min_version = TlsVersion::tls_1_3;
    int called = 0;
    config.tls.customize = [&](SSL_CTX* context) {
        ++called;
        BOOST_TEST(SSL_CTX_get_min_proto_version(context) == TLS1_3_VERSION);
        BOOST_TEST(SSL_CTX_get_security_level(context) >= 2);
        BOOST_TEST((SSL_CTX_get_verify_mode(context) & SSL_VERIFY_PEER) != 0);
        BOOST_TEST((SSL_CTX_get_options(context) & SSL_OP_NO_RENEGOTIATION) != 0);
        BOOST_TEST(sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context))) == 1);
    };
    BOOST_TEST(fetch(config).has_value());
    BOOST_TEST(called == 1);
}

BOOST_AUTO_TEST_CASE(a_revoked_certificate_is_rejected) {
    Authority root;
    Authority intermediate{&root};
    for (Authority* const authority : {&root, &intermediate}) {
        Issued const good = authority->issue();
        Issued const bad = authority->issue();
        std::string const list = authority->crl_pem({bad.serial});
        for (Issued const& identity : {good, bad}) {
            TcpServer const server{serve_tls(identity)};
            Config config = config_for(server, *authority);
            BOOST_TEST(fetch(config).has_value());  // the list is not checked yet
            config.tls.customize = [&](SSL_CTX* context) { use_revocation_list(context, list); };
            auto const result = fetch(config);
            BOOST_TEST_CONTEXT(text_of(result)) {
                BOOST_REQUIRE_EQUAL(result.has_value(), identity.serial == good.serial);
                if (result) continue;
                BOOST_TEST(result.error() == errc::certificate_rejected);
                BOOST_TEST(result.error().message().find("revoked") != std::string_view::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_pinned_key_is_the_only_one_accepted) {
    Authority authority;
    Issued const pinned = authority.issue();
    auto const bio = memory(pinned.certificate_pem);
    std::unique_ptr<X509, decltype(&X509_free)> const certificate{
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free};
    pin() = key_digest(certificate.get());
    for (bool const is_pinned : {true, false}) {
        TcpServer const server{serve_tls(is_pinned ? pinned : authority.issue())};
        Config config = config_for(server, authority);
        config.tls.customize = [](SSL_CTX* context) { SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &check_pin); };
        auto const result = fetch(config);
        BOOST_TEST_CONTEXT(text_of(result)) {
            BOOST_REQUIRE_EQUAL(result.has_value(), is_pinned);
            if (!is_pinned) BOOST_TEST(result.error() == errc::certificate_rejected);
        }
    }
    // Still for this host only.
    CertificateOptions elsewhere{};
    elsewhere.alternative_names = "DNS:elsewhere.example";
    TcpServer const server{serve_tls(authority.issue(elsewhere))};
    Config config = config_for(server, authority);
    config.tls.customize = [](SSL_CTX* context) { SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &check_pin); };
    BOOST_TEST(fetch(config).error() == errc::certificate_rejected);
}

BOOST_AUTO_TEST_CASE(a_client_certificate_is_presented) {
    Authority authority;
    CertificateOptions for_clients{};
    for_clients.extended_usage = "clientAuth";
    Issued const mine = authority.issue(for_clients);
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        std::string const trusted = authority.pem();
        TcpServer const server{serve_tls(authority.issue(), [&](SSL_CTX* context) {
            SSL_CTX_set_max_proto_version(context, version);
            demand_client_certificate(context, trusted);
        })};
        Config config = config_for(server, authority);
        auto const without = fetch(config);
        BOOST_REQUIRE(!without.has_value());
        BOOST_TEST(without.error() == condition::transport);
        config.tls.customize = [&](SSL_CTX* context) { use_identity(context, mine); };
        auto const with = fetch(config);
        BOOST_TEST_CONTEXT(text_of(with)) BOOST_TEST(with.has_value());
    }
}

BOOST_AUTO_TEST_CASE(old_versions_are_not_spoken) {
    struct Version {
        int least;
        int most;
        TlsVersion min_version;
        bool works;
    };
    std::vector<Version> const rows{
        {TLS1_VERSION, TLS1_VERSION, TlsVersion::tls_1_2, false},
        {TLS1_VERSION, TLS1_1_VERSION, TlsVersion::tls_1_2, false},
        {TLS1_VERSION, TLS1_2_VERSION, TlsVersion::tls_1_2, true},
        {TLS1_VERSION, TLS1_3_VERSION, TlsVersion::tls_1_2, true},
        {TLS1_2_VERSION, TLS1_2_VERSION, TlsVersion::tls_1_3, false},
        {TLS1_2_VERSION, TLS1_3_VERSION, TlsVersion::tls_1_3, true},
        {TLS1_3_VERSION, TLS1_3_VERSION, TlsVersion::tls_1_2, true},
    };
    Authority authority;
    for (Version const& row : rows) {
        BOOST_TEST_CONTEXT(row.least << "…" << row.most) {
            TcpServer const server{serve_tls(authority.issue(), [&](SSL_CTX* context) {
                SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
                SSL_CTX_set_min_proto_version(context, row.least);
                SSL_CTX_set_max_proto_version(context, row.most);
            })};
            Config config = config_for(server, authority);
            config.tls.min_version = row.min_version;
            auto const result = fetch(config);
            BOOST_TEST_CONTEXT(text_of(result)) {
                BOOST_REQUIRE_EQUAL(result.has_value(), row.works);
                if (row.works) continue;
                BOOST_TEST(result.error() == errc::tls_failed);
                BOOST_TEST(to_string(result.error()).find("version") != std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
