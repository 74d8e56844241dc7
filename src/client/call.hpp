// The state of one call in ClientCore::perform().
#pragma once

#include "client/attempt.hpp"
#include "client/call_error.hpp"
#include "client/call_log.hpp"
#include "client/client_core.hpp"
#include "client/retry/retry.hpp"
#include "http/error_body.hpp"
#include "http/request.hpp"
#include "http/secret_buffer.hpp"
#include "transport/connection.hpp"
#include "transport/pool.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace clerk::client {

struct ClientCore::Call {
    Call(http::Request& what, http::BodySink& sink) : request{what}, success{sink} {}

    http::Request& request;
    http::BodySink& success;
    transport::TimePoint now{};  // when the attempt, or its replay, begins or has its connection
    transport::TimePoint proven_since{transport::TimePoint::min()};  // of the connection: after the last failure of one
    transport::TimePoint deadline{transport::no_deadline};
    std::chrono::milliseconds attempt_timeout{};
    std::chrono::milliseconds attempt_left{};  // what is left of attempt_timeout, for a replay
    int max_attempts{};
    Admission admission{};
    Permit permit{};
    http::SecretBuffer wire{};
    std::optional<http::TextStream> text{};
    http::BodyStream* body{};  // a body that is sent apart from the head
    Attempt attempt{.error_text = http::CappedText{max_error_body}};
    bool replay{};                           // the request is sent over on a new connection, within the attempt
    bool refused{};                          // no further attempt was admitted
    std::optional<client::Retry> granted{};  // by the budget, but not started yet
    CallFacts facts{};
    std::optional<http::ErrorBody> error_body{};
    boost::asio::cancellation_state cancellation{};
    CallLog* log{};      // null: there is no observer
    TimedSink* timed{};  // wraps the caller's sink for the observer
    transport::ExchangeTiming timing{};
    std::size_t observer_headers{};  // bytes of the head that the observer has added for this attempt

    static constexpr std::size_t max_error_body = 64 * 1024;

    [[nodiscard]] bool cancelled() const noexcept {
        return cancellation.cancelled() != boost::asio::cancellation_type::none;
    }
    void stop(errc code, StopReason reason, std::string why);

    // For `content` that is not written together with the head.
    void send_apart(http::Content const& content) noexcept {
        body = content.stream ? content.stream.get() : &text.emplace(content.text);
    }
    void begin_attempt(int number);
    // Call it before the request is sent or replayed. False when that is not possible: the attempt has failed.
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool idempotent() const noexcept { return request.idempotency == http::Idempotency::idempotent; }
    [[nodiscard]] transport::LeaseRequest wanted() const noexcept {
        return {now, deadline, attempt_left, proven_since, idempotent(), admission.terms.time};
    }
    // The result refers to the call.
    [[nodiscard]] transport::Exchange begin_exchange(bool gzip);
    enum class AfterExchange { attempt_ended, send_again };
    // Gives the connection back. For a replay, `now` is updated.
    [[nodiscard]] AfterExchange end_exchange(transport::Lease& lease);
};

}  // namespace clerk::client
