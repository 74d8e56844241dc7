#include "client/single_flight/single_flight.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <utility>

namespace clerk::client {

namespace asio = boost::asio;

// A request on its own strand, so that any call can cancel it from its thread.
struct SingleFlight::SharedRequest : SharedRequests::Request, std::enable_shared_from_this<SharedRequest> {
    explicit SharedRequest(asio::any_io_executor const& executor) : strand{asio::make_strand(executor)} {}

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
            flights.requests_.finish(*this);
        }
        finished.set();
    }
    void cancel() {
        asio::dispatch(strand, [self = shared_from_this()] { self->signal.emit(asio::cancellation_type::terminal); });
    }

    asio::any_io_executor strand;
    asio::cancellation_signal signal{};
    transport::TimedEvent finished{};
    Outcome outcome{};  // this and the next are written before `finished` wakes a call
    std::exception_ptr thrown;
};

SingleFlight::SingleFlight(asio::any_io_executor executor) : executor_{std::move(executor)} {}
SingleFlight::~SingleFlight() = default;

void SingleFlight::invalidate() {
    std::lock_guard const lock{mutex_};
    requests_.invalidate();
}

SingleFlightGauges SingleFlight::gauges() const {
    std::lock_guard const lock{mutex_};
    auto const& now = requests_.gauges();
    return {now.requests, now.waiting, now.joined};
}

std::shared_ptr<SingleFlight::SharedRequest> SingleFlight::join_or_create(std::string key, bool& leads) {
    std::lock_guard const lock{mutex_};
    if (auto* const joined = requests_.join(key)) {
        leads = false;
        return static_cast<SharedRequest*>(joined)->shared_from_this();
    }
    auto request = std::make_shared<SharedRequest>(executor_);
    requests_.begin(*request, std::move(key));
    leads = true;
    return request;
}

SingleFlight::Subscription::Subscription(std::shared_ptr<SingleFlight> flights, std::string key)
    : flights_{std::move(flights)}, request_{flights_->join_or_create(std::move(key), leads_)} {}

SingleFlight::Subscription::~Subscription() {  // NOLINT(bugprone-exception-escape): lack of memory is fatal
    bool last = false;
    {
        std::lock_guard const lock{flights_->mutex_};
        last = flights_->requests_.leave(*request_);
    }
    if (last) request_->cancel();
}

void SingleFlight::Subscription::launch(asio::awaitable<Outcome> request) {
    request_->start(flights_, std::move(request));
}

asio::awaitable<bool> SingleFlight::Subscription::wait(transport::TimedEvent::TimePoint deadline) {
    co_await request_->finished.wait_until(deadline);
    if (!request_->finished.is_set()) co_return false;
    if (request_->thrown) std::rethrow_exception(request_->thrown);
    co_return true;
}

SingleFlight::Outcome const& SingleFlight::Subscription::outcome() const noexcept { return request_->outcome; }

}  // namespace clerk::client
