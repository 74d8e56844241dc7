// Tries several addresses in parallel; the first to connect wins (RFC 8305, "happy eyeballs").
#pragma once

#include "base/clock.hpp"
#include "transport/connect/address_cache.hpp"
#include "transport/pool_core.hpp"
#include "transport/timer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace clerk::transport {

// When the next address is tried (RFC 8305 section 5). Time is a parameter.
class RaceSchedule {
public:
    RaceSchedule(std::size_t addresses, std::chrono::nanoseconds stagger) noexcept
        : addresses_{addresses}, stagger_{stagger} {}

    // The address to try now: the first at once, each other one when the previous one has failed or its head start has
    // passed.
    [[nodiscard]] std::optional<std::size_t> start_due(TimePoint now) noexcept {
        if (started_ == addresses_ || now < next_at_) return std::nullopt;
        next_at_ = now + stagger_;
        return started_++;
    }
    // One of the started attempts.
    void failed() noexcept {
        ++failed_;
        next_at_ = TimePoint::min();
    }

    // When start_due() returns the next address; no_deadline: never.
    [[nodiscard]] TimePoint next_at() const noexcept { return started_ == addresses_ ? no_deadline : next_at_; }
    // Every address has failed.
    [[nodiscard]] bool lost() const noexcept { return failed_ == addresses_; }

private:
    std::size_t addresses_;
    std::chrono::nanoseconds stagger_;
    std::size_t started_{};
    std::size_t failed_{};
    TimePoint next_at_{TimePoint::min()};
};

// One race. All of it runs on `strand`; the sockets are bound to `io`.
template <class Executor>
class ConnectRace : public std::enable_shared_from_this<ConnectRace<Executor>> {
    using ErrorCode = boost::system::error_code;

public:
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

    // Precondition: addresses is not empty.
    ConnectRace(boost::asio::any_io_executor const& strand, Executor const& io, SharedAddresses addresses,
                std::chrono::nanoseconds stagger)
        : strand_{strand},
          io_{io},
          addresses_{std::move(addresses)},
          schedule_{addresses_->size(), stagger},
          sockets_(addresses_->size()),
          wake_{strand} {}

    // Runs until one address is connected, all have failed, or stop() was called. Call it once. Returns the last
    // failure; unset when there is a winner.
    [[nodiscard]] boost::asio::awaitable<ErrorCode> run() {
        auto const self = this->shared_from_this();
        // The state is checked before each wait, so a cancellation of the timer is never lost.
        while (!winner_ && !stopped_ && !schedule_.lost()) {
            while (auto const next = schedule_.start_due(base::Clock::now())) start(*next);
            wake_.expires_at(schedule_.next_at());
            co_await wake_.async_wait(boost::asio::as_tuple(boost::asio::deferred));
        }
        over_ = true;
        if (winner_) socket_.emplace(std::move(*sockets_[*winner_]));
        sockets_.clear();  // ends the attempts that are left
        co_return winner_ ? ErrorCode{} : last_failure_;
    }

    void stop() {
        stopped_ = true;
        wake_.cancel();
    }

    // Preconditions: run() returned no failure, and stop() was not called.
    [[nodiscard]] Socket take_socket() { return std::move(*socket_); }
    [[nodiscard]] boost::asio::ip::tcp::endpoint const& address() const noexcept { return (*addresses_)[*winner_]; }

private:
    void start(std::size_t index) {
        Socket& socket = sockets_[index].emplace(io_);
        open(socket, (*addresses_)[index].protocol());
        auto on_end = [self = this->shared_from_this(), index](ErrorCode ec) { self->ended(index, ec); };
        socket.async_connect((*addresses_)[index], boost::asio::bind_executor(strand_, std::move(on_end)));
    }
    // Sets close-on-exec, which Asio does not. If this fails, async_connect() fails too. Asio includes the system
    // headers for these names.
    static void open([[maybe_unused]] Socket& socket, [[maybe_unused]] boost::asio::ip::tcp const& protocol) {
#ifdef SOCK_CLOEXEC
        int const opened = ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
        if (opened == -1) return;
        ErrorCode ec;
        socket.assign(protocol, opened, ec);
        if (ec) ::close(opened);
#endif
    }
    void ended(std::size_t index, ErrorCode ec) {
        if (over_ || winner_) return;
        if (ec) {
            last_failure_ = ec;
            sockets_[index].reset();
            schedule_.failed();
        } else {
            winner_ = index;
        }
        wake_.cancel();
    }

    boost::asio::any_io_executor strand_;
    Executor io_;
    SharedAddresses addresses_;
    RaceSchedule schedule_;
    std::vector<std::optional<Socket>> sockets_;
    Timer wake_;
    std::optional<std::size_t> winner_{};
    std::optional<Socket> socket_{};
    ErrorCode last_failure_{};
    bool stopped_{};
    bool over_{};
};

}  // namespace clerk::transport
