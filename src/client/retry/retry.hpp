// Whether one more attempt is made. Pure: clock and random number are arguments.
#pragma once

#include <clerk/config.hpp>
#include <clerk/error.hpp>

#include "http/request.hpp"

#include <chrono>
#include <optional>
#include <variant>

namespace clerk::client {

// How one attempt ended.
struct Outcome {
    int status{};                   // 0: no complete response head arrived
    std::optional<errc> failure{};  // a failure of this client or the connection; empty when the response is complete
    std::optional<std::chrono::milliseconds> retry_after{};
    bool resource_locked{};      // a 409 whose Clerk code is resource_locked
    bool request_written{true};  // whether any byte of the request may have reached the peer; in doubt, yes
};

struct RetryContext {
    int number{1};                                         // of the attempt that just ended, counted from 1
    std::optional<std::chrono::milliseconds> remaining{};  // time left until the deadline; none without one
    std::chrono::milliseconds took{};                      // that attempt
};

struct Retry {
    std::chrono::milliseconds after{};
    bool free{};  // takes nothing from the retry budget: the service said how long to wait
};

struct Stop {
    StopReason reason{StopReason::none};
};

using Decision = std::variant<Retry, Stop>;

// A success ends with StopReason::none. jitter is uniform in [0, 1).
//
// Another attempt waits for Retry-After or for the backoff, whichever is longer. A backoff, not a Retry-After, is cut
// so that the next attempt has as long as the last one took, or half of what is left, whichever is less; there is none
// where it would have less than a quarter of that time. When several reasons stop a call, the first of this order is
// given: cancelled, deadline, not_retryable, not_idempotent, attempts_exhausted, retry_after_too_long, deadline (the
// wait would pass it). The budget may still refuse the retry.
[[nodiscard]] Decision decide_retry(Outcome const& outcome, http::Idempotency idempotency, RetryContext const& attempt,
                                    RetryOptions const& options, double jitter);

// Full jitter: uniform in [0, min(max_backoff, initial_backoff * 2^(number - 1))].
[[nodiscard]] std::chrono::milliseconds backoff(int number, RetryOptions const& options, double jitter);

// Whether an attempt that ended in this way may have changed something: the request is a write, it may have reached the
// service, and no answer said that it was refused.
//
// A call may have taken effect when any of its attempts may have. A refusal of a later attempt does not change that,
// because it describes a later state (the slug taken meanwhile, the organization deleted, the key revoked, the limit
// reached). A DELETE that is answered 404 after such an attempt has probably worked. Only a complete success settles
// the question, and then there is no error.
[[nodiscard]] bool may_have_taken_effect(http::Method method, Outcome const& outcome) noexcept;

}  // namespace clerk::client
