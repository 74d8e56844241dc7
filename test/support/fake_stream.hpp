// A byte stream without a network for transport::HttpExchange: the bytes of the peer come in the pieces that a test
// gives, and any operation can fail or hang.
#pragma once

#include "base/clock.hpp"
#include "transport/timer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace clerk::test {

// The behaviour of the peer.
struct PeerScript {
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    std::vector<std::string> pieces{};                       // what it sends; each piece is at most one read
    boost::system::error_code end{boost::asio::error::eof};  // the result of a read after them
    std::size_t write_size{never};                           // most bytes that one write accepts
    std::size_t fail_at{never};                              // the operation, from 0, that fails
    boost::system::error_code failure{boost::asio::error::connection_reset};
    std::size_t hang_at{never};  // the operation that waits for abort()
    bool at_once{};              // no other operation has to wait
    std::size_t early{};         // pieces that arrive while the rest of the request waits
};

class FakeStream {
    using ErrorCode = boost::system::error_code;

public:
    // The error of this stream for a truncated stream.
    static constexpr auto cut = boost::asio::error::not_connected;

    FakeStream(boost::asio::any_io_executor executor, PeerScript script)
        : executor_{std::move(executor)}, script_{std::move(script)}, hanging_{executor_} {}

    std::size_t read_some(boost::asio::mutable_buffer room, ErrorCode& ec) {
        if (blocks(true)) return would_block(ec);
        if (fails(ec)) return 0;
        if (piece_ == script_.pieces.size()) {
            ec = script_.end;
            return 0;
        }
        std::string& piece = script_.pieces[piece_];
        std::size_t const n = boost::asio::buffer_copy(room, boost::asio::buffer(piece));
        n == piece.size() ? (void)++piece_ : (void)piece.erase(0, n);
        bytes_read_ += n;
        return n;
    }

    std::size_t write_some(boost::asio::const_buffer data, ErrorCode& ec) {
        if (blocks(false)) return would_block(ec);
        if (fails(ec)) return 0;
        std::size_t const n = std::min(data.size(), script_.write_size);
        written_.append(static_cast<char const*>(data.data()), n);
        return n;
    }

    // If no operation would have blocked, a read will begin.
    template <class Handler>
    void async_ready(Handler&& handler) {
        if (state_ == State::none) begin_step(true);
        state_ = State::ready;
        auto const executor = boost::asio::get_associated_executor(handler, executor_);
        auto end = [handler = std::forward<Handler>(handler)]() mutable {
            std::move(handler)(ErrorCode{}, std::size_t{0});
        };
        if (!hangs_ || aborted_) return boost::asio::post(executor, std::move(end));
        hanging_.expires_at(base::Clock::time_point::max());
        hanging_.async_wait([end = std::move(end)](ErrorCode) mutable { end(); });
    }
    template <class Handler>
    void async_ready_to_send(Handler&& handler) {
        async_ready(std::forward<Handler>(handler));
    }
    [[nodiscard]] bool peer_spoke() const noexcept { return !written_.empty() && piece_ < script_.early; }
    void ready(ErrorCode, std::size_t) noexcept {}

    void abort() noexcept {
        aborted_ = true;
        hanging_.cancel();
    }
    [[nodiscard]] bool has_unread_bytes() const noexcept { return piece_ < script_.pieces.size(); }
    [[nodiscard]] static bool only_tls_spoke() noexcept { return false; }
    [[nodiscard]] static bool was_cut(ErrorCode ec) noexcept { return ec == cut; }

    // Called as each operation begins, with its number from 0 and whether it reads.
    std::function<void(std::size_t, bool)> on_step{};

    [[nodiscard]] std::string const& written() const noexcept { return written_; }
    [[nodiscard]] std::size_t bytes_read() const noexcept { return bytes_read_; }
    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

private:
    enum class State { none, blocked, ready };  // of the operation in progress

    void begin_step(bool reads) {
        step_ = steps_++;
        hangs_ = step_ == script_.hang_at;
        aborted_first_ = aborted_;
        if (on_step) on_step(step_, reads);
    }

    // Whether the operation has to wait first.
    [[nodiscard]] bool blocks(bool reads) {
        if (state_ == State::ready) {
            state_ = State::none;
            return false;
        }
        if (state_ == State::none) begin_step(reads);
        state_ = State::blocked;
        if (script_.at_once && !hangs_) state_ = State::none;
        return state_ == State::blocked;
    }
    static std::size_t would_block(ErrorCode& ec) noexcept {
        ec = boost::asio::error::would_block;
        return 0;
    }

    [[nodiscard]] bool fails(ErrorCode& ec) noexcept {
        // An operation that was about to succeed when it was aborted succeeds.
        if (aborted_first_ || (hangs_ && aborted_)) {
            ec = boost::asio::error::operation_aborted;
        } else if (step_ == script_.fail_at) {
            ec = script_.failure;
        }
        return ec.failed();
    }

    boost::asio::any_io_executor executor_;
    PeerScript script_;
    transport::Timer hanging_;
    std::size_t piece_{};
    std::size_t steps_{};
    std::size_t step_{};
    std::size_t bytes_read_{};
    State state_{State::none};
    bool aborted_{};
    bool hangs_{};
    bool aborted_first_{};  // before the operation in progress began
    std::string written_{};
};

}  // namespace clerk::test
