// Ends a connect before its time: cancelled, too late, or the client was closed.
#pragma once

#include "net/connection.hpp"

#include <clerk/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace clerk::net {

// Asks one connect to end. The request stays, so it is not lost between two steps. Used on that connect's strand only.
struct Stop {
    explicit Stop(boost::asio::any_io_executor on, ConnectStep* tells = nullptr) : strand{std::move(on)}, step{tells} {}

    boost::asio::any_io_executor strand;
    ConnectStep* step;             // null: nobody wants to know
    errc reason{};                 // errc{}: go on
    std::function<void()> wake{};  // ends the step in progress

    void request(errc why) {
        if (reason != errc{}) return;
        reason = why;
        if (wake) wake();
    }
    [[nodiscard]] bool requested() const noexcept { return reason != errc{}; }
    // "cancelled while connecting". Precondition: requested().
    [[nodiscard]] std::string message(std::string const& doing) const;
};

// Requests it from any thread. Does nothing when the connect is over.
void request_stop(std::weak_ptr<Stop> const& stop, errc why);

// The connects in progress, so that all can be ended.
class StopRegistry {
public:
    // False when it was closed before.
    [[nodiscard]] bool add(std::shared_ptr<Stop> const& stop);
    void remove(Stop const& stop) noexcept;
    // Requests that of the connect which has this step, with errc::cancelled.
    void stop(ConnectStep const& step) noexcept;
    // Requests every stop, with errc::client_closed.
    void close();

private:
    std::mutex mutex_{};
    std::unordered_map<Stop const*, std::weak_ptr<Stop>> stops_{};
    bool closed_{};
};

// Lets a Stop reach one connect while that lasts, and asks for it when time is up. Lives on the connect's strand.
class StopGuard {
public:
    StopGuard(std::shared_ptr<StopRegistry> registry, std::shared_ptr<Stop> stop);
    ~StopGuard();
    StopGuard(StopGuard const&) = delete;
    StopGuard& operator=(StopGuard const&) = delete;

    // Until the earlier of `deadline` and `limit` from now; a limit of 0 is none.
    void start_timer(TimePoint deadline, std::chrono::milliseconds limit);
    // `doing` is a literal: "connecting".
    void begin_step(char const* doing) noexcept {
        if (stop_->step != nullptr) *stop_->step = doing;
    }
    // How to end the step that begins now.
    void on_stop(std::function<void()> wake) { stop_->wake = std::move(wake); }
    [[nodiscard]] Stop const& stop() const noexcept { return *stop_; }

private:
    std::shared_ptr<StopRegistry> registry_;
    std::shared_ptr<Stop> stop_;
    boost::asio::steady_timer timer_;
};

}  // namespace clerk::net
