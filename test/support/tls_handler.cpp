#include "support/tls_handler.hpp"

#include "support/wire_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace clerk::test {

namespace asio = boost::asio;

TcpServer::Handler serve_tls(Issued identity, std::function<void(SSL_CTX*)> configure) {
    auto const context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_security_level(native, 0);
    SSL_CTX_set_min_proto_version(native, TLS1_VERSION);
    context->use_certificate(asio::buffer(identity.certificate_pem), asio::ssl::context::pem);
    context->use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
    if (configure) configure(native);
    return [context](TcpServer::Socket& socket) {
        asio::ssl::stream<TcpServer::Socket&> stream{socket, *context};
        boost::system::error_code ec;
        stream.handshake(asio::ssl::stream_base::server, ec);
        std::string received;
        std::array<char, 4096> bytes;
        while (!ec) {
            std::size_t const n = stream.read_some(asio::buffer(bytes), ec);
            received.append(bytes.data(), n);
            if (!received.ends_with("\r\n\r\n")) continue;
            received.clear();
            asio::write(stream, asio::buffer(organization_response()), ec);
        }
    };
}

}  // namespace clerk::test
