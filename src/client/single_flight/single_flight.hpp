// Calls that share one request: drives SharedRequests. Any thread may use it.
//
//     SingleFlight::Subscription subscription{flights, key};
//     if (subscription.leads()) subscription.launch(request);
//     if (co_await subscription.wait(deadline)) … subscription.outcome() …
#pragma once

#include "client/single_flight/shared_requests.hpp"
#include "transport/timed_event.hpp"

#include <clerk/client.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace clerk::client {

class SingleFlight : public std::enable_shared_from_this<SingleFlight> {
public:
    // What a request ends with. The value is shared by all waiting calls; the key determines its type.
    using Outcome = Result<std::shared_ptr<void const>>;
    class Subscription;

    // Requests run on `executor`.
    explicit SingleFlight(boost::asio::any_io_executor executor);
    ~SingleFlight();

    // Later calls join no request that is in flight.
    void invalidate();
    [[nodiscard]] SingleFlightGauges gauges() const;

private:
    struct SharedRequest;

    [[nodiscard]] std::shared_ptr<SharedRequest> join_or_create(std::string key, bool& leads);

    boost::asio::any_io_executor executor_;
    mutable std::mutex mutex_{};  // guards below
    SharedRequests requests_{};
};

// A call's share in a request, given up however its coroutine ends. The last to leave cancels the request.
class SingleFlight::Subscription {
public:
    Subscription(std::shared_ptr<SingleFlight> flights, std::string key);
    ~Subscription();
    Subscription(Subscription const&) = delete;
    Subscription& operator=(Subscription const&) = delete;

    // No other call has begun the request: launch() it.
    [[nodiscard]] bool leads() const noexcept { return leads_; }
    void launch(boost::asio::awaitable<Outcome> request);
    // True when the request has ended; false when `deadline` has come or the coroutine, which expects
    // throw_if_cancelled(false), was cancelled. Rethrows what the request threw.
    [[nodiscard]] boost::asio::awaitable<bool> wait(transport::TimedEvent::TimePoint deadline);
    // Precondition: wait() returned true. It lives as long as the subscription.
    [[nodiscard]] Outcome const& outcome() const noexcept;

private:
    std::shared_ptr<SingleFlight> flights_;
    bool leads_{};
    std::shared_ptr<SharedRequest> request_;
};

}  // namespace clerk::client
