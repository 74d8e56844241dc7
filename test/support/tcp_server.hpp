// A scripted TCP server with a thread for each connection: raw bytes, a proxy, or TLS.
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

// Parts of handlers. All of them return without an error when the peer has closed the connection.

// Reads up to an empty line or the end.
std::string read_head(TcpServer::Socket& socket);
bool write_text(TcpServer::Socket& socket, std::string_view text);
// Reads and discards until the peer has closed the connection.
void stall(TcpServer::Socket& socket);
// Makes closing reset the connection.
void reset_on_close(TcpServer::Socket& socket);
// Copies in both directions until one end is closed.
void relay(TcpServer::Socket& socket, boost::asio::ip::tcp::endpoint const& to);

}  // namespace clerk::test
