// Calls that share one request: drives policy::SingleFlight. Any thread may use it.
//
//     SingleFlight::Seat seat{flights, key};
//     if (seat.leads()) seat.launch(request);
//     if (co_await seat.wait(deadline)) … seat.outcome() …
#pragma once

#include "net/timed_event.hpp"
#include "policy/single_flight.hpp"

#include <clerk/client.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace clerk::core {

class SingleFlight : public std::enable_shared_from_this<SingleFlight> {
public:
    // What a request ends with. The value belongs to all who waited; its type goes with the key.
    using Outcome = Result<std::shared_ptr<void const>>;
    class Seat;

    // Requests run on `executor`.
    explicit SingleFlight(boost::asio::any_io_executor executor);
    ~SingleFlight();

    // Calls that begin from now on join nothing that is under way.
    void seal();
    [[nodiscard]] SingleFlightGauges gauges() const;

private:
    struct Flight;

    [[nodiscard]] std::shared_ptr<Flight> board(std::string key, bool& leads);

    boost::asio::any_io_executor executor_;
    mutable std::mutex mutex_{};  // guards below
    policy::SingleFlight policy_{};
};

// A call's place in a flight, given up however its coroutine ends. The last to leave cancels the request.
class SingleFlight::Seat {
public:
    Seat(std::shared_ptr<SingleFlight> flights, std::string key);
    ~Seat();
    Seat(Seat const&) = delete;
    Seat& operator=(Seat const&) = delete;

    // Nobody else had begun the request: launch() it.
    [[nodiscard]] bool leads() const noexcept { return leads_; }
    void launch(boost::asio::awaitable<Outcome> request);
    // True when the request has ended; false when `deadline` has come or the coroutine, which expects
    // throw_if_cancelled(false), was cancelled. Rethrows what the request threw.
    [[nodiscard]] boost::asio::awaitable<bool> wait(net::TimedEvent::TimePoint deadline);
    // Precondition: wait() returned true. It lives as long as the seat.
    [[nodiscard]] Outcome const& outcome() const noexcept;

private:
    std::shared_ptr<SingleFlight> flights_;
    bool leads_{};
    std::shared_ptr<Flight> flight_;
};

}  // namespace clerk::core
