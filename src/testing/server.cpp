// The one translation unit with Asio and TLS.
#include "testing/server.hpp"

#include "testing/request_reader.hpp"
#include "testing/response_head.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_set>
#include <vector>

namespace clerk::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

// The concrete executor everywhere: a type-erased one costs on every operation.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Task = asio::awaitable<void, Executor>;
constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> token{};

constexpr auto handshake_timeout = 10s;
constexpr auto idle_timeout = 400s;  // as the service's edge
constexpr auto transfer_timeout = 60s;
constexpr auto goodbye_timeout = 2s;
constexpr auto linger_timeout = 30s;
constexpr std::size_t read_buffer = 32 * 1024;
constexpr std::size_t head_room = 512;  // in front of a body, for its head

Now now() {
    auto const unix =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    return {unix.count(), Clock::now()};
}

int select_http11(SSL*, unsigned char const** out, unsigned char* out_size, unsigned char const* in, unsigned in_size,
                  void*) {
    constexpr std::string_view http11 = "http/1.1";
    for (unsigned at = 0; at < in_size; at += 1U + in[at]) {
        if (in[at] == http11.size() && at + 1U + in[at] <= in_size &&
            std::memcmp(in + at + 1, http11.data(), http11.size()) == 0) {
            *out = in + at + 1;
            *out_size = in[at];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

asio::ssl::context make_tls_context(Certificates const& certificates) {
    asio::ssl::context context{asio::ssl::context::tls_server};
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    // Tickets resume sessions without a shared table.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(native, 1);
    constexpr std::string_view session_context = "clerk::testing";
    SSL_CTX_set_session_id_context(native, reinterpret_cast<unsigned char const*>(session_context.data()),
                                   static_cast<unsigned>(session_context.size()));
    SSL_CTX_set_alpn_select_cb(native, select_http11, nullptr);
    context.use_certificate_chain(asio::buffer(certificates.server_pem));
    context.use_private_key(asio::buffer(certificates.server_key_pem), asio::ssl::context::pem);
    return context;
}

struct Shared {
    Service& service;
    asio::ssl::context& tls;
    std::chrono::milliseconds latency;
};

class Session;

// One thread with an io_context of its own; everything but `io` is touched on that thread only.
struct Worker {
    Worker() : timer(io) {}

    asio::io_context io{1};
    Timer timer;
    std::unordered_set<Session*> sessions{};
    Clock::time_point now{Clock::now()};  // coarse: as old as the last sweep
    DateText date{};
    bool stopping{};
    std::thread thread{};
};

// One connection.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Worker& worker, Shared const& shared, Socket socket)
        : worker_(worker), shared_(shared), stream_(std::move(socket), shared.tls), timer_(worker.io) {
        worker_.sessions.insert(this);
        wait_at_most(handshake_timeout);
    }
    ~Session() { worker_.sessions.erase(this); }
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }

    // Ends the pending operation, and with it the session.
    void close() {
        closed_ = true;
        error_code ignored{};
        stream_.lowest_layer().close(ignored);
        timer_.cancel();
    }

    Task run() {
        auto const self = shared_from_this();
        error_code option_error{};
        stream_.next_layer().set_option(tcp::no_delay{true}, option_error);
        auto const [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
        if (error || closed_) co_return close();
        input_.reserve(read_buffer);
        bool open = true;
        while (open && !closed_) {
            reader_.emplace(request_);
            wait_at_most(idle_timeout);
            bool answer = true;
            co_await read_request(answer);
            if (!answer || closed_) break;
            wait_at_most(transfer_timeout);
            open = respond();
            if (shared_.latency > 0ms) {
                wait_at_most(shared_.latency + transfer_timeout);
                timer_.expires_after(shared_.latency);
                co_await timer_.async_wait(token);
                if (closed_) break;
            }
            auto const [write_error, written] = co_await asio::async_write(stream_, output(), token);
            if (write_error) co_return close();
            if (output_.capacity() > 4 * 1024 * 1024) std::string{}.swap(output_);
        }
        if (!closed_) co_await say_goodbye();
        close();
    }

private:
    // Sets `answer` to false when there is nobody to answer.
    Task read_request(bool& answer) {
        error_code error{};
        bool invited = false;
        failure_ = {};
        for (;;) {
            if (!reader_->got_some()) skip_empty_lines();
            if (input_.size() != 0) {
                input_.consume(reader_->put(input_.data(), error));
                if (error && error != http::error::need_more) {
                    failure_ = error;
                    co_return;
                }
                if (reader_->is_done()) co_return;
            }
            if (reader_->is_header_done() && request_.expects_continue && !invited) {
                invited = true;
                constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()), token);
            }
            auto const [read_error, size] = co_await stream_.async_read_some(input_.prepare(room()), token);
            if (read_error) {
                answer = false;
                // A client that ended its side between two requests is owed the same; any other is gone.
                if (read_error != asio::error::eof || reader_->got_some()) close();
                co_return;
            }
            input_.commit(size);
            wait_at_most(transfer_timeout);
        }
    }

    // Old clients end their bodies with a line end that is not counted; it may stand in front of a request.
    void skip_empty_lines() {
        auto const* const begin = static_cast<char const*>(input_.data().data());
        auto const* const end = begin + input_.size();
        auto const* const request = std::find_if(begin, end, [](char c) { return c != '\r' && c != '\n'; });
        input_.consume(static_cast<std::size_t>(request - begin));
    }

    [[nodiscard]] std::size_t room() const noexcept {
        return std::max<std::size_t>(4096, input_.capacity() - input_.size());
    }

    // Makes the answer in output_. False when it is the connection's last.
    bool respond() {
        Now const time = now();
        output_.resize(head_room);
        bool const bad_request = failure_ && !request_.body_too_large;
        ServiceResponse response{};
        if (!bad_request) {
            response = shared_.service.handle(request_.view(), time, output_);
        } else if (failure_ == http::error::header_limit) {
            response = shared_.service.refuse(faults::headers_too_large(), output_);
        } else {
            response = shared_.service.refuse(faults::malformed_request(), output_);
        }
        lingering_ = failure_.failed();
        bool const keep = !failure_ && reader_->keep_alive();
        std::string_view connection{};
        if (!keep) {
            connection = "close";
        } else if (!reader_->is_http11()) {
            connection = "keep-alive";
        }
        write_head(head_, response, output_.size() - head_room, worker_.date.at(time.unix), connection);
        if (request_.method == "HEAD") output_.resize(head_room);
        output_.replace(head_room - head_.size(), head_.size(), head_);
        return keep;
    }

    [[nodiscard]] asio::const_buffer output() const noexcept {
        return asio::buffer(output_) + (head_room - head_.size());
    }

    Task say_goodbye() {
        if (lingering_) {
            // Closing with unread input resets the connection and the answer may be lost with it: end our side, TLS
            // first so that the answer is not taken for cut off, then read on for a while.
            wait_at_most(linger_timeout);
            co_await stream_.async_shutdown(token);
            if (closed_) co_return;
            error_code ignored{};
            stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
            for (;;) {
                input_.clear();
                auto const [error, size] =
                    co_await stream_.next_layer().async_read_some(input_.prepare(read_buffer), token);
                if (error || closed_) co_return;
            }
        }
        wait_at_most(goodbye_timeout);
        co_await stream_.async_shutdown(token);
    }

    void wait_at_most(Clock::duration time) noexcept { deadline_ = worker_.now + time; }

    Worker& worker_;
    Shared const& shared_;
    asio::ssl::stream<Socket> stream_;
    Timer timer_;
    boost::beast::flat_buffer input_{128 * 1024};
    ReceivedRequest request_{};
    std::optional<RequestReader> reader_{};
    error_code failure_{};  // why the request could not be read
    std::string head_{};
    std::string output_{};  // head_room bytes, their end being the head, and the body
    Clock::time_point deadline_{};
    bool lingering_{};
    bool closed_{};
};

// Ends sessions that are past their deadline.
Task sweep(Worker& worker) {
    while (!worker.stopping) {
        worker.timer.expires_after(1s);
        co_await worker.timer.async_wait(token);
        worker.now = Clock::now();
        for (Session* const session : worker.sessions) {
            if (session->deadline() < worker.now) session->close();
        }
    }
}

// On the worker's thread.
void start_session(Worker& worker, Shared const& shared, Socket socket) {
    if (worker.stopping) return;
    auto const session = std::make_shared<Session>(worker, shared, std::move(socket));
    asio::co_spawn(
        worker.io, [session] { return session->run(); },
        [session](std::exception_ptr const& problem) {
            if (problem) session->close();
        });
}

}  // namespace

class HttpsServer::Impl {
public:
    Impl(Service& service, Certificates const& certificates, ServerOptions options)
        : tls_(make_tls_context(certificates)),
          shared_{service, tls_, options.latency},
          workers_(options.threads),
          acceptor_(workers_.front().io) {
        try {
            tcp::endpoint const endpoint{asio::ip::address_v4::loopback(), options.port};
            acceptor_.open(endpoint.protocol());
#ifndef _WIN32
            acceptor_.set_option(
                tcp::acceptor::reuse_address{true});  // elsewhere it would let two servers share a port
#endif
            acceptor_.bind(endpoint);
            acceptor_.listen();
            port_ = acceptor_.local_endpoint().port();
        } catch (boost::system::system_error const& problem) {
            throw std::system_error{problem.code(), "cannot listen on 127.0.0.1:" + std::to_string(options.port)};
        }
        asio::co_spawn(workers_.front().io, accept(), asio::detached);
        for (Worker& worker : workers_) asio::co_spawn(worker.io, sweep(worker), asio::detached);
        try {
            for (Worker& worker : workers_) worker.thread = std::thread{[&worker] { worker.io.run(); }};
        } catch (...) {
            stop();
            throw;
        }
    }
    ~Impl() { stop(); }

    void stop() {
        std::scoped_lock const lock{stop_mutex_};
        for (Worker& worker : workers_) {
            asio::post(worker.io, [this, &worker] {
                worker.stopping = true;
                worker.timer.cancel();
                if (&worker == &workers_.front()) {
                    error_code ignored{};
                    acceptor_.close(ignored);
                    retry_.cancel();
                }
                for (Session* const session : worker.sessions) session->close();
            });
        }
        for (Worker& worker : workers_) {
            if (worker.thread.joinable()) worker.thread.join();
        }
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::uint64_t connections() const noexcept { return connections_.load(std::memory_order_relaxed); }

private:
    Task accept() {
        for (std::size_t next = 0; acceptor_.is_open(); next = (next + 1) % workers_.size()) {
            Worker& worker = workers_[next];
            auto [error, socket] = co_await acceptor_.async_accept(worker.io, token);
            if (!acceptor_.is_open()) co_return;
            if (error) {
                // Usually out of file descriptors: give sessions time to end.
                retry_.expires_after(20ms);
                co_await retry_.async_wait(token);
                continue;
            }
            connections_.fetch_add(1, std::memory_order_relaxed);
            asio::post(worker.io, [this, &worker, accepted = std::move(socket)]() mutable {
                start_session(worker, shared_, std::move(accepted));
            });
        }
    }

    asio::ssl::context tls_;
    Shared shared_;
    std::vector<Worker> workers_;  // never resized
    asio::basic_socket_acceptor<tcp, Executor> acceptor_;
    Timer retry_{workers_.front().io};
    std::uint16_t port_{};
    std::atomic<std::uint64_t> connections_{};
    std::mutex stop_mutex_{};
};

HttpsServer::HttpsServer(Service& service, Certificates const& certificates, ServerOptions options)
    : impl_(std::make_unique<Impl>(service, certificates, options)) {}
HttpsServer::~HttpsServer() = default;
std::uint16_t HttpsServer::port() const noexcept { return impl_->port(); }
std::uint64_t HttpsServer::connections() const noexcept { return impl_->connections(); }
void HttpsServer::stop() { impl_->stop(); }

}  // namespace clerk::testing
