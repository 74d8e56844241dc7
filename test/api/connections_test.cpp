// Connections opened in advance, and TLS sessions resumed.
#include "support/emulator_client.hpp"
#include "support/printing.hpp"
#include "support/tls_record_peer.hpp"
#include "support/wire_server.hpp"

#include <clerk.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>

namespace clerk {
BOOST_AUTO_TEST_SUITE(connections)

namespace {

using namespace std::chrono_literals;
using test::EmulatorClient;

BOOST_AUTO_TEST_CASE(prewarmed_connections_carry_the_first_calls) {
    EmulatorClient f{{}, [](Config& config) { config.pool.max_connections = 8; }};
    auto const opened = f.run(f.client->prewarm(5));
    BOOST_REQUIRE(opened);
    BOOST_TEST(*opened == 5U);
    BOOST_TEST(f.client->pool_gauges().idle == 5U);
    BOOST_TEST(f.run(f.client->prewarm(5)).value() == 0U);
    BOOST_TEST(f.run(f.client->prewarm(100)).value() == 3U);

    // The server's session tickets have arrived meanwhile; the connection is still usable.
    std::this_thread::sleep_for(20ms);
    int succeeded = 0;
    for (int i = 0; i < 8; ++i) {
        boost::asio::co_spawn(f.io, f.api->list_organizations(),
                              [&](std::exception_ptr, Result<Organizations> r) { succeeded += r ? 1 : 0; });
    }
    f.io.restart();
    f.io.run();
    BOOST_TEST(succeeded == 8);
    BOOST_TEST(f.client->pool_gauges().opened == 8U);
    BOOST_TEST(f.emulator.connections() == 8U);
}

// A client of a server that encrypts its own records.
struct RecordServer {
    using Peer = test::TlsRecordPeer;

    explicit RecordServer(std::function<void(test::TcpServer::Socket&, test::Issued const&)> serve)
        : server{[this, serve = std::move(serve)](test::TcpServer::Socket& socket) { serve(socket, identity); }} {
        Config config{};
        config.secret_key = Secret{"sk_test_records"};
        config.base_url = "https://" + server.authority();
        config.tls.ca_pem = authority.pem();
        config.retry.max_attempts = 1;
        config.timeout.total = 10s;
        client.emplace(io.get_executor(), config);
        api.emplace(*client);
    }

    test::Authority authority{};
    test::Issued identity{authority.issue()};
    test::TcpServer server;
    boost::asio::io_context io{};
    std::optional<Client> client{};
    std::optional<OrganizationsApi> api{};
};

// Like Go's net/http.
BOOST_AUTO_TEST_CASE(tickets_with_the_handshake_do_not_close_a_prewarmed_connection) {
    RecordServer f{[](test::TcpServer::Socket& socket, test::Issued const& identity) {
        test::TlsRecordPeer peer{socket, identity, test::TlsRecordPeer::Version::tls_1_3};
        auto const tickets = [&peer] {
            std::string const first = peer.seal(test::TlsRecord::handshake, peer.ticket(100));
            return first + peer.seal(test::TlsRecord::handshake, peer.ticket(200));
        };
        if (!peer.handshake(tickets)) return;
        while (!peer.read_head().empty()) peer.answer(test::organization_response());
    }};
    BOOST_TEST(test::run(f.io, f.client->prewarm(2)).value() == 2U);
    for (int i = 0; i < 3; ++i) BOOST_TEST(test::run(f.io, f.api->get_organization("org_1")).has_value());
    BOOST_TEST(f.client->pool_gauges().opened == 2U);
    BOOST_TEST(f.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(tls_messages_after_an_answer_do_not_close_the_connection) {
    using Peer = test::TlsRecordPeer;
    using test::TlsRecord;
    struct Row {
        std::string_view name;
        Peer::Version version;
        std::string (*behind)(Peer&);
        std::size_t connections;  // for four calls
    };
    Row const rows[] = {
        {"a ticket", Peer::Version::tls_1_3,
         [](Peer& peer) { return peer.seal(TlsRecord::handshake, peer.ticket(200)); }, 1},
        {"a large ticket", Peer::Version::tls_1_3,
         [](Peer& peer) { return peer.seal(TlsRecord::handshake, peer.ticket(4000)); }, 1},
        {"a KeyUpdate", Peer::Version::tls_1_3, [](Peer& peer) { return peer.seal_key_update(false); }, 1},
        {"KeyUpdates that ask for an answer", Peer::Version::tls_1_3,
         [](Peer& peer) {
             std::string const first = peer.seal_key_update(true);
             return first + peer.seal_key_update(true);
         },
         1},
        {"application data", Peer::Version::tls_1_3,
         [](Peer& peer) { return peer.seal(TlsRecord::application_data, "x"); }, 4},
        {"application data behind a ticket", Peer::Version::tls_1_3,
         [](Peer& peer) {
             std::string const first = peer.seal(TlsRecord::handshake, peer.ticket(200));
             return first + peer.seal(TlsRecord::application_data, "x");
         },
         4},
        {"application data", Peer::Version::tls_1_2,
         [](Peer& peer) { return peer.seal(TlsRecord::application_data, "x"); }, 4},
        {"an end", Peer::Version::tls_1_3,
         [](Peer& peer) { return peer.seal(TlsRecord::alert, std::string_view{"\1\0", 2}); }, 4},
    };
    for (Row const& row : rows) {
        for (bool const in_one_segment : {true, false}) {
            // Bytes that arrive after the check of the connection would be taken for the next answer.
            if (!in_one_segment && row.connections != 1) continue;
            RecordServer f{[&](test::TcpServer::Socket& socket, test::Issued const& identity) {
                Peer peer{socket, identity, row.version};
                if (!peer.handshake()) return;
                while (!peer.read_head().empty()) {
                    std::string const answer = peer.seal(TlsRecord::application_data, test::organization_response());
                    std::string const behind = row.behind(peer);
                    peer.send(in_one_segment ? answer + behind : answer);
                    if (!in_one_segment) peer.send(behind);
                }
            }};
            BOOST_TEST_CONTEXT(row.name << (in_one_segment ? "" : ", in a segment of its own")) {
                for (int i = 0; i < 4; ++i) {
                    auto const result = test::run(f.io, f.api->get_organization("org_1"));
                    BOOST_TEST(result.has_value());
                    if (!in_one_segment) std::this_thread::sleep_for(5ms);
                }
                BOOST_TEST(f.server.connections() == row.connections);
            }
        }
    }
}

bool is_socket(int fd) {
    struct stat state{};
    return ::fstat(fd, &state) == 0 && S_ISSOCK(state.st_mode);
}
std::set<int> sockets() {
    std::set<int> found;
    for (auto const& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        int const fd = std::stoi(entry.path().filename().string());
        if (is_socket(fd)) found.insert(fd);
    }
    return found;
}

// Those of the client and of the emulator.
BOOST_AUTO_TEST_CASE(no_socket_is_inherited_by_a_program_that_is_started) {
    std::set<int> const before = sockets();
    EmulatorClient f;
    BOOST_TEST(f.run(f.client->prewarm(3)).value() == 3U);
    BOOST_TEST(f.run(f.api->list_organizations()).has_value());
    std::set<int> const after = sockets();
    BOOST_TEST(after.size() == before.size() + 7);  // one listens
    for (int const fd : after) {
        if (!before.contains(fd)) BOOST_TEST((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0, "descriptor " << fd);
    }
}

BOOST_AUTO_TEST_CASE(prewarming_tells_why_it_failed) {
    EmulatorClient f{};
    f.emulator.stop();
    auto const opened = f.run(f.client->prewarm(3));
    BOOST_REQUIRE(!opened);
    BOOST_TEST(opened.error() == errc::connect_failed);
    BOOST_TEST(opened.error().operation() == "prewarm");
    auto const closing = [](Client& client) -> awaitable<int> {
        co_await client.close();
        co_return 0;
    };
    f.run(closing(*f.client));
    BOOST_TEST(f.run(f.client->prewarm(3)).error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(a_new_connection_resumes_the_session_of_an_older_one) {
    for (bool const close_properly : {true, false}) {
        test::WireServer server{[close_properly](test::WireServer::Session& session) {
            if (session.read_request().empty()) return;
            session.write(test::organization_response("Connection: close\r\n"));
            if (close_properly) session.close();
        }};
        boost::asio::io_context io;
        Client client{io.get_executor(), server.config()};
        OrganizationsApi api{client};
        constexpr std::size_t calls = 40;
        for (std::size_t i = 0; i < calls; ++i) BOOST_REQUIRE(test::run(io, api.get_organization("org_1")));
        BOOST_TEST(client.pool_gauges().opened == calls);
        BOOST_TEST(client.pool_gauges().resumed == calls - 1);
    }
}

BOOST_AUTO_TEST_CASE(many_connections_at_once_resume_too) {
    EmulatorClient f{{}, [](Config& config) {
                         config.pool.max_connections = 100;
                         config.pool.idle_timeout = 10ms;
                     }};
    int succeeded = 0;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 100; ++i) {
            boost::asio::co_spawn(f.io, f.api->list_organizations(),
                                  [&](std::exception_ptr, Result<Organizations> r) { succeeded += r ? 1 : 0; });
        }
        f.io.restart();
        f.io.run();
        std::this_thread::sleep_for(15ms);  // idle too long
    }
    BOOST_TEST(succeeded == 200);
    PoolGauges const gauges = f.client->pool_gauges();
    BOOST_TEST(gauges.opened > 100U);
    BOOST_TEST(gauges.resumed * 20 >= (gauges.opened - 100) * 19);
}

BOOST_AUTO_TEST_CASE(a_session_is_not_taken_to_another_client) {
    test::WireServer server{test::always(test::organization_response("Connection: close\r\n"))};
    boost::asio::io_context io;
    for (int i = 0; i < 2; ++i) {
        Client client{io.get_executor(), server.config()};
        OrganizationsApi api{client};
        BOOST_REQUIRE(test::run(io, api.get_organization("org_1")));
        BOOST_TEST(client.pool_gauges().resumed == 0U);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk
