#include "http_server.hpp"
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace gateway {
namespace {
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
boost::system::error_code const not_http{http::error::bad_method};
constexpr milliseconds io_timeout{15'000};  // to receive a request, idle time before it included, or to send an answer
}  // namespace

// One connection, on its own strand.
struct Server::Session {
    asio::awaitable<void> run(Handler const& handler) {
        using namespace asio::experimental::awaitable_operators;
        boost::beast::flat_buffer buffer;
        while (!last) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(8 * 1024);
            parser.body_limit(64 * 1024);
            stream.expires_after(io_timeout);
            idle = true;
            auto const [unread, size] = co_await http::async_read(stream, buffer, parser, as_result);
            idle = false;
            bool const ended = unread == http::error::end_of_stream || unread == http::error::partial_message;
            if (unread && (ended || unread.category() != not_http.category())) co_return;
            Response response{http::status::bad_request, 11};
            if (unread == http::error::header_limit || unread == http::error::body_limit) response.result(413);
            if (!unread) {
                stream.expires_never();
                auto answer = co_await (handler(parser.get()) || peer_gone());
                if (answer.index() == 1) co_return;
                response = std::move(std::get<0>(answer));
            }
            response.keep_alive(!unread && parser.get().keep_alive() && !last);
            // A 204 has no Content-Length (RFC 9110 section 8.6).
            if (response.result() != http::status::no_content) response.prepare_payload();
            stream.expires_after(io_timeout);
            auto const [unwritten, written] = co_await http::async_write(stream, response, as_result);
            // A client that is still sending must be able to read the refusal before the connection is reset.
            if (unread) co_await asio::steady_timer{stream.get_executor(), milliseconds{200}}.async_wait(as_result);
            if (unwritten || !response.keep_alive()) co_return;
        }
    }
    // Returns when the peer has closed the connection, or, after it has sent more data, when the connection has failed.
    asio::awaitable<void> peer_gone() {
        boost::system::error_code ec = asio::error::would_block;
        stream.socket().non_blocking(true);
        for (char byte{}; ec == asio::error::would_block;) {  // the wait may report bytes that were read before
            co_await stream.socket().async_wait(tcp::socket::wait_read, asio::use_awaitable);
            stream.socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
        }
        if (!ec) co_await stream.socket().async_wait(tcp::socket::wait_error, asio::use_awaitable);
    }
    void stop() {
        last = true;
        if (idle) stream.cancel();
    }
    boost::beast::tcp_stream stream;
    bool idle{}, last{};  // waits for a request; ends after the answer
};

Server::Server(asio::any_io_executor const& io, tcp::endpoint const& where, Handler handler)
    : io_{io}, acceptor_{make_strand(io), where}, drained_{executor()}, handler_{std::move(handler)} {}

asio::awaitable<void> Server::run() {
    while (!stopping_) {
        auto [failed, socket] = co_await acceptor_.async_accept(make_strand(io_), as_result);
        if (failed) co_await asio::steady_timer{executor(), milliseconds{50}}.async_wait(as_result);  // no sockets?
        if (failed || stopping_) continue;
        auto const session = std::make_shared<Session>(boost::beast::tcp_stream{std::move(socket)});
        auto const ended = [this, session](std::exception_ptr) {
            sessions_.erase(session);
            if (sessions_.empty()) drained_.cancel();
        };
        sessions_.insert(session);
        co_spawn(session->stream.get_executor(), session->run(handler_), bind_executor(executor(), ended));
    }
}

asio::awaitable<void> Server::stop(milliseconds grace) {
    stopping_ = true;
    acceptor_.close();
    for (auto const& session : sessions_) post(session->stream.get_executor(), [session] { session->stop(); });
    drained_.expires_after(grace);
    if (!sessions_.empty()) co_await drained_.async_wait(as_result);
}
}  // namespace gateway
