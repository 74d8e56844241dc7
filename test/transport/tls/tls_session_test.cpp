// A TLS session with a server in memory: bytes in pieces of every size, a transport that blocks, fails and ends, and
// unread bytes.
#include "transport/tls/tls_session.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clerk::transport {
BOOST_AUTO_TEST_SUITE(tls_session)

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using boost::system::error_code;

struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};

// A key that both sides know, instead of certificates.
constexpr std::array<unsigned char, 32> shared_key{1, 2, 3};

unsigned client_key(SSL*, char const*, char* identity, unsigned, unsigned char* key, unsigned) {
    std::copy_n("client", 7, identity);
    std::copy(shared_key.begin(), shared_key.end(), key);
    return shared_key.size();
}
unsigned server_key(SSL*, char const*, unsigned char* key, unsigned) {
    std::copy(shared_key.begin(), shared_key.end(), key);
    return shared_key.size();
}

std::unique_ptr<SSL_CTX, Free> context(SSL_METHOD const* method) {
    std::unique_ptr<SSL_CTX, Free> made{SSL_CTX_new(method)};
    SSL_CTX_set_min_proto_version(made.get(), TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(made.get(), "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_psk_client_callback(made.get(), client_key);
    SSL_CTX_set_psk_server_callback(made.get(), server_key);
    return made;
}

// The bytes in transit in both directions.
struct Wire final : TlsTransport {
    std::string to_client{};
    std::string to_server{};
    std::size_t piece{};  // most bytes at once
    bool blocks{};        // every other operation
    error_code end{};     // the result after the bytes, instead of would_block
    bool full{};          // accepts no byte
    error_code gone{};    // the error of sending
    std::size_t receipts{};
    bool blocked{};

    std::size_t receive(asio::mutable_buffer room, error_code& ec) noexcept override {
        ++receipts;
        if (to_client.empty() || (blocks && !std::exchange(blocked, !blocked))) {
            ec = to_client.empty() && end ? end : error_code{asio::error::would_block};
            return 0;
        }
        std::size_t const n = asio::buffer_copy(room, asio::buffer(to_client), piece);
        to_client.erase(0, n);
        return n;
    }
    std::size_t send(asio::const_buffer bytes, error_code& ec) noexcept override {
        if (gone) {
            ec = gone;
            return 0;
        }
        if (full || (blocks && !std::exchange(blocked, !blocked))) {
            ec = asio::error::would_block;
            return 0;
        }
        std::size_t const n = std::min(piece, bytes.size());
        to_server.append(static_cast<char const*>(bytes.data()), n);
        return n;
    }
};

class Server {
public:
    explicit Server(Wire& wire) : wire_{wire} {
        SSL_set_bio(ssl_.get(), in_, out_);
        SSL_set_accept_state(ssl_.get());
    }

    // Reads what has arrived, and answers by itself: handshake, tickets. Returns what the client has written.
    std::string advance() {
        BIO_write(in_, wire_.to_server.data(), static_cast<int>(wire_.to_server.size()));
        wire_.to_server.clear();
        std::string received;
        std::array<char, 1000> buffer{};
        for (int n; (n = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
            received.append(buffer.data(), static_cast<std::size_t>(n));
        }
        flush();
        return received;
    }
    void write(std::string_view text) {
        BOOST_REQUIRE_EQUAL(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())),
                            static_cast<int>(text.size()));
        flush();
    }
    void update_keys(bool ask) {
        SSL_key_update(ssl_.get(), ask ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
        SSL_do_handshake(ssl_.get());
        flush();
    }
    void send_ticket() {
        SSL_new_session_ticket(ssl_.get());
        SSL_do_handshake(ssl_.get());
        flush();
    }
    void end() {
        SSL_shutdown(ssl_.get());
        flush();
    }

private:
    void flush() {
        std::array<char, 1000> buffer{};
        for (int n; (n = BIO_read(out_, buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
            wire_.to_client.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }

    Wire& wire_;
    std::unique_ptr<SSL_CTX, Free> context_{context(TLS_server_method())};
    std::unique_ptr<SSL, Free> ssl_{SSL_new(context_.get())};
    BIO* in_{BIO_new(BIO_s_mem())};  // these two are `ssl_`'s
    BIO* out_{BIO_new(BIO_s_mem())};
};

struct Pair {
    explicit Pair(std::size_t piece = 100'000, bool blocks = false) {
        wire.piece = piece;
        wire.blocks = blocks;
    }

    void shake_hands() {
        for (int i = 0; i < 20'000; ++i) {
            error_code const ec = session.handshake();
            server.advance();
            if (!ec) return;
            BOOST_REQUIRE(ec == asio::error::would_block);
        }
        BOOST_FAIL("the handshake does not end");
    }
    // Reads until `ec` is set.
    std::string read(error_code& ec) {
        std::string text;
        std::array<char, 700> buffer{};
        for (int idle = 0; idle < 3;) {
            ec = {};
            std::size_t const n = session.read_some(asio::buffer(buffer), ec);
            text.append(buffer.data(), n);
            if (ec && ec != asio::error::would_block) break;
            idle = ec && wire.to_client.empty() ? idle + 1 : 0;
        }
        return text;
    }
    void write(std::string_view text) {
        while (!text.empty()) {
            error_code ec;
            text.remove_prefix(session.write_some(asio::buffer(text), ec));
            BOOST_REQUIRE((!ec || ec == asio::error::would_block));
            if (ec) BOOST_TEST(session.wants_write());
        }
    }

    Wire wire{};
    Server server{wire};
    std::unique_ptr<SSL_CTX, Free> context_{context(TLS_client_method())};
    TlsSession session{context_.get(), wire};
};

std::string text_of(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
    return text;
}

BOOST_DATA_TEST_CASE(bytes_in_pieces_of_any_size_give_the_same, data::make({1, 2, 5, 6, 100, 1000, 100'000}), piece) {
    for (bool const blocks : {false, true}) {
        Pair pair{static_cast<std::size_t>(piece), blocks};
        pair.shake_hands();
        std::string const question = text_of(20'000);
        pair.write(question);
        BOOST_TEST(pair.server.advance() == question);
        std::string const answer = text_of(40'000);
        pair.server.write(answer);
        error_code ec;
        BOOST_TEST(pair.read(ec) == answer);
        BOOST_TEST((ec == asio::error::would_block));
        BOOST_TEST(!pair.session.wants_write());
        BOOST_TEST(!pair.session.has_unread_bytes());
    }
}

BOOST_AUTO_TEST_CASE(a_record_takes_one_look_at_the_transport) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    BOOST_TEST(pair.read(ec) == "");  // tickets
    pair.server.write(text_of(500));
    pair.wire.receipts = 0;
    std::array<char, 700> buffer{};
    ec = {};
    BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 500U);
    BOOST_TEST(pair.wire.receipts == 1U);
}

BOOST_AUTO_TEST_CASE(every_byte_behind_a_record_is_noticed) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    BOOST_TEST(pair.read(ec) == "");
    for (std::size_t extra = 0; extra < 30; ++extra) {
        Pair fresh;
        fresh.shake_hands();
        BOOST_TEST(fresh.read(ec) == "");
        fresh.server.write("answer");
        std::size_t const answer = fresh.wire.to_client.size();
        fresh.server.write("more");
        fresh.wire.to_client.resize(answer + std::min(extra, fresh.wire.to_client.size() - answer));
        std::array<char, 100> buffer{};
        ec = {};
        BOOST_TEST(fresh.session.read_some(asio::buffer(buffer), ec) == 6U);
        BOOST_TEST(fresh.session.has_unread_bytes() == (extra != 0));
        // A check for more bytes reads them, complete or not, but still reports them.
        BOOST_TEST_CONTEXT(extra << " bytes") {
            ec = {};
            std::size_t const n = fresh.session.read_some(asio::buffer(buffer, 1), ec);
            BOOST_TEST((n == 1 || ec == asio::error::would_block));
            BOOST_TEST(fresh.session.has_unread_bytes() == (extra != 0));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_end_and_a_cut_are_told_apart) {
    std::array<char, 10> buffer{};
    {
        Pair pair;
        pair.shake_hands();
        pair.server.end();
        error_code ec;
        pair.read(ec);
        BOOST_TEST((ec == asio::error::eof));
    }
    {
        Pair pair;
        pair.shake_hands();
        error_code ec;
        pair.read(ec);
        pair.wire.end = asio::error::eof;
        pair.read(ec);
        BOOST_TEST((ec == asio::ssl::error::stream_truncated));
    }
    {
        Pair pair;
        pair.wire.end = asio::error::eof;  // in the handshake
        BOOST_TEST((pair.session.handshake() == asio::ssl::error::stream_truncated));
    }
    {
        Pair pair;
        pair.shake_hands();
        error_code ec;
        pair.read(ec);
        pair.wire.end = asio::error::connection_reset;
        pair.read(ec);
        BOOST_TEST((ec == asio::error::connection_reset));
    }
    {
        Pair pair;
        pair.shake_hands();
        error_code ec;
        pair.read(ec);
        pair.server.write("x");
        pair.wire.to_client.back() ^= 1;
        BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
        BOOST_TEST((ec.category() == asio::error::get_ssl_category()));
    }
}

BOOST_AUTO_TEST_CASE(a_blocked_write_is_sent_once) {
    Pair pair;
    pair.shake_hands();
    pair.wire.full = true;
    std::string const text = text_of(300);
    for (int i = 0; i < 3; ++i) {
        error_code ec;
        std::string const copy = text;  // the same bytes need not be at the same place
        BOOST_TEST(pair.session.write_some(asio::buffer(copy), ec) == 0U);
        BOOST_TEST((ec == asio::error::would_block));
        BOOST_TEST(pair.session.wants_write());
    }
    pair.wire.full = false;
    pair.write(text);
    BOOST_TEST(pair.server.advance() == text);
}

// Errors that other code of the thread left in OpenSSL's queue.
BOOST_AUTO_TEST_CASE(errors_of_other_code_are_not_taken_for_its_own) {
    auto const leave_an_error = [] { ERR_raise(ERR_LIB_USER, 1); };
    std::array<char, 10> buffer{};
    error_code ec;
    Pair pair;
    pair.shake_hands();
    pair.read(ec);
    ec = {};

    leave_an_error();
    BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
    BOOST_TEST(ec == asio::error::would_block);
    leave_an_error();
    pair.wire.full = true;
    BOOST_TEST(pair.session.write_some(asio::buffer("text", 4), ec) == 0U);
    BOOST_TEST(ec == asio::error::would_block);
    BOOST_TEST(pair.session.wants_write());
    pair.wire.full = false;
    leave_an_error();
    BOOST_TEST(pair.session.write_some(asio::buffer("text", 4), ec) == 4U);
    BOOST_TEST(pair.server.advance() == "text");

    leave_an_error();
    pair.wire.gone = asio::error::connection_reset;
    BOOST_TEST(pair.session.write_some(asio::buffer("more", 4), ec) == 0U);
    BOOST_TEST(ec == asio::error::connection_reset);

    Pair ended;
    ended.shake_hands();
    ended.read(ec);
    ended.server.end();
    leave_an_error();
    BOOST_TEST(ended.session.read_some(asio::buffer(buffer), ec) == 0U);
    BOOST_TEST(ec == asio::error::eof);

    Pair damaged;
    damaged.shake_hands();
    damaged.read(ec);
    damaged.server.write("x");
    damaged.wire.to_client.back() ^= 1;
    leave_an_error();
    BOOST_TEST(damaged.session.read_some(asio::buffer(buffer), ec) == 0U);
    BOOST_TEST(ec.category().name() == asio::error::get_ssl_category().name());
    BOOST_TEST(ERR_GET_LIB(static_cast<unsigned long>(ec.value())) == ERR_LIB_SSL);
}

// A peer that does not read and requests new keys: OpenSSL would answer the second request in the middle of the blocked
// record.
BOOST_AUTO_TEST_CASE(requests_for_new_keys_do_not_end_a_blocked_write) {
    for (bool const read_meanwhile : {false, true}) {
        Pair pair;
        pair.shake_hands();
        pair.server.advance();
        pair.wire.full = true;
        std::string const text = text_of(40'000);
        error_code ec;
        BOOST_TEST(pair.session.write_some(asio::buffer(text), ec) == 0U);
        BOOST_TEST(ec == asio::error::would_block);
        std::array<char, 100> buffer{};
        for (int i = 0; i < 5; ++i) {
            pair.server.update_keys(true);
            ec = {};
            if (read_meanwhile) BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
            if (read_meanwhile) BOOST_TEST(ec == asio::error::would_block);
        }
        ec = {};
        BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
        BOOST_TEST(ec == asio::error::would_block);
        BOOST_TEST(pair.session.wants_write());
        pair.wire.full = false;
        pair.write(text);
        BOOST_TEST(pair.server.advance() == text);
        pair.server.write("answer");
        BOOST_TEST(pair.read(ec) == "answer");
        pair.write("more");
        BOOST_TEST(pair.server.advance() == "more");
    }
}

// A peer that closes after its answer reads no more, not even the new keys that it has requested before.
BOOST_AUTO_TEST_CASE(an_answer_is_read_completely_although_the_peer_has_closed) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    BOOST_TEST(pair.read(ec) == "");
    for (int i = 0; i < 3; ++i) pair.server.update_keys(true);
    pair.server.write("ans");
    for (int i = 0; i < 3; ++i) pair.server.update_keys(true);
    pair.server.write("wer");
    pair.server.end();
    pair.wire.gone = asio::error::broken_pipe;
    BOOST_TEST(pair.read(ec) == "answer");
    BOOST_TEST(ec == error_code{asio::error::eof});
    ec = {};
    BOOST_TEST(pair.session.write_some(asio::buffer("more", 4), ec) == 0U);
    BOOST_TEST(ec == error_code{asio::error::broken_pipe});
}

// TLS messages without application data.
BOOST_AUTO_TEST_CASE(what_is_read_in_a_turn_is_bounded) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    BOOST_TEST(pair.read(ec) == "");
    while (pair.wire.to_client.size() < 3 * TlsSession::turn_limit) pair.server.update_keys(false);
    pair.server.write("answer");
    std::array<char, 100> buffer{};
    for (int turn = 0; turn < 4; ++turn) {
        pair.session.begin_turn();
        std::size_t const before = pair.wire.to_client.size();
        ec = {};
        std::size_t const n = pair.session.read_some(asio::buffer(buffer), ec);
        BOOST_TEST(before - pair.wire.to_client.size() <= TlsSession::turn_limit);
        BOOST_TEST(pair.session.turn_is_over() == (turn < 3));
        BOOST_TEST(n == (turn < 3 ? 0U : 6U));
        BOOST_TEST(ec == (turn < 3 ? error_code{asio::error::would_block} : error_code{}));
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_asks_for_new_keys_without_an_end_is_given_up) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    std::array<char, 100> buffer{};
    int requests{};
    for (ec = asio::error::would_block; ec == asio::error::would_block && requests < 100; ++requests) {
        pair.server.update_keys(true);
        pair.session.begin_turn();
        ec = {};
        BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
    }
    BOOST_TEST(ec == make_error_code(boost::system::errc::protocol_error));
    BOOST_TEST(requests > TlsSession::most_answers);
}

BOOST_AUTO_TEST_CASE(a_peer_that_sends_no_application_data_is_given_up) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    std::array<char, 100> buffer{};
    std::size_t given{};
    for (ec = asio::error::would_block; ec == asio::error::would_block;) {
        pair.server.update_keys(false);
        given += pair.wire.to_client.size();
        pair.session.begin_turn();
        ec = {};
        BOOST_TEST(pair.session.read_some(asio::buffer(buffer), ec) == 0U);
    }
    BOOST_TEST(ec == make_error_code(boost::system::errc::protocol_error));
    BOOST_TEST(given > TlsSession::overhead_limit);
    BOOST_TEST(given < TlsSession::overhead_limit + 2 * TlsSession::turn_limit);
}

// HelloRequests, before there is a certificate to check.
BOOST_AUTO_TEST_CASE(a_handshake_takes_its_turns_and_ends) {
    Wire wire{};
    wire.piece = 100'000;
    auto const client = context(TLS_client_method());
    TlsSession session{client.get(), wire};
    std::size_t taken{};
    for (;;) {
        while (wire.to_client.size() < 2 * TlsSession::turn_limit) wire.to_client.append("\x16\3\3\0\4\0\0\0\0", 9);
        std::size_t const before = wire.to_client.size();
        session.begin_turn();
        error_code const ec = session.handshake();
        BOOST_TEST(before - wire.to_client.size() <= TlsSession::turn_limit);
        taken += before - wire.to_client.size();
        if (ec == asio::error::would_block) continue;
        BOOST_TEST(ec == make_error_code(boost::system::errc::protocol_error));
        break;
    }
    BOOST_TEST(taken > TlsSession::overhead_limit);
}

BOOST_AUTO_TEST_CASE(large_answers_and_small_records_cost_no_turns) {
    Pair pair;
    pair.shake_hands();
    error_code ec;
    BOOST_TEST(pair.read(ec) == "");
    std::string answer = text_of(200'000);
    pair.server.write(answer);
    for (int i = 0; i < 1000; ++i) pair.server.write("x");
    answer += std::string(1000, 'x');
    std::string text;
    std::vector<char> buffer(16 * 1024);
    for (ec = {}; !ec;) text.append(buffer.data(), pair.session.read_some(asio::buffer(buffer), ec));
    BOOST_TEST((text == answer));
    BOOST_TEST(!pair.session.turn_is_over());
}

BOOST_AUTO_TEST_CASE(closing_says_so_or_leaves_it) {
    for (bool const full : {false, true}) {
        Pair pair;
        pair.shake_hands();
        pair.server.advance();
        pair.wire.full = full;
        pair.session.close();
        BOOST_TEST(pair.wire.to_server.empty() == full);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::transport
