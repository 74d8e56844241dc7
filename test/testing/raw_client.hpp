// A client of the emulator that does not use the library: one TLS connection, byte by byte.
#pragma once

#include <clerk/testing/emulator.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

using Response = http::response<http::string_body>;

inline asio::ssl::context trusting(std::string const& ca_pem) {
    asio::ssl::context context{asio::ssl::context::tls_client};
    context.add_certificate_authority(asio::buffer(ca_pem));
    context.set_verify_mode(asio::ssl::verify_peer);
    return context;
}

// One verified connection, blocking.
class Connection {
public:
    explicit Connection(Emulator const& emulator, std::string const& ca_pem)
        : context_(trusting(ca_pem)), stream_(io_, context_) {
        stream_.set_verify_callback(asio::ssl::host_name_verification{"127.0.0.1"});
        stream_.next_layer().connect(tcp::endpoint{asio::ip::address_v4::loopback(), emulator.port()});
        stream_.handshake(asio::ssl::stream_base::client);
    }
    explicit Connection(Emulator const& emulator) : Connection(emulator, emulator.ca_pem()) {}

    void send(std::string const& bytes) { asio::write(stream_, asio::buffer(bytes)); }
    Response receive() {
        http::response_parser<http::string_body> parser{};
        parser.body_limit(boost::none);
        http::read(stream_, input_, parser);
        return parser.release();
    }
    Response exchange(std::string const& bytes) {
        send(bytes);
        return receive();
    }
    // Whether the server has ended its side properly, with a close_notify.
    bool closed_cleanly() {
        error_code error{};
        char byte{};
        stream_.read_some(asio::buffer(&byte, 1), error);
        return error == asio::error::eof;
    }
    // Whether the server has closed its side.
    bool closed() {
        error_code error{};
        char byte{};
        stream_.read_some(asio::buffer(&byte, 1), error);
        return error.failed();
    }
    SSL* tls() { return stream_.native_handle(); }
    tcp::socket& socket() { return stream_.next_layer(); }

    enum class Ending { close_notify, truncated, reset, silence };
    struct Rest {
        std::string text{};
        Ending ending{};
        std::vector<std::chrono::steady_clock::time_point> times{};  // when each piece arrived
        std::uint64_t tls_bytes{};
    };
    // Everything until the server ends its side or sends nothing for some time.
    Rest receive_rest(std::chrono::milliseconds patience = 5s) {
        Rest rest{};
        std::array<char, 16384> piece{};
        BIO* const bio = SSL_get_rbio(tls());
        auto const before = BIO_number_read(bio);
        for (;;) {
            std::optional<error_code> ended{};
            std::size_t size{};
            stream_.async_read_some(asio::buffer(piece), [&](error_code error, std::size_t got) {
                ended = error;
                size = got;
            });
            io_.restart();
            io_.run_for(patience);
            bool const silent = !ended;
            if (silent) {
                stream_.next_layer().cancel();
                io_.run();
            }
            rest.text.append(piece.data(), size);
            rest.times.push_back(std::chrono::steady_clock::now());
            rest.tls_bytes = BIO_number_read(bio) - before;
            if (!silent && !*ended) continue;
            rest.ending = silent                                         ? Ending::silence
                          : *ended == asio::error::eof                   ? Ending::close_notify
                          : *ended == asio::ssl::error::stream_truncated ? Ending::truncated
                                                                         : Ending::reset;
            if (rest.ending == Ending::reset) BOOST_TEST(*ended == asio::error::connection_reset);
            return rest;
        }
    }

private:
    asio::io_context io_{};
    asio::ssl::context context_;
    asio::ssl::stream<tcp::socket> stream_;
    boost::beast::flat_buffer input_{};
};

inline std::string request(std::string const& method, std::string const& target, std::string const& body = {},
                           std::string const& headers = {}) {
    std::string text =
        method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_emulator\r\n" + headers;
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

inline std::string const json_type = "Content-Type: application/json\r\n";

}  // namespace clerk::testing
