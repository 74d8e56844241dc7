// An HTTP/1.1 server with Boost.Beast: limits, timeouts, graceful shutdown. It does not depend on the routes.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <unordered_set>

namespace gateway {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using std::chrono::milliseconds;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Handler = std::function<asio::awaitable<Response>(Request const&)>;  // cancelled when its client hangs up

class Server {
public:
    Server(asio::any_io_executor const& io, tcp::endpoint const& where, Handler handler);
    tcp::endpoint where() const { return acceptor_.local_endpoint(); }
    asio::any_io_executor executor() { return acceptor_.get_executor(); }  // where the next two belong
    asio::awaitable<void> run();
    // Stops accepting and closes idle connections. Returns when the other connections have sent their answers, or after
    // `grace`.
    asio::awaitable<void> stop(milliseconds grace);

private:
    struct Session;

    asio::any_io_executor io_;
    tcp::acceptor acceptor_;
    asio::steady_timer drained_;
    Handler handler_;
    std::unordered_set<std::shared_ptr<Session>> sessions_{};
    bool stopping_{};
};
}  // namespace gateway
