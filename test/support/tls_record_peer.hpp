// A TLS server that makes every record after its handshake itself, so that it can send records that TLS libraries never
// send.
#pragma once

#include "support/tcp_server.hpp"
#include "support/test_certificates.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace clerk::test {

enum class TlsRecord : unsigned char { change_cipher_spec = 20, alert = 21, handshake = 22, application_data = 23 };

class TlsRecordPeer {
public:
    enum class Version { tls_1_2, tls_1_3 };

    TlsRecordPeer(TcpServer::Socket& socket, Issued const& identity, Version version);
    ~TlsRecordPeer();
    TlsRecordPeer(TlsRecordPeer const&) = delete;
    TlsRecordPeer& operator=(TlsRecordPeer const&) = delete;

    // Sends no tickets by itself. The result of `behind_finished` is sent together with the server's last message (TLS
    // 1.3). False when the handshake failed.
    bool handshake(std::function<std::string()> behind_finished = {});
    // The head of the next request; empty at the end.
    std::string read_head();
    // Reads so many bytes from the client; false at the end.
    bool read(std::size_t bytes);

    // The next record from the server, encrypted. Records must be sent in the order in which they were made.
    [[nodiscard]] std::string seal(TlsRecord type, std::string_view content);
    // A TLS 1.3 KeyUpdate. Later records use the new keys.
    [[nodiscard]] std::string seal_key_update(bool asks_for_answer);
    // A TLS 1.3 NewSessionTicket.
    [[nodiscard]] static std::string ticket(std::size_t size);
    // False when the client has closed the connection.
    bool send(std::string_view bytes);
    bool answer(std::string_view text) { return send(seal(TlsRecord::application_data, text)); }

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace clerk::test
