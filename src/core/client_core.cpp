#include "core/client_core.hpp"

#include "core/call_error.hpp"
#include "http/capped_text.hpp"
#include "http/error_body.hpp"
#include "net/tls_connector.hpp"
#include "policy/retry.hpp"
#include "policy/retry_after.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>
#include <variant>

namespace clerk::core {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t max_error_body = 64 * 1024;

net::TimePoint deadline_after(milliseconds timeout) {
    // Beyond a century means none; the sum must not overflow.
    if (timeout.count() <= 0 || timeout > policy::longest_retry_after) return net::no_deadline;
    return steady_clock::now() + timeout;
}

double jitter() {
    static thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

std::optional<milliseconds> remaining(net::TimePoint deadline) {
    if (deadline == net::no_deadline) return {};
    return std::max(milliseconds{0}, std::chrono::floor<milliseconds>(deadline - steady_clock::now()));
}

bool is_locked(http::ErrorBody const& body) {
    return std::any_of(body.errors.begin(), body.errors.end(),
                       [](ApiError const& e) { return e.code == "resource_locked"; });
}

}  // namespace

// One attempt, a silent replay included, and what is known after it.
struct ClientCore::Attempt {
    net::TimePoint deadline{net::no_deadline};
    net::ExchangeResult end{};
    std::string message{};
    bool left_process{};  // a connection was used, or tried to be made
    http::CappedText error_text{max_error_body};

    void fail(boost::system::error_code code, boost::system::error_code cause, std::string why) {
        end.code = code;
        end.cause = cause;
        message = std::move(why);
    }
    [[nodiscard]] bool succeeded() const noexcept {
        return !end.code && end.complete && end.success_sink && !empty_status();
    }
    // Statuses that promise no body, or another protocol.
    [[nodiscard]] bool empty_status() const noexcept { return end.head.status == 204 || end.head.status == 205; }
    [[nodiscard]] bool undefined_status() const noexcept {
        return end.complete &&
               (end.head.status < 200 || (end.head.status >= 300 && end.head.status < 400) || empty_status());
    }
    [[nodiscard]] bool is_error_status() const noexcept { return end.head.status >= 400; }

    // What the retry policy looks at.
    [[nodiscard]] policy::Outcome outcome(std::optional<http::ErrorBody> const& body) const {
        policy::Outcome result{};
        result.status = end.head.status;
        if (end.code) {
            result.failure = static_cast<errc>(end.code.value());
        } else if (undefined_status()) {
            result.failure = errc::unexpected_status;
        } else if (!is_error_status()) {
            result.failure = errc::unexpected_content;
        }
        auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        result.retry_after = policy::parse_retry_after(end.head.retry_after.view(), now);
        result.resource_locked = body && is_locked(*body);
        result.request_written = end.request_touched;
        return result;
    }

    // What the caller is told. Precondition: !succeeded().
    [[nodiscard]] Error error(http::BodySink const& success, std::optional<http::ErrorBody> body,
                              CallFacts const& facts) {
        bool const refused = end.success_sink && end.code && !empty_status() && end.code == success.failure().code;
        if (refused) return body_error(success.failure(), end.head, facts);
        // An error status says all there is to know, even when its body broke off.
        bool const stopped_by_us = end.code == errc::cancelled || end.code == errc::deadline_exceeded;
        if (is_error_status() && !stopped_by_us) {
            boost::system::error_code const status{end.head.status, http_status_category()};
            return status_error(status, end.head, std::move(body), error_text.text(), facts);
        }
        if (!end.complete) return transport_error(end.code, end.cause, std::move(message), end.head, facts);
        auto const code = make_error_code(undefined_status() ? errc::unexpected_status : errc::unexpected_content);
        return status_error(code, end.head, std::move(body), error_text.text(), facts);
    }
};

ClientCore::ClientCore(asio::any_io_executor executor, CoreOptions const& options, http::RequestHead head,
                       std::shared_ptr<net::Pool> pool)
    : executor_{std::move(executor)}, options_{options}, head_{std::move(head)}, pool_{std::move(pool)} {}

ClientCore::~ClientCore() = default;

asio::awaitable<void> ClientCore::try_once(http::Request& request, http::SecretBuffer const& wire,
                                           http::BodySink& success, Attempt& attempt) {
    bool const idempotent = request.idempotency == http::Idempotency::idempotent;
    for (bool replay = false;; replay = true) {
        attempt.end = net::ExchangeResult{};
        if (request.stream && !request.stream->rewind()) {
            attempt.fail(make_error_code(errc::file_unreadable), {}, "the file cannot be read any more");
            co_return;
        }
        net::LeaseRequest const wanted{steady_clock::now(), attempt.deadline, replay};
        net::Lease lease = pool_->try_lease(wanted);
        if (!lease) {
            net::LeaseResult leased = co_await pool_->lease(wanted);
            attempt.left_process = attempt.left_process || leased.tried;
            if (!leased.lease) {
                attempt.fail(leased.code, leased.cause, std::move(leased.message));
                co_return;
            }
            lease = std::move(leased.lease);
        }
        attempt.left_process = true;
        net::Exchange const exchange{wire, request.stream.get(), success, attempt.error_text, request.keep_headers};
        co_await lease.connection().exchange(exchange, attempt.end);
        bool const reused = lease.reused();
        bool const expired = lease.give_back(attempt.end.reusable);
        if (expired && !attempt.end.complete) {
            attempt.fail(make_error_code(errc::deadline_exceeded), {},
                         attempt.end.response_begun ? "the deadline passed while reading the response"
                                                    : "the deadline passed while waiting for the response");
            co_return;
        }
        // The peer closed a kept-alive connection just as we used it: that is nobody's failure (RFC 9110
        // section 9.2.2).
        bool const died = attempt.end.code == errc::connection_closed || attempt.end.code == errc::connection_failed;
        bool const harmless = idempotent || !attempt.end.request_touched;
        if (!(died && reused && !replay && !attempt.end.response_begun && harmless)) co_return;
    }
}

asio::awaitable<Result<void>> ClientCore::perform(http::Request& request, http::BodySink& success,
                                                  http::ResponseHead& head, CallOptions options) {
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const cancellation = co_await asio::this_coro::cancellation_state;

    Attempt attempt{.deadline = deadline_after(options.timeout.count() < 0 ? options_.timeout.total : options.timeout)};
    CallFacts facts{.operation = request.operation};
    http::SecretBuffer wire;
    head_.append_request(wire, request);
    std::optional<http::ErrorBody> error_body;

    for (int number = 1;; ++number) {
        attempt.left_process = false;
        co_await try_once(request, wire, success, attempt);
        if (attempt.succeeded()) break;
        if (attempt.left_process) facts.attempts = number;

        error_body.reset();
        if (attempt.is_error_status()) error_body = http::parse_error_body(attempt.error_text.text());
        if (cancellation.cancelled() != asio::cancellation_type::none && !attempt.end.complete &&
            attempt.end.code != errc::cancelled) {
            attempt.fail(make_error_code(errc::cancelled), {}, {});
        }
        auto const decision = policy::decide(attempt.outcome(error_body), request.idempotency,
                                             {number, remaining(attempt.deadline)}, options_.retry, jitter());
        if (auto const* stop = std::get_if<policy::Stop>(&decision)) {
            facts.stop_reason = stop->reason;
            break;
        }
        if (cancellation.cancelled() == asio::cancellation_type::none) {
            asio::steady_timer timer{co_await asio::this_coro::executor, std::get<policy::Retry>(decision).after};
            co_await timer.async_wait(asio::as_tuple(asio::deferred));
        }
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            facts.stop_reason = StopReason::cancelled;
            attempt.fail(make_error_code(errc::cancelled), {}, "cancelled while waiting to try again");
            attempt.end.complete = false;
            break;
        }
    }
    co_await asio::this_coro::throw_if_cancelled(throws);

    if (!attempt.succeeded()) co_return attempt.error(success, std::move(error_body), facts);
    head = std::move(attempt.end.head);
    co_return Result<void>{};
}

Result<std::shared_ptr<ClientCore>> make_client_core(asio::any_io_executor executor, Config const& config) {
    if (auto const valid = validate(config); !valid) return valid.error();
    auto origin = http::parse_base_url(config.base_url);
    if (!origin) return origin.error();
    auto connector = net::make_tls_connector(executor, config.tls, {*origin, config.timeout.connect, config.limits});
    if (!connector) return connector.error();
    http::RequestHead head{*origin, config.api_version, config.user_agent, config.secret_key};
    auto pool = std::make_shared<net::Pool>(executor, config.pool, std::move(*connector));
    CoreOptions const options{config.timeout, config.retry, config.limits};
    return std::make_shared<ClientCore>(std::move(executor), options, std::move(head), std::move(pool));
}

}  // namespace clerk::core
