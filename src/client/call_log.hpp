// The record of one call for the observer. Exists only with an observer.
#pragma once

#include "base/clock.hpp"
#include "client/attempt.hpp"
#include "http/body_sink.hpp"
#include "transport/connection.hpp"
#include "transport/pool.hpp"

#include <clerk/observer.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::client {

class CallLog {
public:
    // Calls the observer: the call begins.
    CallLog(std::shared_ptr<Observer> observer, CallInfo const& call);

    // Calls the observer: an attempt begins. Returns the header lines that it adds to those of `head`.
    [[nodiscard]] std::string begin_attempt(int number, std::string_view head);
    // Precondition of the following: begin_attempt() was called.
    void waited_for_limiter(std::chrono::nanoseconds time) noexcept { attempts_.back().limiter_wait += time; }
    void refused(boost::system::error_code code) noexcept { attempts_.back().code = code; }
    void leased(transport::LeaseResult const& lease) noexcept;
    void exchanged(transport::ExchangeTiming const& timing, std::chrono::nanoseconds decode, bool reused) noexcept;
    void end_attempt(Attempt const& attempt) noexcept;
    void waited(std::chrono::nanoseconds backoff) noexcept { attempts_.back().backoff = backoff; }

    // Calls the observer: the call has ended. `error` is null on success.
    void finish(http::ResponseHead const& head, Error const* error) const;

private:
    std::shared_ptr<Observer> observer_;
    CallInfo call_;
    base::Clock::time_point begun_{base::Clock::now()};
    std::vector<AttemptRecord> attempts_{};
};

// Measures the time that another sink needs.
class TimedSink final : public http::BodySink {
public:
    explicit TimedSink(http::BodySink& sink) noexcept : sink_{sink} {}

    void reset() override;
    bool write(std::string_view piece) override;
    bool finish() override;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept override { return sink_.failure(); }

    [[nodiscard]] std::chrono::nanoseconds elapsed() const noexcept { return elapsed_; }

private:
    http::BodySink& sink_;
    std::chrono::nanoseconds elapsed_{};
};

}  // namespace clerk::client
