// A peer that sends endless input for the TLS library or the HTTP parser as fast as possible: the event loop remains
// responsive, and the call ends in time.
#include "hostile/hostile_peer.hpp"

#include "support/gzip.hpp"
#include "support/sanitized.hpp"
#include "support/tls_record_peer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <future>
#include <optional>
#include <thread>

namespace clerk::hostile {
BOOST_AUTO_TEST_SUITE(floods)

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using test::TcpServer;
using test::TlsRecord;
using test::TlsRecordPeer;
using Version = TlsRecordPeer::Version;

// The CPU time of this thread, so that other processes do not affect it.
std::chrono::nanoseconds busy_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

std::chrono::milliseconds rounded(std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time);
}

constexpr auto deadline = 300ms;
#ifdef CLERK_TEST_SANITIZED
constexpr std::chrono::milliseconds longest_turn = 500ms;  // instrumented code takes many times as long
constexpr std::chrono::milliseconds longest_delay = 1s;
#else
constexpr std::chrono::milliseconds longest_turn = 50ms;
constexpr std::chrono::milliseconds longest_delay = 100ms;
#endif

// The greatest delay of a timer on the same thread, and how long a call continues after its deadline.
class Watch {
public:
    explicit Watch(boost::asio::io_context& io) : tick_{io}, deadline_{io, deadline} {
        tick();
        deadline_.async_wait([this](boost::system::error_code ec) {
            if (!ec) late_since_ = busy_time();
        });
    }
    void call_ended() {
        if (late_since_) delay = rounded(busy_time() - *late_since_);
        ended_ = true;
        tick_.cancel();
        deadline_.cancel();
    }

    std::chrono::milliseconds worst{};
    std::chrono::milliseconds delay{};

private:
    void tick() {
        tick_.expires_after(1ms);
        tick_.async_wait([this, begin = busy_time()](boost::system::error_code) {
            worst = std::max(worst, rounded(busy_time() - begin));
            if (!ended_) tick();
        });
    }
    boost::asio::steady_timer tick_;
    boost::asio::steady_timer deadline_;
    std::optional<std::chrono::nanoseconds> late_since_{};
    bool ended_{};
};

// Makes calls to a server that runs `serve` on its connections, after an optional preparation.
void check_call(std::string const& ca_pem, TcpServer::Handler serve, std::future<void> const& flood_is_ready = {}) {
    TcpServer const server{std::move(serve)};
    Config config{};
    config.secret_key = Secret{std::string{key}};
    config.base_url = "https://" + server.authority();
    config.tls.ca_pem = ca_pem;
    config.retry.max_attempts = 1;
    config.timeout.total = deadline;
    config.compression = Compression::on;
    boost::asio::io_context io;
    Client client{io.get_executor(), config};
    OrganizationsApi api{client};
    if (flood_is_ready.valid()) {
        BOOST_REQUIRE(test::run(io, client.prewarm(1)));
        flood_is_ready.wait();
        io.restart();
    }
    Watch watch{io};
    Result<Organization> result{Organization{}};
    boost::asio::co_spawn(io, api.get_organization("org_1"), [&](std::exception_ptr, Result<Organization> ended) {
        watch.call_ended();
        result = std::move(ended);
    });
    io.run();
    BOOST_TEST_MESSAGE("  longest turn " << watch.worst.count() << " ms, " << watch.delay.count()
                                         << " ms too late: " << to_text(result));
    BOOST_REQUIRE(!result);
    BOOST_TEST(watch.worst.count() < longest_turn.count());
    BOOST_TEST(watch.delay.count() < longest_delay.count());
    check_no_secret(result.error());
}

// Makes the next piece of a flood.
struct Flood {
    char const* name;
    Version version;
    std::string (*next)(TlsRecordPeer&);
    std::string_view head{};  // sent before it
    std::size_t size{500'000};
};
std::ostream& operator<<(std::ostream& out, Flood const& flood) {
    return out << flood.name << (flood.version == Version::tls_1_2 ? " (TLS 1.2)" : " (TLS 1.3)");
}

constexpr std::string_view hello_request{"\0\0\0\0", 4};
constexpr std::string_view plain_hello_request{"\x16\3\3\0\4\0\0\0\0", 9};
constexpr std::size_t largest_record = 16 * 1024;

std::string repeated(std::string_view text, std::size_t size) {
    std::string out;
    while (out.size() + text.size() <= size) out += text;
    return out;
}

std::string key_update(TlsRecordPeer& peer) { return peer.seal_key_update(false); }
std::string asking_key_update(TlsRecordPeer& peer) { return peer.seal_key_update(true); }
std::string ticket(TlsRecordPeer& peer) { return peer.seal(TlsRecord::handshake, peer.ticket(1)); }
std::string packed_tickets(TlsRecordPeer& peer) {
    return peer.seal(TlsRecord::handshake, repeated(peer.ticket(1), largest_record));
}
std::string large_ticket(TlsRecordPeer& peer) { return peer.seal(TlsRecord::handshake, peer.ticket(16'000)); }
std::string empty_record(TlsRecordPeer& peer) { return peer.seal(TlsRecord::application_data, ""); }
std::string warning(TlsRecordPeer& peer) { return peer.seal(TlsRecord::alert, "\1\x5A"); }  // user_canceled
std::string plain_change_cipher_spec(TlsRecordPeer&) { return {"\x14\3\3\0\1\1", 6}; }
std::string renegotiation(TlsRecordPeer& peer) { return peer.seal(TlsRecord::handshake, hello_request); }
std::string packed_renegotiations(TlsRecordPeer& peer) {
    return peer.seal(TlsRecord::handshake, repeated(hello_request, largest_record));
}
std::string one_byte(TlsRecordPeer& peer) { return peer.seal(TlsRecord::application_data, "x"); }
std::string one_byte_chunk(TlsRecordPeer& peer) { return peer.seal(TlsRecord::application_data, "1\r\n \r\n"); }
std::string packed_chunks(TlsRecordPeer& peer) {
    return peer.seal(TlsRecord::application_data, repeated("1\r\n \r\n", largest_record));
}
std::string interim(TlsRecordPeer& peer) {
    return peer.seal(TlsRecord::application_data, repeated("HTTP/1.1 100 C\r\n\r\n", largest_record));
}
std::string byte_and_key_updates(TlsRecordPeer& peer) {
    std::string out = peer.seal(TlsRecord::application_data, " ");
    for (int i = 0; i < 30; ++i) out += peer.seal_key_update(false);
    return out;
}

// 60 MB in 60 kB.
std::string bomb(TlsRecordPeer& peer) {
    std::string const packed = test::gzip(std::string(60'000'000, ' ') + "{}");
    std::string out;
    for (std::size_t at = 0; at < packed.size(); at += largest_record) {
        out += peer.seal(TlsRecord::application_data, std::string_view{packed}.substr(at, largest_record));
    }
    return out;
}

constexpr std::string_view endless_length =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    "30000000\r\n\r\n";
constexpr std::string_view endless_chunks =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view endless_packed =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n";
constexpr std::string_view endless_header = "HTTP/1.1 200 OK\r\nX: ";

constexpr Flood every_flood[] = {
    {"KeyUpdates", Version::tls_1_3, key_update},
    {"KeyUpdates that ask for an answer", Version::tls_1_3, asking_key_update},
    {"tickets", Version::tls_1_3, ticket},
    {"tickets, many in a record", Version::tls_1_3, packed_tickets},
    {"large tickets", Version::tls_1_3, large_ticket},
    {"empty records", Version::tls_1_3, empty_record},
    {"empty records", Version::tls_1_2, empty_record},
    {"warnings", Version::tls_1_3, warning},
    {"warnings", Version::tls_1_2, warning},
    {"change_cipher_spec", Version::tls_1_3, plain_change_cipher_spec},
    {"renegotiation", Version::tls_1_2, renegotiation},
    {"renegotiation, many requests in a record", Version::tls_1_2, packed_renegotiations},
    {"KeyUpdates within a body", Version::tls_1_3, key_update, endless_length},
    {"bytes between KeyUpdates", Version::tls_1_3, byte_and_key_updates, endless_length},
    {"1-byte records of a header", Version::tls_1_3, one_byte, endless_header},
    {"1-byte records of a body", Version::tls_1_3, one_byte_chunk, endless_chunks},
    {"1-byte records of a body", Version::tls_1_2, one_byte_chunk, endless_chunks},
    {"1-byte chunks", Version::tls_1_3, packed_chunks, endless_chunks},
    {"interim answers", Version::tls_1_3, interim},
    {"packed spaces", Version::tls_1_3, bomb, endless_packed, 10'000},
};

// Before any certificate was received.
BOOST_AUTO_TEST_CASE(of_a_handshake) {
    test::Authority const authority;
    check_call(authority.pem(), [](TcpServer::Socket& socket) {
        std::string const bytes = repeated(plain_hello_request, 64 * largest_record);
        while (test::write_text(socket, bytes)) {
        }
    });
}

BOOST_DATA_TEST_CASE(of_records, data::make(every_flood), flood) {
    test::Authority authority;
    test::Issued const identity = authority.issue();
    std::promise<void> ready;
    std::atomic_flag was_ready;
    auto const serve = [&](TcpServer::Socket& socket) {
        TlsRecordPeer peer{socket, identity, flood.version};
        if (!peer.handshake() || was_ready.test_and_set()) return;
        // Made in advance, so that the server is faster than the client.
        std::string bytes = flood.head.empty() ? "" : peer.seal(TlsRecord::application_data, flood.head);
        while (bytes.size() < flood.size) bytes += flood.next(peer);
        ready.set_value();
        if (!peer.read_head().empty() && peer.send(bytes)) test::stall(socket);
    };
    check_call(authority.pem(), serve, ready.get_future());
}

// The peer requests new keys repeatedly while it does not read, and then continues reading.
BOOST_AUTO_TEST_CASE(requests_for_new_keys_do_not_end_an_upload) {
    test::Authority authority;
    test::Issued const identity = authority.issue();
    std::atomic<bool> complete{};
    TcpServer const server{[&](TcpServer::Socket& socket) {
        TlsRecordPeer peer{socket, identity, Version::tls_1_3};
        // Some arrive with the handshake.
        auto const requests = [&] {
            std::string const first = peer.seal_key_update(true);
            return first + peer.seal_key_update(true);
        };
        if (!peer.handshake(requests)) return;
        std::string const head = peer.read_head();
        if (head.empty()) return;
        for (int i = 0; i < 10; ++i) {
            peer.send(peer.seal_key_update(true));
            std::this_thread::sleep_for(5ms);
        }
        std::size_t const at = head.find("Content-Length: ");
        std::size_t const body = std::stoul(head.substr(at + 16));
        complete = peer.read(body - (head.size() - head.find("\r\n\r\n") - 4));
        peer.answer(test::http_response(200, organization));
    }};
    Config config{};
    config.secret_key = Secret{std::string{key}};
    config.base_url = "https://" + server.authority();
    config.tls.ca_pem = authority.pem();
    config.retry.max_attempts = 1;
    config.timeout.total = 10s;
    boost::asio::io_context io;
    Client client{io.get_executor(), config};
    OrganizationsApi api{client};
    UploadOrganizationLogoRequest request{};
    request.file = LogoFile::from_memory(std::string{"\x89PNG\r\n\x1a\n"} + std::string(9'900'000, 'x'), "a.png");
    auto const result = test::run(io, api.upload_organization_logo("org_1", request));
    BOOST_TEST_CONTEXT(to_text(result)) BOOST_TEST(result.has_value());
    BOOST_TEST(complete);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::hostile
