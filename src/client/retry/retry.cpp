#include "client/retry/retry.hpp"

#include <algorithm>
#include <cstdint>

namespace clerk::client {

namespace {

using std::chrono::milliseconds;

enum class Kind {
    final,      // another attempt would end the same way
    no_effect,  // the request certainly did nothing: any request may be repeated
    in_doubt,   // it may have taken effect: only idempotent requests may be repeated
};

Kind classify_status(Outcome const& outcome) noexcept {
    switch (outcome.status) {
        case 429:
            return Kind::no_effect;
        case 409:
            return outcome.resource_locked ? Kind::no_effect : Kind::final;
        case 408:
        case 500:
        case 502:
        case 503:
        case 504:
            return Kind::in_doubt;
        default:
            break;
    }
    // Cloudflare's own: the CDN got no answer from the service.
    bool const from_edge = outcome.status >= 520 && outcome.status <= 527;
    return from_edge ? Kind::in_doubt : Kind::final;
}

// Failures before the request was sent.
bool never_sent(errc failure) noexcept {
    switch (failure) {
        case errc::invalid_argument:
        case errc::request_too_large:
        case errc::pool_exhausted:
        case errc::connect_timeout:
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::tls_failed:
        case errc::certificate_rejected:
        case errc::rate_limited:
        case errc::proxy_failed:
        case errc::proxy_unauthorized:
            return true;
        default:
            return false;
    }
}

Kind classify_failure(Outcome const& outcome) noexcept {
    switch (*outcome.failure) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::connect_timeout:
        case errc::tls_failed:
        case errc::proxy_failed:
            return Kind::no_effect;
        case errc::attempt_timeout:
        case errc::connection_closed:
        case errc::connection_failed:
        case errc::malformed_response:
            return outcome.request_written ? Kind::in_doubt : Kind::no_effect;
        default:
            return Kind::final;
    }
}

Kind classify(Outcome const& outcome) noexcept {
    // An error status is the result even when the connection broke while its body was read.
    bool const broken = outcome.failure.has_value() && outcome.status < 400;
    return broken ? classify_failure(outcome) : classify_status(outcome);
}

bool is_success(Outcome const& outcome) noexcept {
    return !outcome.failure && outcome.status >= 200 && outcome.status <= 299;
}

StopReason stopped_from_outside(Outcome const& outcome) noexcept {
    if (!outcome.failure) return StopReason::none;
    switch (*outcome.failure) {
        case errc::cancelled:
        case errc::client_closed:
            return StopReason::cancelled;
        case errc::deadline_exceeded:
        case errc::rate_limited:
            return StopReason::deadline;
        default:
            return StopReason::none;
    }
}

}  // namespace

milliseconds backoff(int number, RetryOptions const& options, double jitter) {
    milliseconds const most = std::max(options.max_backoff, milliseconds::zero());
    milliseconds ceiling = std::clamp(options.initial_backoff, milliseconds::zero(), most);
    for (int doubled = 1; doubled < number && ceiling < most; ++doubled) {
        if (ceiling == milliseconds::zero()) break;
        ceiling = ceiling > most / 2 ? most : ceiling * 2;
    }
    if (!(jitter > 0.0)) return milliseconds::zero();
    if (jitter >= 1.0) return ceiling;
    auto const share = jitter * (static_cast<double>(ceiling.count()) + 1.0);
    // A double cannot tell the largest 64-bit counts from 2^63, which would not convert back.
    if (share >= static_cast<double>(ceiling.count())) return ceiling;
    return milliseconds{static_cast<milliseconds::rep>(share)};
}

Decision decide_retry(Outcome const& outcome, http::Idempotency idempotency, RetryContext const& attempt,
                      RetryOptions const& options, double jitter) {
    if (is_success(outcome)) return Stop{StopReason::none};
    if (StopReason const reason = stopped_from_outside(outcome); reason != StopReason::none) return Stop{reason};
    Kind const kind = classify(outcome);
    if (kind == Kind::final) return Stop{StopReason::not_retryable};
    if (kind == Kind::in_doubt && idempotency != http::Idempotency::idempotent) return Stop{StopReason::not_idempotent};
    if (attempt.number >= options.max_attempts) return Stop{StopReason::attempts_exhausted};

    milliseconds const asked = outcome.retry_after.value_or(milliseconds::zero());
    if (asked > options.max_retry_after) return Stop{StopReason::retry_after_too_long};
    RetryOptions within = options;
    if (attempt.remaining) {
        milliseconds const left = *attempt.remaining;
        milliseconds const needed = std::max(attempt.took, milliseconds{1});
        if (asked >= left || left < needed / 4) return Stop{StopReason::deadline};
        within.max_backoff = std::min(options.max_backoff, std::max(left - needed, left / 2));
    }
    milliseconds const wait = std::max(backoff(attempt.number, within, jitter), asked);
    return Retry{.after = wait, .free = outcome.status == 429 && outcome.retry_after > milliseconds::zero()};
}

bool may_have_taken_effect(http::Method method, Outcome const& outcome) noexcept {
    if (method == http::Method::get) return false;
    // A refusal counts even when the connection broke or the call was ended while its body was read.
    bool const refused = outcome.status >= 400 && outcome.status <= 499 && outcome.status != 408;
    if (refused) return false;
    return outcome.request_written && !(outcome.failure && never_sent(*outcome.failure));
}

}  // namespace clerk::client
