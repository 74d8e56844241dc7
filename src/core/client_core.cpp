#include "core/client_core.hpp"

#include "core/attempt.hpp"
#include "core/call_error.hpp"
#include "core/call_log.hpp"
#include "core/single_flight.hpp"
#include "http/no_proxy.hpp"
#include "http/proxy.hpp"
#include "net/tls_connector.hpp"
#include "policy/retry.hpp"
#include "policy/retry_after.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <random>
#include <string_view>
#include <utility>
#include <variant>

namespace clerk::core {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t max_error_body = 64 * 1024;
constexpr milliseconds longest_grace = std::chrono::hours{24} * 365;

net::TimePoint deadline_after(net::TimePoint now, milliseconds timeout) {
    // Beyond a century means none; the sum must not overflow.
    if (timeout.count() <= 0 || timeout > policy::longest_retry_after) return net::no_deadline;
    return now + timeout;
}

milliseconds override_or(milliseconds of_call, milliseconds of_client) {
    return of_call.count() < 0 ? of_client : of_call;
}

double jitter() {
    static thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

std::optional<milliseconds> remaining(net::TimePoint deadline) {
    if (deadline == net::no_deadline) return {};
    return std::max(milliseconds{0}, std::chrono::floor<milliseconds>(deadline - steady_clock::now()));
}

// "org_1" of "/organizations/org_1/metadata": percent-encoded, which is as good a name.
std::string_view organization_of(http::Request const& request) {
    constexpr std::string_view collection = "/organizations/";
    if (!request.limited_write) return {};
    std::string_view const rest = std::string_view{request.target}.substr(collection.size());
    return rest.substr(0, rest.find_first_of("/?"));
}

}  // namespace

// One call on its way: what it wants, and what is known so far.
struct ClientCore::Call {
    http::Request& request;
    http::BodySink& success;
    net::TimePoint deadline{net::no_deadline};
    milliseconds attempt_timeout{};
    Admission admission{};
    Permit permit{};
    http::SecretBuffer wire{};
    http::TextStream text{request.body};
    http::BodyStream* body{request.stream.get()};  // what goes apart from the head
    Attempt attempt{.error_text = http::CappedText{max_error_body}};
    bool refused{};                          // no further attempt was admitted
    std::optional<policy::Retry> granted{};  // by the budget, and not begun yet
    CallFacts facts{};
    std::optional<http::ErrorBody> error_body{};
    asio::cancellation_state cancellation{};
    CallLog* log{};      // null: nobody is watching
    TimedSink* timed{};  // wraps the caller's sink when somebody is

    [[nodiscard]] bool cancelled() const noexcept { return cancellation.cancelled() != asio::cancellation_type::none; }
    void stop(errc code, StopReason reason, std::string why) {
        facts.stop_reason = reason;
        attempt.stop(code, std::move(why));
    }
};

ClientCore::ClientCore(asio::any_io_executor executor, CoreOptions options, http::RequestHead head,
                       std::shared_ptr<net::Pool> pool)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      head_{std::move(head)},
      pool_{std::move(pool)},
      gate_{std::make_shared<RateGate>(executor_, options_.rates)},
      budget_{options_.retry},
      flights_{options_.single_flight ? std::make_shared<SingleFlight>(executor_) : nullptr} {}

ClientCore::~ClientCore() = default;

net::TimePoint ClientCore::deadline_of(CallOptions const& options) const {
    return deadline_after(steady_clock::now(), override_or(options.timeout, options_.timeout.total));
}

// False when the limiter let no request through: the call has ended.
asio::awaitable<bool> ClientCore::held_back(Call& call) {
    auto const begun = steady_clock::now();
    boost::system::error_code const refusal = co_await gate_->admit(call.admission, call.permit);
    if (call.log != nullptr) call.log->held_back(steady_clock::now() - begun);
    if (!refusal) co_return true;
    call.refused = true;
    if (call.log != nullptr) call.log->refused(refusal);
    bool const answered = call.facts.attempts != 0;
    if (call.attempt.left_process) ++call.facts.attempts;  // what is held back is its silent replay
    auto const code = static_cast<errc>(refusal.value());
    if (code == errc::cancelled || code == errc::client_closed) {
        call.stop(code, StopReason::cancelled,
                  call.attempt.left_process ? "ended while the call ran" : "ended while held back by the rate limiter");
    } else if (!answered) {
        call.stop(code, StopReason::deadline, "the rate limiter would hold it back beyond its deadline");
    } else {
        call.facts.stop_reason = StopReason::deadline;  // the last answer says more than the limiter could
    }
    co_return false;
}

// Sends the request once, over whatever connection the pool gives.
asio::awaitable<void> ClientCore::try_once(Call& call) {
    Attempt& attempt = call.attempt;
    bool const idempotent = call.request.idempotency == http::Idempotency::idempotent;
    for (bool replay = false;; replay = true) {
        auto now = steady_clock::now();
        call.permit.end();
        if (!gate_->try_admit(call.admission, now, call.permit)) {
            if (!co_await held_back(call)) co_return;
            now = steady_clock::now();
        }
        call.granted.reset();
        if (!replay) attempt.deadline = std::min(call.deadline, deadline_after(now, call.attempt_timeout));
        attempt.begin();
        if (call.body != nullptr && !call.body->rewind()) {
            attempt.fail(make_error_code(errc::file_unreadable), {}, "the file cannot be read any more");
            co_return;
        }
        net::LeaseRequest const wanted{now, attempt.deadline, replay};
        net::Lease lease = pool_->try_lease(wanted);
        if (!lease) {
            net::LeaseResult leased = co_await pool_->lease(wanted);
            if (call.log != nullptr) call.log->leased(leased);
            attempt.left_process = attempt.left_process || leased.tried;
            if (!leased.lease) {
                call.permit.withdraw();
                attempt.fail(leased.code, leased.cause, std::move(leased.message));
                co_return;
            }
            lease = std::move(leased.lease);
        }
        attempt.left_process = true;
        net::ExchangeTiming timing{};
        net::Exchange const exchange{.wire = call.wire,
                                     .stream = call.body,
                                     .success = call.success,
                                     .failure = attempt.error_text,
                                     .keep_headers = call.request.keep_headers,
                                     .gzip = options_.gzip,
                                     .timing = call.log != nullptr ? &timing : nullptr};
        co_await lease.connection().exchange(exchange, attempt.end);
        bool const reused = lease.reused();
        if (call.log != nullptr) call.log->exchanged(timing, call.timed->elapsed(), reused);
        bool const expired = lease.give_back(attempt.end.reusable);
        if (expired && !attempt.end.complete) {
            attempt.fail(make_error_code(errc::deadline_exceeded), {},
                         "time ran out while " + std::string{attempt.phase()});
            co_return;
        }
        // The peer closed a kept-alive connection just as we used it: that is nobody's failure (RFC 9110
        // section 9.2.2).
        bool const harmless = idempotent || !attempt.end.request_touched;
        if (!(attempt.died_silently() && reused && !replay && harmless)) co_return;
        bool const changes = call.request.method != http::Method::get && attempt.end.request_touched;
        call.facts.may_have_taken_effect = call.facts.may_have_taken_effect || changes;
    }
}

// False when the call ended instead.
asio::awaitable<bool> ClientCore::wait_to_retry(Call& call, milliseconds wait) {
    if (!call.cancelled() && !aborted_) {
        auto const begun = steady_clock::now();
        co_await backoffs_.sleep_until(begun + wait);
        if (call.log != nullptr) call.log->waited(steady_clock::now() - begun);
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

// Decides what a failed attempt means for the call: how long to wait for the next one, or nothing when it has ended.
std::optional<milliseconds> ClientCore::judge(Call& call, int number) {
    Attempt& attempt = call.attempt;
    call.error_body.reset();
    if (attempt.is_error_status()) call.error_body = http::parse_error_body(attempt.error_text.text());
    if (!attempt.end.complete) {
        if (call.cancelled() && attempt.end.code != errc::cancelled) {
            attempt.fail(make_error_code(errc::cancelled), {}, {});
        } else if (!call.cancelled() && aborted_) {
            attempt.fail(make_error_code(errc::client_closed), {}, "the client was closed while the call ran");
        } else if (attempt.end.code == errc::deadline_exceeded && attempt.deadline < call.deadline) {
            attempt.end.code = make_error_code(errc::attempt_timeout);
        }
    }
    if (call.log != nullptr) call.log->end_attempt(attempt);

    policy::Outcome const outcome = attempt.outcome(call.error_body);
    call.facts.retry_after = outcome.retry_after;
    call.facts.may_have_taken_effect =
        call.facts.may_have_taken_effect || policy::may_have_taken_effect(call.request.method, outcome);

    // A Retry-After of nothing parks nothing: then the backoff counts.
    bool const parks =
        outcome.status == 429 && outcome.retry_after > milliseconds{0} && options_.rates.longest_park.count() > 0;
    if (parks) gate_->park(call.admission, *outcome.retry_after);
    call.permit.end();
    auto const decision =
        policy::decide(outcome, call.request.idempotency, {number, remaining(call.deadline)}, options_.retry, jitter());
    if (auto const* stop = std::get_if<policy::Stop>(&decision)) {
        call.facts.stop_reason = stop->reason;
        return {};
    }
    auto const& retry = std::get<policy::Retry>(decision);
    if (!budget_.take(retry.free)) {
        call.facts.stop_reason = StopReason::retry_budget;
        return {};
    }
    call.granted = retry;
    // A parked endpoint is the limiter's to open again.
    return parks ? milliseconds{0} : retry.after;
}

asio::awaitable<Result<void>> ClientCore::perform(http::Request& request, http::BodySink& success,
                                                  http::ResponseHead* head, CallOptions options) {
    Running const running{*this};
    if (closing_) {
        Error const error = closed_error(request.operation);
        if (options_.observer) CallLog{options_.observer, request.operation}.finish({}, &error);
        co_return error;
    }
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);

    std::optional<CallLog> log;
    std::optional<TimedSink> timed;
    if (options_.observer) {
        log.emplace(options_.observer, request.operation);
        timed.emplace(success);
    }
    // Apart: within the frame of this coroutine it would make a block too large for the allocator's quick lists.
    std::unique_ptr<Call> const owned{
        new Call{.request = request, .success = timed ? static_cast<http::BodySink&>(*timed) : success}};
    Call& call = *owned;
    call.deadline = deadline_of(options);
    call.attempt_timeout = override_or(options.attempt_timeout, options_.timeout.attempt);
    call.admission = Admission{request.operation, organization_of(request), call.deadline};
    call.facts.operation = request.operation;
    call.facts.secret = head_.secret();
    call.cancellation = co_await asio::this_coro::cancellation_state;
    call.log = log ? &*log : nullptr;
    call.timed = timed ? &*timed : nullptr;
    if (!call.body && !request.goes_with_head()) call.body = &call.text;
    head_.append_request(call.wire, request);

    Attempt& attempt = call.attempt;
    int number = 1;
    for (;; ++number) {
        attempt.left_process = false;
        if (log) log->begin_attempt();
        co_await try_once(call);
        if (call.refused || attempt.succeeded()) break;
        if (attempt.left_process) call.facts.attempts = number;
        auto const wait = judge(call, number);
        if (!wait || !co_await wait_to_retry(call, *wait)) break;
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    if (call.granted) budget_.put_back(call.granted->free);
    // What is being read may be older than this write, whose result the caller is about to see.
    if (flights_ && request.method != http::Method::get) flights_->seal();

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
    Error const error = attempt.error(std::move(call.error_body), call.facts);
    if (log) log->finish(attempt.end.head, &error);
    co_return error;
}

void ClientCore::abort() {
    aborted_ = true;
    gate_->close();
    pool_->close();
    backoffs_.wake_all();
}

asio::awaitable<void> ClientCore::close(std::shared_ptr<ClientCore> self, milliseconds grace) {
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    self->closing_ = true;
    if (self->running_ == 0) self->drained_.wake_all();
    co_await self->drained_.sleep_until(steady_clock::now() + std::clamp(grace, milliseconds{0}, longest_grace));
    self->abort();
    while (!self->drained_.woken()) co_await self->drained_.sleep_until(net::no_deadline);
    co_await asio::this_coro::throw_if_cancelled(throws);
}

Result<std::shared_ptr<ClientCore>> make_client_core(asio::any_io_executor executor, Config const& config) {
    if (auto const valid = validate(config); !valid) return valid.error();
    auto origin = http::parse_base_url(config.base_url);
    if (!origin) return origin.error();
    auto proxy = http::choose_proxy(config.proxy, *origin);
    if (!proxy) return proxy.error();
    net::TlsConnectorOptions connecting{*origin,          config.timeout.connect, config.limits,
                                        config.addresses, std::move(*proxy),      config.user_agent};
    auto connector = net::make_tls_connector(executor, config.tls, std::move(connecting));
    if (!connector) return connector.error();
    bool const gzip = config.compression == Compression::on ||
                      (config.compression == Compression::automatic && !http::is_this_machine(*origin));
    http::RequestHead head{*origin, config.api_version, config.user_agent, config.secret_key, gzip};
    auto pool = std::make_shared<net::Pool>(executor, config.pool, std::move(*connector));
    CoreOptions options{config.timeout, config.retry, config.limits, {}, config.observer, gzip, config.single_flight};
    options.rates = policy::effective_limits(config.rate_limit, config.retry, origin->host, config.secret_key.reveal());
    return std::make_shared<ClientCore>(std::move(executor), std::move(options), std::move(head), std::move(pool));
}

}  // namespace clerk::core
