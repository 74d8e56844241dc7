// One connection of the server: TLS, HTTP/1.1 and the injected faults.
#pragma once

#include "testing/faults/fault_injector.hpp"
#include "testing/server/request_reader.hpp"
#include "testing/server/response_writer.hpp"
#include "testing/service/service.hpp"
#include "testing/webhooks/webhook_sender.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>

namespace clerk::testing {

// The concrete executor everywhere: a type-erased one costs on every operation.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;
using Task = boost::asio::awaitable<void, Executor>;
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> as_result{};

// What all connections share.
struct Shared {
    Service& service;
    FaultInjector& faults;
    boost::asio::ssl::context& tls;
    std::chrono::milliseconds latency;
    WebhookSender* webhooks;  // null: no webhook
};

class Session;

// One thread with its own io_context; everything except `io` is used on that thread only.
struct Worker {
    Worker() : timer(io) {}

    boost::asio::io_context io{1};
    Timer timer;
    std::unordered_set<Session*> sessions{};
    Clock::time_point now{Clock::now()};  // coarse: as old as the last sweep
    DateText date{};
    bool stopping{};
    std::thread thread{};
};

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Worker& worker, Shared const& shared, Socket socket);
    ~Session();
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }
    // Ends the pending operation, and with it the session.
    void close();
    [[nodiscard]] Task run();

private:
    // Sets `answer` to false when the client has closed.
    [[nodiscard]] Task read_request(bool& answer);
    void skip_empty_lines();
    [[nodiscard]] std::size_t room() const noexcept;
    [[nodiscard]] FaultDecision next_fault();
    // Makes the answer in output_. False when it is the last one of the connection.
    [[nodiscard]] bool respond(FaultDecision const& fault);
    [[nodiscard]] ServiceResponse handle(Now time, FaultDecision const& fault);
    // Sends the event of the answer in output_ to the webhook.
    void publish(Now time);
    [[nodiscard]] boost::asio::const_buffer output() const noexcept;
    [[nodiscard]] Task pause(Clock::duration time);
    [[nodiscard]] Task say_goodbye();
    // Reads and discards until the client ends its side.
    [[nodiscard]] Task drain();

    // Applies `fault` to the answer.
    [[nodiscard]] Task misbehave(FaultDecision fault);
    [[nodiscard]] Task drip(FaultDecision fault);
    [[nodiscard]] Task end(FaultAction how);

    void wait_at_most(Clock::duration time) noexcept { deadline_ = worker_.now + time; }

    Worker& worker_;
    Shared const& shared_;
    boost::asio::ssl::stream<Socket> stream_;
    Timer timer_;
    boost::beast::flat_buffer input_{128 * 1024};
    ReceivedRequest request_{};
    std::optional<RequestReader> reader_{};
    boost::system::error_code failure_{};  // why the request could not be read
    std::string head_{};
    std::string output_{};  // head_room bytes, at whose end the head is written, and the body
    Clock::time_point deadline_{};
    bool lingering_{};
    bool closed_{};
};

}  // namespace clerk::testing
