#include "client/call_log.hpp"

#include "base/clock.hpp"
#include "http/error_body.hpp"

#include <string>
#include <utility>

namespace clerk::client {

using base::Clock;

namespace {

constexpr transport::TimePoint unset{};

// Adds the duration of its lifetime to a sum.
class Stopwatch {
public:
    explicit Stopwatch(std::chrono::nanoseconds& sum) noexcept : sum_{sum} {}
    ~Stopwatch() { sum_ += Clock::now() - begun_; }
    Stopwatch(Stopwatch const&) = delete;
    Stopwatch& operator=(Stopwatch const&) = delete;

private:
    std::chrono::nanoseconds& sum_;
    Clock::time_point begun_{Clock::now()};
};

}  // namespace

CallLog::CallLog(std::shared_ptr<Observer> observer, CallInfo const& call)
    : observer_{std::move(observer)}, call_{call} {
    observer_->on_start(call_);
}

std::string CallLog::begin_attempt(int number, std::string_view head) {
    attempts_.emplace_back();
    AttemptStart start{call_, number, head};
    observer_->on_attempt(start);
    return start.added_headers();
}

void CallLog::leased(transport::LeaseResult const& lease) noexcept {
    AttemptRecord& record = attempts_.back();
    record.pool_wait += lease.waited;
    record.resolve += lease.timing.resolve;
    record.connect += lease.timing.connect;
    record.tls += lease.timing.tls;
    record.resumed = lease.timing.resumed;
}

void CallLog::exchanged(transport::ExchangeTiming const& timing, std::chrono::nanoseconds decode,
                        bool reused) noexcept {
    AttemptRecord& record = attempts_.back();
    record.bytes_sent = timing.bytes_sent;
    record.bytes_received = timing.bytes_received;
    record.reused = reused;
    if (timing.first_byte == unset) return;
    record.time_to_first_byte = timing.first_byte - timing.begun;
    record.transfer = timing.ended - timing.first_byte;
    record.decode = decode;
}

void CallLog::end_attempt(Attempt const& attempt) noexcept {
    attempts_.back().status = attempt.end.head.status;
    attempts_.back().code = attempt.end.code;
}

void CallLog::finish(http::ResponseHead const& head, Error const* error) const {
    CallRecord record{call_};
    record.attempts = attempts_;
    record.elapsed = Clock::now() - begun_;
    record.status = head.status;
    std::string const trace = http::trace_id(nullptr, head.trace_id.view(), head.ray.view());
    record.trace_id = trace;
    if (error != nullptr) {
        record.code = error->code();
        record.status = error->status();
        record.stop_reason = error->stop_reason();
        record.may_have_taken_effect = error->may_have_taken_effect();
        record.trace_id = error->trace_id();
    }
    observer_->on_call(record);
}

void TimedSink::reset() {
    elapsed_ = {};
    sink_.reset();
}

bool TimedSink::write(std::string_view piece) {
    Stopwatch const watch{elapsed_};
    return sink_.write(piece);
}

bool TimedSink::finish() {
    Stopwatch const watch{elapsed_};
    return sink_.finish();
}

}  // namespace clerk::client
