#include "client/client_core.hpp"

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "client/call.hpp"
#include "client/retry/retry.hpp"
#include "client/single_flight/single_flight.hpp"
#include "http/no_proxy.hpp"
#include "http/proxy.hpp"
#include "http/secret_buffer.hpp"
#include "transport/connect/tls_connector.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <charconv>
#include <random>
#include <string_view>
#include <utility>
#include <variant>

namespace clerk::client {

namespace asio = boost::asio;
using base::Clock;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest_grace = std::chrono::hours{24} * 365;

double jitter() {
    static thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

std::optional<milliseconds> remaining(transport::TimePoint deadline, transport::TimePoint now) {
    if (deadline == transport::no_deadline) return {};
    return std::max(milliseconds{0}, std::chrono::floor<milliseconds>(deadline - now));
}

// Distinguishes applications without revealing the key.
std::string account_of(http::Origin const& origin, std::string_view key) {
    http::SecretBuffer text;
    text.reserve(256);  // more than the internal buffer of a string, which would not be overwritten
    text.append("clerk-cpp account\n").append(origin.host).append(1, '\n').append(origin.port).append(origin.base_path);
    text.append(1, '\n').append(key);
    return base::sha256_hex({text.data(), text.size()}, 16);
}

}  // namespace

ClientCore::ClientCore(asio::any_io_executor executor, CoreOptions options, http::RequestHead head,
                       std::shared_ptr<transport::Pool> pool, std::string account)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      head_{std::move(head), std::move(account)},
      pool_{std::move(pool)},
      limiter_{std::make_shared<AsyncRateLimiter>(executor_, options_.rates)},
      budget_{options_.retry},
      single_flight_{options_.single_flight ? std::make_shared<SingleFlight>(executor_) : nullptr} {}

// Connects that no call waits for are stopped.
ClientCore::~ClientCore() { pool_->close(); }

transport::TimePoint ClientCore::deadline_of(CallOptions const& options, transport::TimePoint begin) const {
    if (no_time_left(options)) return begin;
    return transport::deadline_after(begin, options.timeout.value_or(options_.timeout.total));
}

CallInfo ClientCore::describe(http::Request const& request, CallOptions const& options) const {
    CallInfo info{};
    info.operation = request.operation;
    info.method = to_string(request.method);
    info.route = request.route;
    info.server_address = options_.origin.host;
    auto const& port = options_.origin.port;
    std::from_chars(port.data(), port.data() + port.size(), info.server_port);
    info.start = std::chrono::system_clock::now();
    info.max_attempts = options.max_attempts.value_or(options_.retry.max_attempts);
    info.context = options.context;
    return info;
}

bool ClientCore::admit(Call& call) {
    call.permit.end();
    return limiter_->try_admit(call.admission, call.now, call.permit);
}

// False when the limiter let no request through: the call has ended.
asio::awaitable<bool> ClientCore::wait_for_admission(Call& call) {
    auto const begun = Clock::now();
    boost::system::error_code const refusal = co_await limiter_->admit(call.admission, call.permit);
    call.now = Clock::now();
    if (call.log != nullptr) call.log->waited_for_limiter(call.now - begun);
    if (!refusal) co_return true;
    call.refused = true;
    if (call.log != nullptr) call.log->refused(refusal);
    bool const answered = call.facts.attempts != 0;
    if (call.attempt.left_process) ++call.facts.attempts;  // the limiter refused only its silent replay
    auto const code = static_cast<errc>(refusal.value());
    if (code == errc::cancelled || code == errc::client_closed) {
        call.stop(code, StopReason::cancelled,
                  call.attempt.left_process ? "ended while the call ran" : "ended while waiting for the rate limiter");
    } else if (!answered) {
        call.stop(code, StopReason::deadline, "the rate limiter has no place before the deadline");
    } else {
        call.facts.stop_reason = StopReason::deadline;  // the last answer says more than the refusal
    }
    co_return false;
}

// False when there is no connection: the attempt has failed.
asio::awaitable<bool> ClientCore::get_connection(Call& call, transport::Lease& lease) {
    transport::LeaseResult leased = co_await pool_->lease(call.wanted());
    if (call.log != nullptr) call.log->leased(leased);
    call.attempt.left_process = call.attempt.left_process || leased.tried;
    if (!leased.lease) {
        call.permit.withdraw();
        call.attempt.fail(leased.code, leased.cause, std::move(leased.message));
        co_return false;
    }
    lease = std::move(leased.lease);
    call.now = Clock::now();
    co_return true;
}

// False when the call ended instead.
asio::awaitable<bool> ClientCore::wait_to_retry(Call& call, milliseconds wait) {
    if (!call.cancelled() && !aborted_) {
        auto const begun = Clock::now();
        co_await backoffs_.wait_until(begun + wait);
        if (call.log != nullptr) call.log->waited(Clock::now() - begun);
    }
    if (call.cancelled()) {
        call.stop(errc::cancelled, StopReason::cancelled, "cancelled while waiting to try again");
        co_return false;
    }
    if (aborted_) {
        call.stop(errc::client_closed, StopReason::cancelled, "the client was closed while waiting to try again");
        co_return false;
    }
    co_return true;
}

// Decides after a failed attempt how long to wait for the next one; empty when the call has ended.
std::optional<milliseconds> ClientCore::decide_retry(Call& call, int number) {
    Attempt& attempt = call.attempt;
    call.error_body.reset();
    if (attempt.is_error_status()) call.error_body = http::parse_error_body(attempt.error_text.text());
    if (!attempt.end.complete) {
        if (call.cancelled() && attempt.end.code != errc::cancelled) {
            attempt.fail(make_error_code(errc::cancelled), {}, {});
        } else if (!call.cancelled() && aborted_) {
            attempt.fail(make_error_code(errc::client_closed), {}, "the client was closed while the call ran");
        }
    }
    if (call.log != nullptr) call.log->end_attempt(attempt);

    client::Outcome const outcome = attempt.outcome(call.error_body);
    call.facts.retry_after = outcome.retry_after;
    call.facts.may_have_taken_effect =
        call.facts.may_have_taken_effect || client::may_have_taken_effect(call.request.method, outcome);

    // A Retry-After of 0 does not block the endpoint: then the backoff applies.
    bool const parks = outcome.status == 429 && outcome.retry_after > milliseconds{0} && options_.rates.park;
    if (parks) limiter_->park(call.admission, *outcome.retry_after);
    call.permit.end();
    auto const now = Clock::now();
    RetryContext const ended{number, remaining(call.deadline, now), std::chrono::floor<milliseconds>(now - call.now)};
    RetryOptions policy = options_.retry;
    policy.max_attempts = call.max_attempts;
    auto const decision = client::decide_retry(outcome, call.request.idempotency, ended, policy, jitter());
    if (auto const* stop = std::get_if<client::Stop>(&decision)) {
        call.facts.stop_reason = stop->reason;
        return {};
    }
    auto const& retry = std::get<client::Retry>(decision);
    if (!budget_.take(retry.free)) {
        call.facts.stop_reason = StopReason::retry_budget;
        return {};
    }
    call.granted = retry;
    // The limiter reopens a blocked endpoint.
    return parks ? milliseconds{0} : retry.after;
}

asio::awaitable<Result<void>> ClientCore::perform(http::Request& request, http::BodySink& success,
                                                  http::ResponseHead* head, CallOptions options) {
    Running const running{*this};
    if (closing_ || no_time_left(options)) {
        Error const error = closing_ ? closed_error(request.operation) : no_time_error(request.operation);
        if (options_.observer) CallLog{options_.observer, describe(request, options)}.finish({}, &error);
        co_return error;
    }
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);

    std::unique_ptr<CallLog> log;
    std::optional<TimedSink> timed;
    if (options_.observer) {
        log = std::make_unique<CallLog>(options_.observer, describe(request, options));
        timed.emplace(success);
    }
    // Allocated separately: inside the coroutine frame it would make the frame too large for the allocator's fast path.
    auto const owned = std::make_unique<Call>(request, timed ? static_cast<http::BodySink&>(*timed) : success);
    Call& call = *owned;
    call.now = Clock::now();
    call.deadline = deadline_of(options, call.now);
    call.attempt_timeout = options.attempt_timeout.value_or(options_.timeout.attempt);
    call.max_attempts = options.max_attempts.value_or(options_.retry.max_attempts);
    call.admission.endpoint = client::endpoint_of(request, options_.rates);
    call.admission.terms = {call.deadline, exchange_times_.of(request.operation)};
    call.facts.operation = request.operation;
    call.attempt.accepts_no_content = request.accepts_no_content;
    call.cancellation = co_await asio::this_coro::cancellation_state;
    call.log = log.get();
    call.timed = timed ? &*timed : nullptr;
    if (request.content && !request.content->goes_with_head()) call.send_apart(*request.content);
    head_.append_request(call.wire, request);

    Attempt& attempt = call.attempt;
    transport::Lease lease;
    int number = 1;
    for (;; ++number) {
        call.begin_attempt(number);
        do {
            if (!admit(call) && !co_await wait_for_admission(call)) break;
            if (!call.prepare()) break;
            lease = pool_->try_lease(call.wanted());
            if (!lease && !co_await get_connection(call, lease)) break;
            transport::Exchange const exchange = call.begin_exchange(options_.gzip);
            co_await lease.connection().exchange(exchange, attempt.end);
        } while (call.end_exchange(lease) == Call::AfterExchange::send_again);
        if (call.refused || attempt.succeeded()) break;
        if (attempt.left_process) call.facts.attempts = number;
        auto const wait = decide_retry(call, number);
        if (!wait || !co_await wait_to_retry(call, *wait)) break;
        call.now = Clock::now();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (call.granted) budget_.put_back(call.granted->free);
    // A shared read in flight may return a state older than this write.
    if (single_flight_ && request.method != http::Method::get) single_flight_->invalidate();

    if (attempt.succeeded()) {
        budget_.success();
        if (log) log->end_attempt(attempt);
        if (log) log->finish(attempt.end.head, nullptr);
        if (head != nullptr) {
            *head = std::move(attempt.end.head);
            head->attempts = number;
        }
        co_return Result<void>{};
    }
    Error const error = make_error(call);
    if (log) log->finish(attempt.end.head, &error);
    co_return error;
}

Error ClientCore::make_error(Call& call) const {
    std::string_view const own = http::RequestHead::secret_of(call.wire);
    std::vector<Secret> const others = head_.other_secrets(own);
    call.facts.secrets = {own};
    for (Secret const& other : others) call.facts.secrets.push_back(other.reveal());
    // One key may be the beginning of another, so the longer is removed first.
    std::sort(call.facts.secrets.begin(), call.facts.secrets.end(),
              [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
    return call.attempt.error(std::move(call.error_body), call.facts);
}

Result<void> ClientCore::set_secret_key(Secret const& key) {
    Config const config{.secret_key = key};
    if (auto const valid = validate(config); !valid) return valid.error();
    std::string account = account_of(options_.origin, key.reveal());
    auto const limits = client::effective_limits(options_.rate_limit, options_.origin.host, key.reveal());
    {
        std::lock_guard const lock{replacing_key_};
        limiter_->set_requests(limits.requests);
        head_.set_secret(key, std::move(account));
    }
    // Shared requests in flight use the previous key.
    if (single_flight_) single_flight_->invalidate();
    return {};
}

void ClientCore::abort() {
    aborted_ = true;
    limiter_->close();
    pool_->close();
    backoffs_.set();
}

asio::awaitable<void> ClientCore::close(std::shared_ptr<ClientCore> self, milliseconds grace) {
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    self->closing_ = true;
    if (self->running_ == 0) self->drained_.set();
    co_await self->drained_.wait_until(Clock::now() + std::clamp(grace, milliseconds{0}, longest_grace));
    self->abort();
    while (!self->drained_.is_set()) co_await self->drained_.wait_until(transport::no_deadline);
    co_await self->pool_->wait_for_connects();
    co_await asio::this_coro::throw_if_cancelled(throws);
}

Result<std::shared_ptr<ClientCore>> make_client_core(asio::any_io_executor executor, Config const& config) {
    if (auto const valid = validate(config); !valid) return valid.error();
    auto origin = http::parse_base_url(config.base_url);
    if (!origin) return origin.error();
    auto proxy = http::choose_proxy(config.proxy, *origin);
    if (!proxy) return proxy.error();
    transport::TlsConnectorOptions connecting{*origin,          config.timeout.connect, config.limits,
                                              config.addresses, std::move(*proxy),      config.user_agent};
    auto connector = transport::make_tls_connector(executor, config.tls, std::move(connecting));
    if (!connector) return connector.error();
    bool const gzip = config.compression == Compression::on ||
                      (config.compression == Compression::automatic && !http::is_this_machine(*origin));
    http::RequestHead head{*origin, config.api_version,    config.user_agent, config.secret_key,
                           gzip,    config.default_headers};
    auto pool = std::make_shared<transport::Pool>(executor, config.pool, std::move(*connector));
    CoreOptions options{.timeout = config.timeout,
                        .retry = config.retry,
                        .limits = config.limits,
                        .observer = config.observer,
                        .gzip = gzip,
                        .single_flight = config.single_flight,
                        .rate_limit = config.rate_limit,
                        .origin = *origin};
    options.rates = client::effective_limits(config.rate_limit, origin->host, config.secret_key.reveal());
    std::string account = account_of(*origin, config.secret_key.reveal());
    return std::make_shared<ClientCore>(std::move(executor), std::move(options), std::move(head), std::move(pool),
                                        std::move(account));
}

}  // namespace clerk::client
