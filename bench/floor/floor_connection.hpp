// One keep-alive connection: writes a request, counts the response.
#pragma once

#include "floor/floor_tls.hpp"
#include "floor/response_counter.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace clerk_bench {

class Connection {
public:
    using Clock = std::chrono::steady_clock;

    Connection(TlsContext& context, int epoll) : context_{context}, epoll_{epoll} {}
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;
    ~Connection() { close(); }

    // Writes the request, on a new socket when there is none. `request` must stay valid until the answer is complete.
    void send(std::string_view request);
    // Continues after the socket has become ready. True when the response is complete; then send() may be called again.
    // Throws std::exception when the connection fails, and closes it.
    [[nodiscard]] bool advance(std::span<char> buffer);
    void close() noexcept;

    [[nodiscard]] int status() const noexcept { return response_.status(); }
    [[nodiscard]] Clock::time_point sent_at() const noexcept { return sent_at_; }
    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
    [[nodiscard]] std::uint64_t resumed() const noexcept { return resumed_; }

private:
    void open();
    // False while the handshake is not complete or the socket's buffer is full.
    [[nodiscard]] bool write_rest();
    // Throws unless OpenSSL only has to wait for the socket.
    void check_wait(int result);

    TlsContext& context_;
    int epoll_;
    int socket_{-1};
    std::unique_ptr<SSL, SslDeleter> ssl_{};
    std::string_view unsent_{};
    ResponseCounter response_{};
    Clock::time_point sent_at_{};
    bool shaken_hands_{};
    bool busy_{};
    std::uint64_t opened_{};
    std::uint64_t resumed_{};
};

}  // namespace clerk_bench
