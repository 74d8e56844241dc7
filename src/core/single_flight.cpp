#include "core/single_flight.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <utility>

namespace clerk::core {

namespace asio = boost::asio;

// A request on a strand of its own, so that it can be cancelled from the thread of any call.
struct SingleFlight::Flight : policy::SingleFlight::Flight, std::enable_shared_from_this<Flight> {
    explicit Flight(asio::any_io_executor const& executor) : strand{asio::make_strand(executor)} {}

    void start(std::shared_ptr<SingleFlight> const& flights, asio::awaitable<Outcome> request) {
        auto const store = [self = shared_from_this(), flights](std::exception_ptr thrown_by_request, Outcome result) {
            self->end(*flights, std::move(thrown_by_request), std::move(result));
        };
        try {
            asio::co_spawn(strand, std::move(request), asio::bind_cancellation_slot(signal.slot(), store));
        } catch (...) {
            end(*flights, std::current_exception(), {});
        }
    }
    void end(SingleFlight& flights, std::exception_ptr thrown_by_request, Outcome result) {
        outcome = std::move(result);
        thrown = std::move(thrown_by_request);
        {
            std::lock_guard const lock{flights.mutex_};
            flights.policy_.land(*this);
        }
        landed.set();
    }
    void cancel() {
        asio::dispatch(strand, [self = shared_from_this()] { self->signal.emit(asio::cancellation_type::terminal); });
    }

    asio::any_io_executor strand;
    asio::cancellation_signal signal{};
    net::TimedEvent landed{};
    Outcome outcome{};  // like the next, written before `landed` wakes anybody
    std::exception_ptr thrown;
};

SingleFlight::SingleFlight(asio::any_io_executor executor) : executor_{std::move(executor)} {}
SingleFlight::~SingleFlight() = default;

void SingleFlight::seal() {
    std::lock_guard const lock{mutex_};
    policy_.seal();
}

SingleFlightGauges SingleFlight::gauges() const {
    std::lock_guard const lock{mutex_};
    auto const& now = policy_.gauges();
    return {now.flights, now.waiting, now.joined};
}

std::shared_ptr<SingleFlight::Flight> SingleFlight::board(std::string key, bool& leads) {
    std::lock_guard const lock{mutex_};
    if (auto* const joined = policy_.join(key)) {
        leads = false;
        return static_cast<Flight*>(joined)->shared_from_this();
    }
    auto flight = std::make_shared<Flight>(executor_);
    policy_.begin(*flight, std::move(key));
    leads = true;
    return flight;
}

SingleFlight::Seat::Seat(std::shared_ptr<SingleFlight> flights, std::string key)
    : flights_{std::move(flights)}, flight_{flights_->board(std::move(key), leads_)} {}

SingleFlight::Seat::~Seat() {  // NOLINT(bugprone-exception-escape): nobody could handle that there is no memory
    bool last = false;
    {
        std::lock_guard const lock{flights_->mutex_};
        last = flights_->policy_.leave(*flight_);
    }
    if (last) flight_->cancel();
}

void SingleFlight::Seat::launch(asio::awaitable<Outcome> request) { flight_->start(flights_, std::move(request)); }

asio::awaitable<bool> SingleFlight::Seat::wait(net::TimedEvent::TimePoint deadline) {
    co_await flight_->landed.wait_until(deadline);
    if (!flight_->landed.is_set()) co_return false;
    if (flight_->thrown) std::rethrow_exception(flight_->thrown);
    co_return true;
}

SingleFlight::Outcome const& SingleFlight::Seat::outcome() const noexcept { return flight_->outcome; }

}  // namespace clerk::core
