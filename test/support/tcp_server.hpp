// A TCP server that does what a test says, on a thread for each connection: raw bytes, a proxy, or TLS on top.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace clerk::test {

class TcpServer {
public:
    using Socket = boost::asio::ip::tcp::socket;
    // The socket is closed when it returns. Blocking calls fail once the server is being destroyed.
    using Handler = std::function<void(Socket&)>;

    explicit TcpServer(Handler handler);
    ~TcpServer();
    TcpServer(TcpServer const&) = delete;
    TcpServer& operator=(TcpServer const&) = delete;

    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;
    // "127.0.0.1:port"
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::size_t connections() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// Pieces of handlers. All of them end quietly when the peer is gone.

// Until a blank line, or what came before the end.
std::string read_head(TcpServer::Socket& socket);
bool write_text(TcpServer::Socket& socket, std::string_view text);
// Swallows what comes until the peer has gone.
void stall(TcpServer::Socket& socket);
// Makes closing reset the connection.
void reset_on_close(TcpServer::Socket& socket);
// Copies in both directions until one end is gone.
void relay(TcpServer::Socket& socket, boost::asio::ip::tcp::endpoint const& to);

}  // namespace clerk::test
