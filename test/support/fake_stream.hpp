// A byte stream without a network for net::HttpExchange: the bytes of the peer come in the pieces that a test gives,
// and any operation can fail or hang.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
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

// What a script says about the peer.
struct PeerScript {
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    std::vector<std::string> pieces{};                       // what it sends; each is one read at most
    boost::system::error_code end{boost::asio::error::eof};  // what a read after them gives
    std::size_t write_size{never};                           // most bytes it takes at once
    std::size_t fail_at{never};                              // the operation, from 0, that fails
    boost::system::error_code failure{boost::asio::error::connection_reset};
    std::size_t hang_at{never};  // the operation that waits for abort()
};

class FakeStream {
    using ErrorCode = boost::system::error_code;

public:
    // The way in which this stream says that it was cut off.
    static constexpr auto cut = boost::asio::error::not_connected;

    FakeStream(boost::asio::any_io_executor executor, PeerScript script)
        : executor_{std::move(executor)}, script_{std::move(script)}, hanging_{executor_} {}

    template <class Handler>
    void async_read_some(boost::asio::mutable_buffer room, Handler&& handler) {
        begin_step(true);
        if (stops(std::forward<Handler>(handler))) return;
        if (piece_ == script_.pieces.size()) return complete(std::forward<Handler>(handler), script_.end, 0);
        std::string& piece = script_.pieces[piece_];
        std::size_t const n = boost::asio::buffer_copy(room, boost::asio::buffer(piece));
        n == piece.size() ? (void)++piece_ : (void)piece.erase(0, n);
        bytes_read_ += n;
        complete(std::forward<Handler>(handler), {}, n);
    }

    template <class Handler>
    void async_write_some(boost::asio::const_buffer data, Handler&& handler) {
        begin_step(false);
        if (stops(std::forward<Handler>(handler))) return;
        std::size_t const n = std::min(data.size(), script_.write_size);
        written_.append(static_cast<char const*>(data.data()), n);
        complete(std::forward<Handler>(handler), {}, n);
    }

    void abort() noexcept {
        aborted_ = true;
        hanging_.cancel();
    }
    [[nodiscard]] bool has_unread_bytes() const noexcept { return piece_ < script_.pieces.size(); }
    [[nodiscard]] static bool was_cut(ErrorCode ec) noexcept { return ec == cut; }

    // Called as each operation begins, with its number from 0 and whether it reads.
    std::function<void(std::size_t, bool)> on_step{};

    [[nodiscard]] std::string const& written() const noexcept { return written_; }
    [[nodiscard]] std::size_t bytes_read() const noexcept { return bytes_read_; }
    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

private:
    void begin_step(bool reads) {
        step_ = steps_++;
        if (on_step) on_step(step_, reads);
    }

    // The operation fails, or never ends by itself.
    template <class Handler>
    [[nodiscard]] bool stops(Handler&& handler) {
        if (aborted_) {
            complete(std::forward<Handler>(handler), boost::asio::error::operation_aborted, 0);
        } else if (step_ == script_.fail_at) {
            complete(std::forward<Handler>(handler), script_.failure, 0);
        } else if (step_ == script_.hang_at) {
            hanging_.expires_at(std::chrono::steady_clock::time_point::max());
            hanging_.async_wait([handler = std::forward<Handler>(handler)](ErrorCode) mutable {
                std::move(handler)(ErrorCode{boost::asio::error::operation_aborted}, std::size_t{0});
            });
        } else {
            return false;
        }
        return true;
    }

    template <class Handler>
    void complete(Handler&& handler, ErrorCode ec, std::size_t n) {
        auto const executor = boost::asio::get_associated_executor(handler, executor_);
        boost::asio::post(executor,
                          [handler = std::forward<Handler>(handler), ec, n]() mutable { std::move(handler)(ec, n); });
    }

    boost::asio::any_io_executor executor_;
    PeerScript script_;
    boost::asio::steady_timer hanging_;
    std::size_t piece_{};
    std::size_t steps_{};
    std::size_t step_{};
    std::size_t bytes_read_{};
    bool aborted_{};
    std::string written_{};
};

}  // namespace clerk::test
