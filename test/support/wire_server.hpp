// A scripted HTTPS server that sends exact bytes, and records what it received.
#pragma once

#include <clerk/config.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::test {

// A response with a Content-Length and optional extra header lines ("Name: value\r
// …").
[[nodiscard]] std::string http_response(int status, std::string_view body, std::string_view extra_headers = {});
[[nodiscard]] std::string organization_response(std::string_view extra_headers = {});

class WireServer {
public:
    // One TLS connection, used by its own thread. Reads and writes return without an error when the peer has closed it.
    class Session {
    public:
        virtual ~Session() = default;
        // The number of this connection, from 0.
        [[nodiscard]] virtual std::size_t number() const noexcept = 0;
        // The next request: head and body; empty at the end. Kept in WireServer::requests() too.
        virtual std::string read_request() = 0;
        virtual bool write(std::string_view bytes) = 0;
        // Sends bytes outside the TLS session: the peer reads them as a record.
        virtual bool write_raw(std::string_view bytes) = 0;
        // Sends one byte at a time until all are sent or the peer has closed the connection.
        virtual void drip(std::string_view bytes, std::chrono::milliseconds interval) = 0;
        // Ends the TLS session properly and leaves TCP open.
        virtual void end_tls() = 0;
        // After read_request() returned nothing: the peer ended the TLS session with a close_notify.
        [[nodiscard]] virtual bool ended_properly() const noexcept = 0;
        // Ends the TLS session properly, then TCP.
        virtual void close() = 0;
        // Closes TCP without a TLS close_notify.
        virtual void cut() = 0;
        // Resets TCP.
        virtual void reset() = 0;
        // Waits until the peer has closed the connection or the server stops.
        virtual void stall() = 0;
    };
    using Handler = std::function<void(Session&)>;

    explicit WireServer(Handler handler);
    ~WireServer();
    WireServer(WireServer const&) = delete;
    WireServer& operator=(WireServer const&) = delete;

    // A configuration for this server: one attempt, the server's CA, a key.
    [[nodiscard]] Config config() const;
    [[nodiscard]] std::string authority() const;
    // Every request in order of arrival.
    [[nodiscard]] std::vector<std::string> requests() const;
    [[nodiscard]] std::size_t connections() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

// Answers every request with `response`.
[[nodiscard]] WireServer::Handler always(std::string response);

}  // namespace clerk::test
