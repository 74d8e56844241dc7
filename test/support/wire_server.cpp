#include "support/wire_server.hpp"

#include "testing/server/certificates.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

namespace clerk::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

std::string http_response(int status, std::string_view body, std::string_view extra_headers) {
    std::string out = "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Type: application/json\r\n";
    out += extra_headers;
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    out += body;
    return out;
}

std::string organization_response(std::string_view extra_headers) {
    return http_response(200, R"({"object":"organization","id":"org_1","name":"Acme"})", extra_headers);
}

WireServer::Handler always(std::string response) {
    return [response = std::move(response)](WireServer::Session& session) {
        while (!session.read_request().empty()) session.write(response);
    };
}

class WireServer::Impl {
public:
    explicit Impl(Handler handler) : handler_{std::move(handler)}, certificates_{testing::make_certificates()} {
        tls_.use_certificate(asio::buffer(certificates_.server_pem), asio::ssl::context::pem);
        tls_.use_private_key(asio::buffer(certificates_.server_key_pem), asio::ssl::context::pem);
        acceptor_thread_ = std::thread{[this] { accept(); }};
    }
    ~Impl() {
        stopping_ = true;
        wake_acceptor();
        acceptor_thread_.join();
        {
            std::lock_guard const lock{mutex_};
            for (auto const& connection : connections_) connection->stop();
        }
        for (auto& thread : threads_) thread.join();
    }
    Impl(Impl const&) = delete;
    Impl& operator=(Impl const&) = delete;

    [[nodiscard]] unsigned short port() const { return port_; }
    std::string const& ca_pem() const { return certificates_.ca_pem; }
    std::vector<std::string> requests() const {
        std::lock_guard const lock{mutex_};
        return requests_;
    }
    std::size_t connections() const {
        std::lock_guard const lock{mutex_};
        return connections_.size();
    }

private:
    class Connection final : public Session {
    public:
        Connection(Impl& server, tcp::socket socket, std::size_t number)
            : server_{server}, stream_{std::move(socket), server.tls_}, number_{number} {}

        void run() {
            boost::system::error_code ec;
            stream_.handshake(asio::ssl::stream_base::server, ec);
            if (!ec) server_.handler_(*this);
            close_socket();
        }
        void stop() {
            std::lock_guard const lock{mutex_};
            boost::system::error_code ignored;
            if (open_) stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
        }

        std::size_t number() const noexcept override { return number_; }
        std::string read_request() override {
            std::size_t end = std::string::npos;
            while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
                if (!read_more()) return {};
            }
            std::size_t const length = end + 4 + content_length(std::string_view{buffer_}.substr(0, end));
            while (buffer_.size() < length) {
                if (!read_more()) return {};
            }
            std::string request = buffer_.substr(0, length);
            buffer_.erase(0, length);
            std::lock_guard const lock{server_.mutex_};
            server_.requests_.push_back(request);
            return request;
        }
        bool ended_properly() const noexcept override { return ended_properly_; }
        bool write(std::string_view bytes) override {
            boost::system::error_code ec;
            asio::write(stream_, asio::buffer(bytes), ec);
            return !ec;
        }
        bool write_raw(std::string_view bytes) override {
            boost::system::error_code ec;
            asio::write(stream_.next_layer(), asio::buffer(bytes), ec);
            return !ec;
        }
        void drip(std::string_view bytes, std::chrono::milliseconds interval) override {
            for (; !bytes.empty() && write(bytes.substr(0, 1)); bytes.remove_prefix(1)) {
                for (auto left = interval; left.count() > 0 && !server_.stopping_; left -= 10ms) {
                    std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds{10ms}));
                }
                if (server_.stopping_) return;
            }
        }
        void end_tls() override {
            // Without a receive side the stream does not wait for the peer's close_notify.
            boost::system::error_code ignored;
            stream_.next_layer().shutdown(tcp::socket::shutdown_receive, ignored);
            stream_.shutdown(ignored);
        }
        void close() override {
            end_tls();
            close_socket();
        }
        void cut() override { close_socket(); }
        void reset() override {
            boost::system::error_code ignored;
            stream_.next_layer().set_option(asio::socket_base::linger{true, 0}, ignored);
            close_socket();
        }
        void stall() override {
            std::array<char, 4096> bytes;
            boost::system::error_code ec;
            while (!ec) stream_.next_layer().read_some(asio::buffer(bytes), ec);
        }

    private:
        bool read_more() {
            std::array<char, 16384> bytes;
            boost::system::error_code ec;
            std::size_t const n = stream_.read_some(asio::buffer(bytes), ec);
            buffer_.append(bytes.data(), n);
            ended_properly_ = ec == asio::error::eof;
            return !ec;
        }
        static std::size_t content_length(std::string_view head) {
            std::size_t const at = head.find("\r\nContent-Length: ");
            return at == std::string_view::npos ? 0 : std::strtoul(head.data() + at + 18, nullptr, 10);
        }
        void close_socket() {
            std::lock_guard const lock{mutex_};
            boost::system::error_code ignored;
            open_ = false;
            stream_.next_layer().close(ignored);
        }

        Impl& server_;
        asio::ssl::stream<tcp::socket> stream_;
        std::size_t number_;
        std::string buffer_{};
        std::mutex mutex_{};
        bool open_{true};
        bool ended_properly_{};
    };

    void accept() {
        while (!stopping_) {
            boost::system::error_code ec;
            tcp::socket socket = acceptor_.accept(ec);
            if (ec || stopping_) break;
            // Pieces are sent at once, not 40 ms later with the next one.
            socket.set_option(tcp::no_delay{true}, ec);
            std::lock_guard const lock{mutex_};
            connections_.push_back(std::make_unique<Connection>(*this, std::move(socket), connections_.size()));
            threads_.emplace_back([connection = connections_.back().get()] { connection->run(); });
        }
    }
    void wake_acceptor() const {
        asio::io_context io;
        boost::system::error_code ignored;
        tcp::socket{io}.connect({asio::ip::address_v4::loopback(), port_}, ignored);
    }

    Handler handler_;
    testing::Certificates certificates_;
    asio::io_context io_{};
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
    unsigned short port_{acceptor_.local_endpoint().port()};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_{};
    std::vector<std::string> requests_{};
    std::vector<std::unique_ptr<Connection>> connections_{};
    std::vector<std::thread> threads_{};
    std::thread acceptor_thread_{};
};

WireServer::WireServer(Handler handler) : impl_{std::make_unique<Impl>(std::move(handler))} {}
WireServer::~WireServer() = default;

Config WireServer::config() const {
    Config config{};
    config.secret_key = Secret{"sk_test_wire"};
    config.base_url = "https://" + authority() + "/v1";
    config.tls.ca_pem = impl_->ca_pem();
    config.retry.max_attempts = 1;
    config.timeout.total = std::chrono::seconds{10};
    return config;
}
std::string WireServer::authority() const { return "127.0.0.1:" + std::to_string(impl_->port()); }
std::vector<std::string> WireServer::requests() const { return impl_->requests(); }
std::size_t WireServer::connections() const { return impl_->connections(); }

}  // namespace clerk::test
