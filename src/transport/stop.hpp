// Ends a connect early: on cancellation, at its deadline, or when the client is closed.
#pragma once

#include "transport/connection.hpp"
#include "transport/one_shot_signal.hpp"

#include <clerk/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace clerk::transport {

// Requests one connect to end. The request is stored, so it is not lost between two steps.
class Stop : public boost::intrusive::list_base_hook<> {
public:
    explicit Stop(boost::asio::any_io_executor on, ConnectStep* tells = nullptr)
        : strand{std::move(on)}, step{tells}, asked_{strand} {}

    // Any thread may call it; it does not allocate. The connect is notified on its strand; the first reason counts.
    void ask(errc why) noexcept {
        errc none{};
        why_.compare_exchange_strong(none, why);
        asked_.set();
    }

    boost::asio::any_io_executor strand;
    ConnectStep* step;  // null: not recorded

    // The following are used on the strand only.
    errc reason{};                 // errc{}: continue
    std::function<void()> wake{};  // ends the step in progress

    void request(errc why) {
        if (reason != errc{}) return;
        reason = why;
        if (reason != errc{} && wake) wake();
    }
    [[nodiscard]] bool requested() const noexcept { return reason != errc{}; }
    // "cancelled while connecting". Precondition: requested().
    [[nodiscard]] std::string message(std::string const& doing) const;

private:
    friend class StopGuard;

    std::atomic<errc> why_{};
    OneShotSignal asked_;  // set by a request, or at the end of the connect
};

// The connects in progress, so that all can be ended. Allocates nothing.
class StopRegistry {
public:
    // False when it was closed before. An added object must live until it is removed.
    [[nodiscard]] bool add(Stop& stop) noexcept;
    void remove(Stop& stop) noexcept;
    // Requests the connect that has this step to end with errc::cancelled.
    void stop(ConnectStep const& step) noexcept;
    // Requests every connect to end with errc::client_closed.
    void close() noexcept;

private:
    std::mutex mutex_{};
    boost::intrusive::list<Stop> stops_{};
    bool closed_{};
};

// Makes a Stop end one connect as long as this object exists, and ends it at the earlier of `deadline` and now plus
// `limit`; limit 0: no limit. Used on the strand of the connect.
class StopGuard {
public:
    StopGuard(std::shared_ptr<StopRegistry> registry, std::shared_ptr<Stop> stop, TimePoint deadline = no_deadline,
              std::chrono::milliseconds limit = {});
    ~StopGuard();
    StopGuard(StopGuard const&) = delete;
    StopGuard& operator=(StopGuard const&) = delete;

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
};

}  // namespace clerk::transport
