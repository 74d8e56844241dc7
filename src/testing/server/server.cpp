#include "testing/server/server.hpp"

#include "testing/server/session.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <openssl/ssl.h>

#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <string_view>
#include <system_error>
#include <vector>

namespace clerk::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

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

// Ends sessions that are past their deadline.
Task sweep(Worker& worker) {
    while (!worker.stopping) {
        worker.timer.expires_after(1s);
        co_await worker.timer.async_wait(as_result);
        worker.now = Clock::now();
        for (Session* const session : worker.sessions) {
            if (session->deadline() < worker.now) session->close();
        }
    }
}

// On the worker's thread.
// Programs that the process starts must not inherit it. Asio includes the system headers for these names.
void close_on_exec([[maybe_unused]] auto& socket) {
#ifdef FD_CLOEXEC
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
#endif
}

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
    Impl(Service& service, FaultInjector& faults, Certificates const& certificates, ServerOptions options)
        : tls_(make_tls_context(certificates)),
          shared_{service, faults, tls_, options.latency, options.webhooks},
          workers_(options.threads),
          acceptor_(workers_.front().io) {
        try {
            tcp::endpoint const endpoint{asio::ip::address_v4::loopback(), options.port};
            acceptor_.open(endpoint.protocol());
            close_on_exec(acceptor_);
#ifndef _WIN32
            acceptor_.set_option(
                tcp::acceptor::reuse_address{true});  // on other systems it would let two servers share a port
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
            auto [error, socket] = co_await acceptor_.async_accept(worker.io, as_result);
            if (!acceptor_.is_open()) co_return;
            if (error) {
                // Usually out of file descriptors: give sessions time to end.
                retry_.expires_after(20ms);
                co_await retry_.async_wait(as_result);
                continue;
            }
            close_on_exec(socket);
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

HttpsServer::HttpsServer(Service& service, FaultInjector& faults, Certificates const& certificates,
                         ServerOptions options)
    : impl_(std::make_unique<Impl>(service, faults, certificates, options)) {}
HttpsServer::~HttpsServer() = default;
std::uint16_t HttpsServer::port() const noexcept { return impl_->port(); }
std::uint64_t HttpsServer::connections() const noexcept { return impl_->connections(); }
void HttpsServer::stop() { impl_->stop(); }

}  // namespace clerk::testing
