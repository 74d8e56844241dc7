// HTTPS in front of a Service: sockets, TLS and HTTP/1.1, on its own threads.
#pragma once

#include "testing/faults/fault_injector.hpp"
#include "testing/server/certificates.hpp"
#include "testing/service/service.hpp"
#include "testing/webhooks/webhook_sender.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace clerk::testing {

struct ServerOptions {
    std::uint16_t port{};
    std::chrono::milliseconds latency{};
    std::size_t threads{1};
    WebhookSender* webhooks{};  // outlives the server; null: there is none
};

class HttpsServer {
public:
    // Listens on 127.0.0.1 when it returns. Throws std::system_error. The service and the faults outlive the server.
    HttpsServer(Service& service, FaultInjector& faults, Certificates const& certificates, ServerOptions options);
    ~HttpsServer();
    HttpsServer(HttpsServer const&) = delete;
    HttpsServer& operator=(HttpsServer const&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::uint64_t connections() const noexcept;
    // Closes everything and waits for the threads. Idempotent, thread-safe.
    void stop();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace clerk::testing
