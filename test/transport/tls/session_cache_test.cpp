#include "transport/tls/session_cache.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(session_cache)

namespace {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct SslDeleter {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

// A connection's sessions, as the TLS library reports them.
struct Fixture {
    std::unique_ptr<SSL_CTX, ContextDeleter> context{SSL_CTX_new(TLS_client_method())};
    std::unique_ptr<SessionCache> cache{std::make_unique<SessionCache>(context.get())};
    std::unique_ptr<SSL, SslDeleter> ssl{SSL_new(context.get())};

    static SessionPtr session(unsigned char id) {
        SessionPtr made{SSL_SESSION_new()};
        std::array<unsigned char, 32> bytes{};
        bytes.fill(id);
        BOOST_REQUIRE(SSL_SESSION_set1_id(made.get(), bytes.data(), bytes.size()) == 1);
        return made;
    }
    void report(SSL_SESSION* session) const {
        auto const callback = SSL_CTX_sess_get_new_cb(context.get());
        BOOST_REQUIRE(callback != nullptr);
        BOOST_TEST(callback(ssl.get(), session) == 0);  // the session stays the library's
    }
    static int id(SessionPtr const& session) {
        unsigned size{};
        return session ? SSL_SESSION_get_id(session.get(), &size)[0] : -1;
    }
};

BOOST_FIXTURE_TEST_CASE(the_newest_is_used_first_and_each_once, Fixture) {
    BOOST_TEST((cache->take() == nullptr));
    for (unsigned char i = 1; i <= 3; ++i) report(session(i).get());
    BOOST_TEST(id(cache->take()) == 3);
    BOOST_TEST(id(cache->take()) == 2);
    // The last session is used until there is another one.
    BOOST_TEST(id(cache->take()) == 1);
    BOOST_TEST(id(cache->take()) == 1);
    report(session(4).get());
    BOOST_TEST(id(cache->take()) == 4);
    cache->clear();
    BOOST_TEST((cache->take() == nullptr));
}

// The TLS library writes to the session of a connection, without a lock.
BOOST_FIXTURE_TEST_CASE(no_two_connections_share_a_session, Fixture) {
    auto const original = session(1);
    report(original.get());
    SessionPtr const first = cache->take();
    SessionPtr const second = cache->take();
    BOOST_TEST(first.get() != second.get());
    BOOST_TEST(first.get() != original.get());
    BOOST_TEST(second.get() != original.get());
}

BOOST_FIXTURE_TEST_CASE(it_keeps_a_limited_number, Fixture) {
    for (unsigned i = 0; i < 200; ++i) report(session(static_cast<unsigned char>(i)).get());
    int taken = 0;
    while (id(cache->take()) != 199 - static_cast<int>(SessionCache::capacity) + 1) ++taken;
    BOOST_TEST(taken == static_cast<int>(SessionCache::capacity) - 1);
}

BOOST_FIXTURE_TEST_CASE(a_file_without_an_identity_cannot_be_continued, Fixture) {
    SessionPtr const empty{SSL_SESSION_new()};
    report(empty.get());
    BOOST_TEST((cache->take() == nullptr));
}

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};

// A server in memory whose certificate is valid for an hour, and clients whose time the test sets.
struct Handshakes {
    Handshakes() {
        std::unique_ptr<EVP_PKEY, KeyDeleter> const key{EVP_EC_gen("P-256")};
        std::unique_ptr<X509, decltype(&X509_free)> const certificate{X509_new(), &X509_free};
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
        X509_time_adj(X509_getm_notAfter(certificate.get()), 1000, &begin.wall);
        X509_set_pubkey(certificate.get(), key.get());
        BOOST_REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
        BOOST_REQUIRE(SSL_CTX_use_certificate(server.get(), certificate.get()) == 1);
        BOOST_REQUIRE(SSL_CTX_use_PrivateKey(server.get(), key.get()) == 1);
    }

    // Whether it resumed a session.
    bool connect() {
        std::unique_ptr<SSL, SslDeleter> const near{SSL_new(client.get())};
        std::unique_ptr<SSL, SslDeleter> const far{SSL_new(server.get())};
        BIO* near_bio{};
        BIO* far_bio{};
        BOOST_REQUIRE(BIO_new_bio_pair(&near_bio, 0, &far_bio, 0) == 1);
        SSL_set_bio(near.get(), near_bio, near_bio);
        SSL_set_bio(far.get(), far_bio, far_bio);
        SSL_set_connect_state(near.get());
        SSL_set_accept_state(far.get());
        if (SessionPtr const session = cache.take()) SSL_set_session(near.get(), session.get());
        char byte{};
        for (int i = 0; i < 10; ++i) {  // tickets follow the handshake
            SSL_read(near.get(), &byte, 1);
            SSL_read(far.get(), &byte, 1);
        }
        BOOST_REQUIRE(SSL_is_init_finished(near.get()));
        return SSL_session_reused(near.get()) == 1;
    }

    SessionCache::Time begin{std::chrono::seconds{5'000'000}, std::time(nullptr)};
    SessionCache::Time now{begin};
    std::unique_ptr<SSL_CTX, ContextDeleter> server{SSL_CTX_new(TLS_server_method())};
    std::unique_ptr<SSL_CTX, ContextDeleter> client{SSL_CTX_new(TLS_client_method())};
    SessionCache cache{client.get(), [this] { return now; }};
};

BOOST_FIXTURE_TEST_CASE(a_chain_of_resumed_sessions_ends_after_an_hour, Fixture) {
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Handshakes f;
        SSL_CTX_set_max_proto_version(f.client.get(), version);
        BOOST_TEST(!f.connect());
        BOOST_TEST(f.connect());
        f.now.steady = f.begin.steady + SessionCache::longest_chain / 2;
        BOOST_TEST(f.connect());
        f.now.steady = f.begin.steady + SessionCache::longest_chain - std::chrono::seconds{1};
        BOOST_TEST(f.connect());
        f.now.steady += std::chrono::seconds{1};
        BOOST_TEST(!f.connect());
        // The next chain begins with this handshake.
        f.now.steady += SessionCache::longest_chain - std::chrono::seconds{1};
        BOOST_TEST(f.connect());
        f.now.steady += std::chrono::seconds{1};
        BOOST_TEST(!f.connect());
    }
}

BOOST_FIXTURE_TEST_CASE(a_session_ends_with_its_certificate, Fixture) {
    Handshakes f;
    BOOST_TEST(!f.connect());
    f.now.wall = f.begin.wall + 999;
    BOOST_TEST(f.connect());
    f.now.wall = f.begin.wall + 1001;
    BOOST_TEST((f.cache.take() == nullptr));
    BOOST_TEST(!f.connect());
}

BOOST_FIXTURE_TEST_CASE(a_context_may_be_told_to_keep_none, Fixture) {
    std::unique_ptr<SSL_CTX, ContextDeleter> const other{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_session_cache_mode(other.get(), SSL_SESS_CACHE_OFF);
    SessionCache none{other.get()};
    BOOST_TEST((SSL_CTX_sess_get_new_cb(other.get()) == nullptr));
    BOOST_TEST(SSL_CTX_get_session_cache_mode(other.get()) == SSL_SESS_CACHE_OFF);
    BOOST_TEST((none.take() == nullptr));
}

BOOST_FIXTURE_TEST_CASE(threads_share_it, Fixture) {
    std::atomic<int> taken{};
    std::atomic<int> unknown{};
    std::vector<std::thread> threads;
    for (unsigned char thread = 0; thread < 4; ++thread) {
        threads.emplace_back([this, thread, &taken, &unknown] {
            std::unique_ptr<SSL, SslDeleter> const own{SSL_new(context.get())};
            for (int i = 0; i < 300; ++i) {
                SessionPtr const made{SSL_SESSION_new()};
                std::array<unsigned char, 4> const bytes{thread, 1, 2, 3};
                SSL_SESSION_set1_id(made.get(), bytes.data(), bytes.size());
                SSL_CTX_sess_get_new_cb(context.get())(own.get(), made.get());
                if (SessionPtr const session = cache->take()) {
                    ++taken;
                    if (id(session) >= 4) ++unknown;
                }
                if (i % 50 == 0) cache->clear();
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(taken.load() > 0);
    BOOST_TEST(unknown.load() == 0);
    cache->clear();
    BOOST_TEST(cache->take().get() == nullptr);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
