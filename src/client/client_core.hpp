// The one call loop: limiter → attempt → decide → wait. Every endpoint goes through it.
#pragma once

#include "base/clock.hpp"
#include "client/keyed_head.hpp"
#include "client/rate_limit/async_rate_limiter.hpp"
#include "client/rate_limit/rate_limits.hpp"
#include "client/retry/retry_budget.hpp"
#include "http/base_url.hpp"
#include "http/body_sink.hpp"
#include "http/request.hpp"
#include "http/request_head.hpp"
#include "http/response_head.hpp"
#include "transport/exchange_time.hpp"
#include "transport/pool.hpp"
#include "transport/timed_event.hpp"

#include <clerk/client.hpp>
#include <clerk/config.hpp>
#include <clerk/observer.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace clerk::client {

// The parts of a Config that the core needs. The only copy of the key is in the prepared request head.
struct CoreOptions {
    TimeoutOptions timeout{};
    RetryOptions retry{};
    LimitOptions limits{};
    client::RateLimits rates{};  // the limits that result from RateLimitOptions, host and key
    std::shared_ptr<Observer> observer{};
    bool gzip{};                    // request compressed answers
    bool single_flight{};           // simultaneous calls may share a request
    RateLimitOptions rate_limit{};  // for the kind of a new key
    http::Origin origin{};
};

class SingleFlight;

class ClientCore {
public:
    ClientCore(boost::asio::any_io_executor executor, CoreOptions options, http::RequestHead head,
               std::shared_ptr<transport::Pool> pool, std::string account = {});
    ~ClientCore();

    // Sends the request as often as the policy allows, within one deadline, and decodes a success into `success`.
    // `head`, unless null, becomes that of a success. Objects to which the arguments refer must outlive the coroutine.
    [[nodiscard]] boost::asio::awaitable<Result<void>> perform(http::Request& request, http::BodySink& success,
                                                               http::ResponseHead* head, CallOptions options);

    // Refuses new calls. Running ones have `grace` to end and are then aborted. Returns when none is left.
    [[nodiscard]] static boost::asio::awaitable<void> close(std::shared_ptr<ClientCore> self,
                                                            std::chrono::milliseconds grace);
    [[nodiscard]] bool closing() const noexcept { return closing_; }

    // For the calls that begin from now on. Errors: errc::invalid_argument, field secret_key. Any thread may call it.
    [[nodiscard]] Result<void> set_secret_key(Secret const& key);
    // A digest of the server and the key.
    [[nodiscard]] std::string account() const { return head_.account(); }

    // close() waits while it exists. Create it before closing() is checked.
    class Running {
    public:
        explicit Running(ClientCore& core) noexcept : core_{core} { ++core_.running_; }
        ~Running() {
            if (--core_.running_ == 0 && core_.closing_) core_.drained_.set();
        }
        Running(Running const&) = delete;
        Running& operator=(Running const&) = delete;

    private:
        ClientCore& core_;
    };

    // The point in time at which a call must end; `begin` when it has no time.
    [[nodiscard]] transport::TimePoint deadline_of(CallOptions const& options,
                                                   transport::TimePoint begin = base::Clock::now()) const;

    [[nodiscard]] boost::asio::any_io_executor const& executor() const noexcept { return executor_; }
    [[nodiscard]] CoreOptions const& options() const noexcept { return options_; }
    [[nodiscard]] transport::Pool& pool() const noexcept { return *pool_; }
    [[nodiscard]] AsyncRateLimiter& limiter() const noexcept { return *limiter_; }
    [[nodiscard]] client::RetryBudget const& budget() const noexcept { return budget_; }
    // Null unless calls may share requests.
    [[nodiscard]] std::shared_ptr<SingleFlight> const& single_flight() const noexcept { return single_flight_; }

private:
    struct Call;

    // For an observer.
    [[nodiscard]] CallInfo describe(http::Request const& request, CallOptions const& options) const;
    [[nodiscard]] bool admit(Call& call);
    [[nodiscard]] boost::asio::awaitable<bool> wait_for_admission(Call& call);
    [[nodiscard]] boost::asio::awaitable<bool> get_connection(Call& call, transport::Lease& lease);
    [[nodiscard]] std::optional<std::chrono::milliseconds> decide_retry(Call& call, int number);
    [[nodiscard]] boost::asio::awaitable<bool> wait_to_retry(Call& call, std::chrono::milliseconds wait);
    [[nodiscard]] Error make_error(Call& call) const;
    void abort();

    boost::asio::any_io_executor executor_;
    CoreOptions options_;
    KeyedHead head_;
    std::mutex replacing_key_{};  // held while head and limiter are changed to a new key
    std::shared_ptr<transport::Pool> pool_;
    std::shared_ptr<AsyncRateLimiter> limiter_;
    transport::ExchangeTimes exchange_times_{};
    client::RetryBudget budget_;
    std::shared_ptr<SingleFlight> single_flight_;
    std::atomic<std::size_t> running_{};
    std::atomic<bool> closing_{};       // no new calls
    std::atomic<bool> aborted_{};       // the grace is over
    transport::TimedEvent backoffs_{};  // calls between two attempts; set by abort()
    transport::TimedEvent drained_{};   // close(); set by the end of the last call
};

// Errors: errc::invalid_argument with the field, from validate() and from the trust anchors.
[[nodiscard]] Result<std::shared_ptr<ClientCore>> make_client_core(boost::asio::any_io_executor executor,
                                                                   Config const& config);

}  // namespace clerk::client
