// An HTTPS server that answers every request with the bytes of a file, then closes the connection.
//
// usage: clerk_scripted_server CERTIFICATE KEY RESPONSE
// Prints the port when it is listening.

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string read_file(char const* path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw std::runtime_error{std::string{"cannot read "} + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void serve(tcp::socket socket, asio::ssl::context& tls, std::string const& response) {
    asio::ssl::stream<tcp::socket> stream{std::move(socket), tls};
    boost::system::error_code ignored;  // a client that closes its connection must not end the server
    stream.handshake(asio::ssl::stream_base::server, ignored);
    std::string head;
    asio::read_until(stream, asio::dynamic_buffer(head), "\r\n\r\n", ignored);
    asio::write(stream, asio::buffer(response), ignored);
    stream.shutdown(ignored);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 4) throw std::runtime_error{"usage: clerk_scripted_server CERTIFICATE KEY RESPONSE"};
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tls.use_certificate_chain_file(argv[1]);
    tls.use_private_key_file(argv[2], asio::ssl::context::pem);
    std::string const response = read_file(argv[3]);

    asio::io_context io;
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    std::cout << acceptor.local_endpoint().port() << std::endl;
    while (true) serve(acceptor.accept(), tls, response);
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
