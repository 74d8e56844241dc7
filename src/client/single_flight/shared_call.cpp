#include "client/single_flight/shared_call.hpp"

#include "base/clock.hpp"
#include "client/call_error.hpp"

#include <boost/asio/this_coro.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace clerk::client {

namespace asio = boost::asio;

namespace {

Error left_early(std::string_view operation, errc code) {
    CallFacts facts{};
    facts.operation = operation;
    facts.attempts = 1;  // the shared request is in flight
    facts.stop_reason = code == errc::cancelled ? StopReason::cancelled : StopReason::deadline;
    std::string const why = code == errc::cancelled ? "cancelled" : "time ran out";
    return transport_error(make_error_code(code), {}, why + " while waiting for a shared request", {}, facts);
}

// Whether the request ended at its own deadline.
bool out_of_time(SingleFlight::Outcome const& outcome) noexcept {
    if (outcome) return false;
    Error const error = outcome.error();
    return error == errc::deadline_exceeded || error == errc::rate_limited;
}

// Calls with other headers may get other answers.
std::string sharing_key(http::Request const& request) {
    return request.headers ? request.target + '\n' + *request.headers : request.target;
}

// Waits for a shared request; starts `request` as one when there is none to join. The coroutine expects
// throw_if_cancelled(false); its arguments outlive it.
asio::awaitable<SingleFlight::Outcome> wait_once(std::shared_ptr<ClientCore> const& core, http::Request& request,
                                                 transport::TimedEvent::TimePoint deadline, MakeRequest shared,
                                                 bool& leads) {
    auto const cancellation = co_await asio::this_coro::cancellation_state;
    auto const cancelled = [&cancellation] { return cancellation.cancelled() != asio::cancellation_type::none; };
    std::string_view const operation = request.operation;
    if (cancelled()) co_return left_early(operation, errc::cancelled);
    SingleFlight::Subscription subscription{core->single_flight(), sharing_key(request)};
    leads = subscription.leads();
    if (leads) subscription.launch(shared(core, std::move(request)));
    if (co_await subscription.wait(deadline)) co_return subscription.outcome();
    co_return left_early(operation, cancelled() ? errc::cancelled : errc::deadline_exceeded);
}

}  // namespace

bool may_share(ClientCore const& core, http::Request const& request, CallOptions const& options) noexcept {
    if (!request.shareable || !core.single_flight() || core.closing() || no_time_left(options) ||
        options.attempt_timeout || options.max_attempts)
        return false;
    auto const total = core.options().timeout.total;
    return total.count() == 0 || options.timeout.value_or(total) <= total;
}

asio::awaitable<SingleFlight::Outcome> share(std::shared_ptr<ClientCore> core, http::Request request,
                                             CallOptions options, MakeRequest shared) {
    ClientCore::Running const running{*core};  // close() waits for waiting calls
    bool const throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const deadline = core->deadline_of(options);
    bool leads = false;
    auto result = co_await wait_once(core, request, deadline, shared, leads);
    // A call that joined late may have time left. One more request is enough: its deadline is not before that of this
    // call.
    if (!leads && out_of_time(result) && base::Clock::now() < deadline) {
        result = co_await wait_once(core, request, deadline, shared, leads);
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return result;
}

}  // namespace clerk::client
