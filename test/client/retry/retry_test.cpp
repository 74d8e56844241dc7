#include "client/retry/retry.hpp"

#include "support/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vector>

BOOST_AUTO_TEST_SUITE(retry)

namespace {

using clerk::errc;
using clerk::RetryOptions;
using clerk::StopReason;
using clerk::client::backoff;
using clerk::client::decide_retry;
using clerk::client::Decision;
using clerk::client::may_have_taken_effect;
using clerk::client::Outcome;
using clerk::client::Retry;
using clerk::client::RetryContext;
using clerk::client::Stop;
using clerk::http::Idempotency;
using clerk::http::Method;
using std::chrono::milliseconds;

constexpr int last_errc = static_cast<int>(errc::proxy_unauthorized);

Outcome answered(int status) {
    Outcome outcome;
    outcome.status = status;
    return outcome;
}

Outcome failed(errc failure, bool request_written = true) {
    Outcome outcome;
    outcome.failure = failure;
    outcome.request_written = request_written;
    return outcome;
}

Decision first(Outcome const& outcome, Idempotency idempotency) {
    return decide_retry(outcome, idempotency, RetryContext{}, RetryOptions{}, 0.5);
}

bool retries(Decision const& decision) { return std::holds_alternative<Retry>(decision); }

// The reason of a stop; none must not be confused with a retry.
StopReason reason(Decision const& decision) {
    BOOST_REQUIRE(std::holds_alternative<Stop>(decision));
    return std::get<Stop>(decision).reason;
}

milliseconds wait(Decision const& decision) {
    BOOST_REQUIRE(retries(decision));
    return std::get<Retry>(decision).after;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_status_by_idempotency) {
    std::set<int> const in_doubt{408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527};
    for (int status = 100; status <= 599; ++status) {
        BOOST_TEST_CONTEXT("status " << status) {
            Decision const repeatable = first(answered(status), Idempotency::idempotent);
            Decision const create = first(answered(status), Idempotency::not_idempotent);
            if (status / 100 == 2) {
                BOOST_TEST(reason(repeatable) == StopReason::none);
                BOOST_TEST(reason(create) == StopReason::none);
            } else if (status == 429) {
                BOOST_TEST(retries(repeatable));
                BOOST_TEST(retries(create));
            } else if (in_doubt.contains(status)) {
                BOOST_TEST(retries(repeatable));
                BOOST_TEST(reason(create) == StopReason::not_idempotent);
            } else {
                BOOST_TEST(reason(repeatable) == StopReason::not_retryable);
                BOOST_TEST(reason(create) == StopReason::not_retryable);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_locked_resource_did_nothing) {
    for (Idempotency const idempotency : {Idempotency::idempotent, Idempotency::not_idempotent}) {
        Outcome outcome = answered(409);
        BOOST_TEST(reason(first(outcome, idempotency)) == StopReason::not_retryable);
        outcome.resource_locked = true;
        BOOST_TEST(retries(first(outcome, idempotency)));
        outcome.status = 422;
        BOOST_TEST(reason(first(outcome, idempotency)) == StopReason::not_retryable);
    }
}

BOOST_AUTO_TEST_CASE(every_failure_by_idempotency_and_proof) {
    std::set<errc> const nothing_sent{errc::resolve_failed, errc::connect_failed, errc::connect_timeout,
                                      errc::tls_failed, errc::proxy_failed};
    std::set<errc> const broken{errc::connection_closed, errc::connection_failed, errc::malformed_response,
                                errc::attempt_timeout};
    for (int value = 1; value <= last_errc; ++value) {
        auto const failure = static_cast<errc>(value);
        for (bool const written : {false, true}) {
            BOOST_TEST_CONTEXT(make_error_code(failure).message() << ", written " << written) {
                Decision const repeatable = first(failed(failure, written), Idempotency::idempotent);
                Decision const create = first(failed(failure, written), Idempotency::not_idempotent);
                if (nothing_sent.contains(failure) || (broken.contains(failure) && !written)) {
                    BOOST_TEST(retries(repeatable));
                    BOOST_TEST(retries(create));
                } else if (broken.contains(failure)) {
                    BOOST_TEST(retries(repeatable));
                    BOOST_TEST(reason(create) == StopReason::not_idempotent);
                } else {
                    StopReason expected = StopReason::not_retryable;
                    if (failure == errc::cancelled || failure == errc::client_closed) expected = StopReason::cancelled;
                    if (failure == errc::deadline_exceeded || failure == errc::rate_limited) {
                        expected = StopReason::deadline;
                    }
                    BOOST_TEST((reason(repeatable) == expected));
                    BOOST_TEST((reason(create) == expected));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(in_doubt_a_request_counts_as_written) {
    Outcome outcome;
    outcome.failure = errc::connection_closed;
    BOOST_TEST(reason(first(outcome, Idempotency::not_idempotent)) == StopReason::not_idempotent);
}

BOOST_AUTO_TEST_CASE(a_broken_body_does_not_hide_an_error_status) {
    Outcome outcome = answered(429);
    outcome.failure = errc::connection_closed;
    BOOST_TEST(retries(first(outcome, Idempotency::not_idempotent)));
    outcome.status = 404;
    BOOST_TEST(reason(first(outcome, Idempotency::idempotent)) == StopReason::not_retryable);
    // A success whose body was cut off is not a success.
    outcome.status = 200;
    BOOST_TEST(retries(first(outcome, Idempotency::idempotent)));
    BOOST_TEST(reason(first(outcome, Idempotency::not_idempotent)) == StopReason::not_idempotent);
    outcome.failure = errc::malformed_body;
    BOOST_TEST(reason(first(outcome, Idempotency::idempotent)) == StopReason::not_retryable);
    outcome.status = 503;
    outcome.failure = errc::cancelled;
    BOOST_TEST(reason(first(outcome, Idempotency::idempotent)) == StopReason::cancelled);
}

BOOST_AUTO_TEST_CASE(the_attempts_end) {
    RetryOptions options;
    options.max_attempts = 3;
    auto const after = [&options](int number) {
        return decide_retry(answered(503), Idempotency::idempotent, RetryContext{.number = number}, options, 0.5);
    };
    BOOST_TEST(retries(after(1)));
    BOOST_TEST(retries(after(2)));
    BOOST_TEST(reason(after(3)) == StopReason::attempts_exhausted);
    BOOST_TEST(reason(after(4)) == StopReason::attempts_exhausted);
    options.max_attempts = 1;
    BOOST_TEST(reason(after(1)) == StopReason::attempts_exhausted);
}

BOOST_AUTO_TEST_CASE(retry_after_is_a_lower_bound_with_a_cap) {
    RetryOptions options;
    auto const with = [&options](milliseconds retry_after, double jitter) {
        Outcome outcome = answered(429);
        outcome.retry_after = retry_after;
        return decide_retry(outcome, Idempotency::not_idempotent, RetryContext{}, options, jitter);
    };
    BOOST_TEST(wait(with(milliseconds{0}, 0.0)).count() == 0);
    BOOST_TEST(wait(with(milliseconds{7000}, 0.0)).count() == 7000);
    BOOST_TEST(wait(with(milliseconds{7000}, 0.99)).count() == 7000);
    BOOST_TEST(wait(with(milliseconds{100}, 0.5)).count() == 250);
    BOOST_TEST(wait(with(milliseconds{60'000}, 0.5)).count() == 60'000);
    BOOST_TEST(reason(with(milliseconds{60'001}, 0.5)) == StopReason::retry_after_too_long);
    BOOST_TEST((reason(with(milliseconds::max(), 0.5)) == StopReason::retry_after_too_long));
    options.max_retry_after = milliseconds{0};
    BOOST_TEST(reason(with(milliseconds{1}, 0.5)) == StopReason::retry_after_too_long);
}

BOOST_AUTO_TEST_CASE(only_a_retry_that_the_service_timed_is_free) {
    auto const is_free = [](Outcome const& outcome) {
        Decision const decision = first(outcome, Idempotency::idempotent);
        BOOST_REQUIRE(retries(decision));
        return std::get<Retry>(decision).free;
    };
    for (int const status : {408, 429, 500, 502, 503, 504, 520, 527}) {
        BOOST_TEST_CONTEXT("status " << status) {
            Outcome outcome = answered(status);
            BOOST_TEST(!is_free(outcome));
            outcome.retry_after = milliseconds{1000};
            BOOST_TEST(is_free(outcome) == (status == 429));
        }
    }
    for (errc const failure : {errc::connect_failed, errc::connection_closed, errc::attempt_timeout}) {
        BOOST_TEST(!is_free(failed(failure)));
    }
}

BOOST_AUTO_TEST_CASE(a_wait_that_passes_the_deadline_is_not_begun) {
    Outcome outcome = answered(503);
    outcome.retry_after = milliseconds{5000};
    auto const with = [&outcome](std::optional<milliseconds> remaining) {
        RetryContext attempt;
        attempt.remaining = remaining;
        return decide_retry(outcome, Idempotency::idempotent, attempt, RetryOptions{}, 0.5);
    };
    BOOST_TEST(retries(with(std::nullopt)));
    BOOST_TEST(retries(with(milliseconds{5001})));
    BOOST_TEST(reason(with(milliseconds{5000})) == StopReason::deadline);
    BOOST_TEST(reason(with(milliseconds{0})) == StopReason::deadline);
    BOOST_TEST(reason(with(milliseconds{-5})) == StopReason::deadline);
}

BOOST_AUTO_TEST_CASE(a_backoff_leaves_the_next_attempt_its_time) {
    struct Row {
        milliseconds took, left;
        int most;  // -1: no further attempt
    };
    for (Row const& row : {
             Row{milliseconds{10}, milliseconds{60'000}, 500},  // nothing to cut
             Row{milliseconds{100}, milliseconds{400}, 300},    // as long as the last one took
             Row{milliseconds{100}, milliseconds{150}, 75},     // or half of what is left
             Row{milliseconds{100}, milliseconds{100}, 50},
             Row{milliseconds{100}, milliseconds{25}, 12},
             Row{milliseconds{100}, milliseconds{24}, -1},  // it is unlikely to succeed
             Row{milliseconds{0}, milliseconds{1}, 0},
             Row{milliseconds{0}, milliseconds{0}, -1},
             Row{milliseconds{0}, milliseconds{-5}, -1},
         }) {
        BOOST_TEST_CONTEXT("took " << row.took.count() << ", left " << row.left.count()) {
            RetryContext const attempt{1, row.left, row.took};
            auto const with = [&](double jitter) {
                return decide_retry(answered(503), Idempotency::idempotent, attempt, RetryOptions{}, jitter);
            };
            BOOST_REQUIRE(retries(with(0.0)) == (row.most >= 0));
            if (row.most < 0) {
                BOOST_TEST(reason(with(0.0)) == StopReason::deadline);
                continue;
            }
            BOOST_TEST(wait(with(0.0)).count() == 0);
            BOOST_TEST(wait(with(0.9999)).count() == row.most);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_backoff_doubles_up_to_its_cap) {
    RetryOptions const options;  // 500 ms, 8 s
    std::vector<long> const ceilings{500, 1000, 2000, 4000, 8000, 8000, 8000};
    double const almost_one = std::nextafter(1.0, 0.0);
    for (std::size_t index = 0; index < ceilings.size(); ++index) {
        int const number = static_cast<int>(index) + 1;
        BOOST_TEST(backoff(number, options, 0.0).count() == 0);
        BOOST_TEST(backoff(number, options, almost_one).count() == ceilings[index]);
        BOOST_TEST(backoff(number, options, 0.5).count() == ceilings[index] / 2);
    }
}

BOOST_AUTO_TEST_CASE(the_backoff_never_leaves_its_range) {
    std::vector<milliseconds> const durations{
        milliseconds::min(), milliseconds{-1},   milliseconds{0},         milliseconds{1},
        milliseconds{500},   milliseconds{8000}, milliseconds::max() / 2, milliseconds::max() - milliseconds{1},
        milliseconds::max()};
    std::vector<double> const jitters{0.0,
                                      1e-300,
                                      0.25,
                                      std::nextafter(1.0, 0.0),
                                      1.0,
                                      2.0,
                                      -1.0,
                                      std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::infinity()};
    for (milliseconds const initial : durations) {
        for (milliseconds const most : durations) {
            RetryOptions options;
            options.initial_backoff = initial;
            options.max_backoff = most;
            for (int const number : {1, 2, 63, 64, 65, 100, std::numeric_limits<int>::max()}) {
                for (double const jitter : jitters) {
                    milliseconds const value = backoff(number, options, jitter);
                    BOOST_REQUIRE(value >= milliseconds{0});
                    BOOST_REQUIRE(value <= std::max(most, milliseconds{0}));
                    if (number == 1) BOOST_REQUIRE(value <= std::max(initial, milliseconds{0}));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_jitter_is_uniform) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        std::uniform_real_distribution<double> jitter{0.0, 1.0};
        RetryOptions options;
        options.initial_backoff = milliseconds{9};
        std::vector<int> counts(10);
        constexpr int rounds = 100'000;
        for (int round = 0; round < rounds; ++round) {
            ++counts.at(static_cast<std::size_t>(backoff(1, options, jitter(random)).count()));
        }
        // 10 000 expected each, standard deviation 95: ten of them are never seen by chance.
        for (int const count : counts) BOOST_TEST(std::abs(count - rounds / 10) < 950);
    }
}

BOOST_AUTO_TEST_CASE(no_random_outcome_repeats_a_create_that_may_have_worked) {
    auto const seed = std::random_device{}();
    BOOST_TEST_CONTEXT("seed " << seed) {
        std::mt19937 random{seed};
        for (int round = 0; round < 50'000; ++round) {
            Outcome outcome;
            outcome.status = random() % 2 == 0 ? 0 : static_cast<int>(100 + random() % 500);
            if (random() % 2 == 0) outcome.failure = static_cast<errc>(1 + random() % last_errc);
            if (random() % 4 == 0) outcome.retry_after = milliseconds{random() % 100'000};
            outcome.resource_locked = random() % 2 == 0;
            outcome.request_written = random() % 2 == 0;
            RetryContext attempt;
            attempt.number = static_cast<int>(1 + random() % 4);
            if (random() % 2 == 0) attempt.remaining = milliseconds{random() % 20'000};
            RetryOptions const options;
            double const jitter = std::generate_canonical<double, 32>(random);

            Decision const create = decide_retry(outcome, Idempotency::not_idempotent, attempt, options, jitter);
            Decision const repeatable = decide_retry(outcome, Idempotency::idempotent, attempt, options, jitter);
            if (retries(create)) {
                bool const refused = outcome.status == 429 || (outcome.status == 409 && outcome.resource_locked);
                bool const connecting = outcome.failure == errc::connect_timeout ||
                                        outcome.failure == errc::resolve_failed ||
                                        outcome.failure == errc::connect_failed ||
                                        outcome.failure == errc::tls_failed || outcome.failure == errc::proxy_failed;
                BOOST_REQUIRE((refused || connecting || !outcome.request_written));
                if (!refused) BOOST_REQUIRE(!may_have_taken_effect(Method::post, outcome));
                // If a create may be repeated, any request may.
                BOOST_REQUIRE(retries(repeatable));
                BOOST_REQUIRE((wait(create) == wait(repeatable)));
            }
            if (retries(repeatable)) {
                BOOST_REQUIRE(attempt.number < options.max_attempts);
                if (attempt.remaining) BOOST_REQUIRE(wait(repeatable) < *attempt.remaining);
                if (outcome.retry_after) BOOST_REQUIRE(wait(repeatable) >= *outcome.retry_after);
            }
        }
    }
}

// The three answers to "may it have taken effect?", per way of ending.
BOOST_AUTO_TEST_CASE(what_an_answer_says_about_the_effect) {
    for (int status = 200; status <= 599; ++status) {
        BOOST_TEST_CONTEXT("status " << status) {
            bool const refused = status / 100 == 4 && status != 408;
            for (Method const method : {Method::post, Method::put, Method::patch, Method::delete_}) {
                BOOST_TEST(may_have_taken_effect(method, answered(status)) == !refused);
                // The body does not matter: neither whether it arrived nor why it did not.
                for (errc const failure : {errc::connection_closed, errc::attempt_timeout, errc::deadline_exceeded,
                                           errc::cancelled, errc::client_closed, errc::malformed_body}) {
                    Outcome outcome = failed(failure);
                    outcome.status = status;
                    BOOST_TEST(may_have_taken_effect(method, outcome) == !refused);
                }
            }
            BOOST_TEST(!may_have_taken_effect(Method::get, answered(status)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_failure_says_about_the_effect) {
    std::set<errc> const before_the_request{errc::invalid_argument, errc::request_too_large,    errc::pool_exhausted,
                                            errc::connect_timeout,  errc::resolve_failed,       errc::connect_failed,
                                            errc::tls_failed,       errc::certificate_rejected, errc::rate_limited,
                                            errc::proxy_failed,     errc::proxy_unauthorized};
    for (int value = 1; value <= last_errc; ++value) {
        auto const failure = static_cast<errc>(value);
        BOOST_TEST_CONTEXT(make_error_code(failure).message()) {
            for (Method const method : {Method::post, Method::put, Method::patch, Method::delete_}) {
                BOOST_TEST(may_have_taken_effect(method, failed(failure)) == !before_the_request.contains(failure));
                BOOST_TEST(!may_have_taken_effect(method, failed(failure, false)));
            }
            BOOST_TEST(!may_have_taken_effect(Method::get, failed(failure)));
        }
    }
}

// Calls of several attempts, as the loop adds them up.
BOOST_AUTO_TEST_CASE(a_later_refusal_does_not_clear_an_ambiguous_outcome) {
    auto const call = [](Method method, std::vector<Outcome> const& attempts) {
        return std::any_of(attempts.begin(), attempts.end(),
                           [method](Outcome const& outcome) { return may_have_taken_effect(method, outcome); });
    };
    Outcome const lost = failed(errc::connection_closed);
    Outcome const unreachable = failed(errc::connect_failed);
    for (Method const method : {Method::put, Method::patch, Method::delete_}) {
        for (int const status : {401, 403, 404, 409, 413, 422, 429}) {
            BOOST_TEST(!call(method, {answered(status)}));
            BOOST_TEST(!call(method, {answered(429), unreachable, answered(status)}));
            BOOST_TEST(call(method, {lost, answered(status)}));
            BOOST_TEST(call(method, {answered(503), unreachable, answered(status)}));
            BOOST_TEST(!call(Method::get, {lost, answered(status)}));
        }
        BOOST_TEST(!call(method, {unreachable, unreachable}));
        BOOST_TEST(call(method, {lost, unreachable}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
