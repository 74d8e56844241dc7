#include "support/tcp_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace clerk::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class TcpServer::Impl {
public:
    explicit Impl(Handler handler) : handler_{std::move(handler)}, acceptor_thread_{[this] { accept(); }} {}
    ~Impl() {
        stopping_ = true;
        asio::io_context io;
        ErrorCode ignored;
        tcp::socket{io}.connect(endpoint_, ignored);  // wakes accept()
        acceptor_thread_.join();
        for (auto& connection : connections_) connection.stop();
        for (auto& connection : connections_) connection.thread.join();
    }
    Impl(Impl const&) = delete;
    Impl& operator=(Impl const&) = delete;

    [[nodiscard]] tcp::endpoint endpoint() const { return endpoint_; }
    [[nodiscard]] std::size_t connections() const { return count_; }

private:
    struct Connection {
        explicit Connection(tcp::socket accepted) : socket{std::move(accepted)} {}
        void stop() {
            std::lock_guard const lock{mutex};
            ErrorCode ignored;
            if (socket.is_open()) socket.shutdown(tcp::socket::shutdown_both, ignored);
        }
        void close() {
            std::lock_guard const lock{mutex};
            ErrorCode ignored;
            socket.close(ignored);
        }

        tcp::socket socket;
        std::mutex mutex{};  // closing and stopping exclude each other
        std::thread thread{};
    };

    void accept() {
        while (!stopping_) {
            ErrorCode ec;
            tcp::socket socket = acceptor_.accept(ec);
            if (ec || stopping_) return;
            // Pieces are sent at once, not 40 ms later with the next one.
            socket.set_option(tcp::no_delay{true}, ec);
            ++count_;
            Connection& connection = connections_.emplace_back(std::move(socket));
            connection.thread = std::thread{[this, &connection] {
                handler_(connection.socket);
                connection.close();
            }};
        }
    }

    Handler handler_;
    asio::io_context io_{};
    tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
    tcp::endpoint endpoint_{acceptor_.local_endpoint()};
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> count_{0};
    std::list<Connection> connections_{};
    std::thread acceptor_thread_;
};

TcpServer::TcpServer(Handler handler) : impl_{std::make_unique<Impl>(std::move(handler))} {}
TcpServer::~TcpServer() = default;

tcp::endpoint TcpServer::endpoint() const { return impl_->endpoint(); }
std::string TcpServer::authority() const { return "127.0.0.1:" + std::to_string(endpoint().port()); }
std::size_t TcpServer::connections() const { return impl_->connections(); }

std::string read_head(tcp::socket& socket) {
    std::string head;
    ErrorCode ec;
    char byte{};
    while (!head.ends_with("\r\n\r\n") && socket.read_some(asio::buffer(&byte, 1), ec) == 1) head += byte;
    return head;
}

bool write_text(tcp::socket& socket, std::string_view text) {
    ErrorCode ec;
    asio::write(socket, asio::buffer(text), ec);
    return !ec;
}

void stall(tcp::socket& socket) {
    std::array<char, 4096> bytes;
    ErrorCode ec;
    while (!ec) socket.read_some(asio::buffer(bytes), ec);
}

void reset_on_close(tcp::socket& socket) {
    ErrorCode ignored;
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
}

void relay(tcp::socket& socket, tcp::endpoint const& to) {
    asio::io_context io;
    tcp::socket far{io};
    ErrorCode ec;
    far.connect(to, ec);
    if (ec) return;
    auto const copy = [](tcp::socket& from, tcp::socket& into) {
        std::array<char, 16384> bytes;
        ErrorCode failure;
        while (!failure) {
            std::size_t const n = from.read_some(asio::buffer(bytes), failure);
            if (n != 0) asio::write(into, asio::buffer(bytes.data(), n), failure);
        }
        ErrorCode ignored;
        from.shutdown(tcp::socket::shutdown_both, ignored);
        into.shutdown(tcp::socket::shutdown_both, ignored);
    };
    std::thread back{[&] { copy(far, socket); }};
    copy(socket, far);
    back.join();
}

}  // namespace clerk::test
