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
    // The outcome of a request. All waiting calls share the value; the key determines its type.
    using Outcome = Result<std::shared_ptr<void const>>;
    class Subscription;

    // Requests run on `executor`.
    explicit SingleFlight(boost::asio::any_io_executor executor);
    ~SingleFlight();

    // Later calls do not join a request that is in flight now.
    void invalidate();
    [[nodiscard]] SingleFlightGauges gauges() const;

private:
    struct SharedRequest;

    [[nodiscard]] std::shared_ptr<SharedRequest> join_or_create(std::string key, bool& leads);

    boost::asio::any_io_executor executor_;
    mutable std::mutex mutex_{};  // guards below
    SharedRequests requests_{};
};

// The participation of a call in a request. It ends with the coroutine of the call, however that ends; the last one
// cancels the request.
class SingleFlight::Subscription {
public:
    Subscription(std::shared_ptr<SingleFlight> flights, std::string key);
    ~Subscription();
    Subscription(Subscription const&) = delete;
    Subscription& operator=(Subscription const&) = delete;

    // True when this call must launch() the request.
    [[nodiscard]] bool leads() const noexcept { return leads_; }
    void launch(boost::asio::awaitable<Outcome> request);
    // True when the request has ended; false when `deadline` has come or the coroutine, which expects
    // throw_if_cancelled(false), was cancelled. Rethrows what the request threw.
    [[nodiscard]] boost::asio::awaitable<bool> wait(transport::TimedEvent::TimePoint deadline);
    // Precondition: wait() returned true. Valid as long as the subscription.
    [[nodiscard]] Outcome const& outcome() const noexcept;

private:
    std::shared_ptr<SingleFlight> flights_;
    bool leads_{};
    std::shared_ptr<SharedRequest> request_;
};

}  // namespace clerk::client
