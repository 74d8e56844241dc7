// Connections without a network: a script determines the result and the number of suspensions of each connect and
// exchange. Used to run asynchronous code with a failure or a cancellation at every step.
#pragma once

#include "base/clock.hpp"
#include "transport/connection.hpp"
#include "transport/timer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace clerk::test {

// The script of one exchange.
struct ScriptedExchange {
    int status{200};
    std::string body{R"({"id":"org_1"})"};
    errc failure{};  // instead of an answer
    bool any_byte_sent{true};
    bool reusable{true};
    std::string retry_after{};
    std::chrono::milliseconds takes{0};
    std::chrono::milliseconds never{0};  // > 0: hangs this long unless aborted or cancelled
};

struct Script {
    std::mutex mutex{};
    std::deque<errc> connects{};               // errc{} succeeds; exhausted: succeeds
    std::deque<ScriptedExchange> exchanges{};  // exhausted: a 200 with an organization
    bool alive{true};
    std::chrono::milliseconds connect_takes{0};
    bool has_timeout{true};
    transport::ConnectTiming timing{};    // reported by each connect
    std::vector<std::string> requests{};  // everything that was written
    std::atomic<int> measured{0};         // exchanges that were measured
    std::atomic<int> silent{0};           // the first so many connections never answer
    std::atomic<int> open{0};
    std::atomic<int> opened{0};
    std::atomic<int> closed{0};                         // connections on which close() was called
    std::atomic<transport::ConnectStep const*> stop{};  // of the connect that was stopped
};

class ScriptedConnection final : public transport::Connection {
public:
    explicit ScriptedConnection(std::shared_ptr<Script> script) : script_{std::move(script)} {
        ++script_->open;
        number_ = ++script_->opened;
    }
    ~ScriptedConnection() override { --script_->open; }

    boost::asio::awaitable<void> exchange(transport::Exchange const& exchange,
                                          transport::ExchangeResult& result) override {
        namespace asio = boost::asio;
        ScriptedExchange todo{};
        {
            std::lock_guard const lock{script_->mutex};
            script_->requests.push_back(std::string{exchange.wire} + rest_of(exchange.stream));
            if (!script_->exchanges.empty()) {
                todo = std::move(script_->exchanges.front());
                script_->exchanges.pop_front();
            }
        }
        if (number_ <= script_->silent) todo.never = std::chrono::hours{1};
        if (exchange.timing != nullptr) ++script_->measured;
        result.any_byte_sent = todo.any_byte_sent;
        // Two suspensions, one for writing and one for reading; abort() has the same effect as on a socket.
        auto const executor = co_await asio::this_coro::executor;
        for (auto left : {todo.takes / 2, todo.takes / 2 + todo.never}) {
            auto const until = base::Clock::now() + left;
            do {
                auto const rest = std::chrono::ceil<std::chrono::milliseconds>(until - base::Clock::now());
                transport::Timer timer{
                    executor, std::min(std::max(rest, std::chrono::milliseconds{0}), std::chrono::milliseconds{2})};
                auto const [ec] = co_await timer.async_wait(asio::as_tuple(asio::deferred));
                if (ec) {
                    result.code = make_error_code(errc::cancelled);
                    result.cause = ec;
                    co_return;
                }
                if (aborted_) {
                    result.code = make_error_code(errc::connection_closed);
                    co_return;
                }
            } while (base::Clock::now() < until);
        }
        if (todo.failure != errc{}) {
            result.code = make_error_code(todo.failure);
            co_return;
        }
        result.head = http::ResponseHead{};
        result.head.status = todo.status;
        result.head.json = true;
        result.head.retry_after.assign(todo.retry_after);
        result.response_begun = true;
        result.success_sink = todo.status / 100 == 2;
        http::BodySink& sink = result.success_sink ? exchange.success : exchange.failure;
        sink.reset();
        result.complete = true;
        result.reusable = todo.reusable;
        if (sink.write(todo.body) && sink.finish()) co_return;
        result.refusal = sink.failure();
        result.code = make_error_code(result.refusal.code);
    }

    bool alive() noexcept override { return script_->alive; }
    void abort() noexcept override { aborted_ = true; }
    void close() noexcept override { ++script_->closed; }

private:
    static std::string rest_of(http::BodyStream* stream) {
        std::string text(stream == nullptr ? 0 : static_cast<std::size_t>(stream->size()), '\0');
        if (stream != nullptr) text.resize(stream->read(text));
        return text;
    }

    std::shared_ptr<Script> script_;
    int number_{};
    std::atomic<bool> aborted_{false};
};

class ScriptedConnector final : public transport::Connector {
public:
    explicit ScriptedConnector(std::shared_ptr<Script> script) : script_{std::move(script)} {}

    boost::asio::awaitable<transport::ConnectResult> connect(transport::TimePoint deadline,
                                                             transport::ConnectStep& doing) override {
        namespace asio = boost::asio;
        errc code{};
        {
            std::lock_guard const lock{script_->mutex};
            if (!script_->connects.empty()) {
                code = script_->connects.front();
                script_->connects.pop_front();
            }
        }
        auto const ready = base::Clock::now() + script_->connect_takes;
        auto const executor = co_await asio::this_coro::executor;
        auto const until = std::min(ready, deadline);
        boost::system::error_code ec;
        do {  // in steps, to notice close()
            transport::Timer timer{executor, std::min(until, base::Clock::now() + step)};
            std::tie(ec) = co_await timer.async_wait(asio::as_tuple(asio::deferred));
        } while (!ec && !shut_ && script_->stop != &doing && base::Clock::now() < until);
        transport::ConnectResult result{};
        result.timing = script_->timing;
        if (shut_) {
            result.code = make_error_code(errc::client_closed);
        } else if (ec || script_->stop == &doing) {
            result.code = make_error_code(errc::cancelled);
        } else if (deadline < ready) {
            result.code = make_error_code(errc::deadline_exceeded);
        } else if (code != errc{}) {
            result.code = make_error_code(code);
        } else {
            result.connection = std::make_unique<ScriptedConnection>(script_);
        }
        co_return result;
    }

    [[nodiscard]] bool has_timeout() const noexcept override { return script_->has_timeout; }
    void stop(transport::ConnectStep const& doing) noexcept override { script_->stop = &doing; }
    void close() noexcept override { shut_ = true; }

private:
    static constexpr std::chrono::milliseconds step{2};

    std::shared_ptr<Script> script_;
    std::atomic<bool> shut_{false};
};

}  // namespace clerk::test
