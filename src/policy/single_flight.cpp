#include "policy/single_flight.hpp"

#include <utility>

namespace clerk::policy {

SingleFlight::Flight* SingleFlight::join(std::string_view key) {
    auto const found = open_.find(key);
    if (found == open_.end()) return nullptr;
    Flight* const flight = found->second;
    ++flight->waiting_;
    ++gauges_.waiting;
    ++gauges_.joined;
    return flight;
}

void SingleFlight::begin(Flight& flight, std::string key) {
    flight.key_ = std::move(key);
    open_.insert_or_assign(flight.key_, &flight);
    flight.waiting_ = 1;
    ++gauges_.waiting;
    ++gauges_.flights;
}

bool SingleFlight::leave(Flight& flight) noexcept {
    if (flight.waiting_ == 0) return false;
    --gauges_.waiting;
    if (--flight.waiting_ != 0) return false;
    close(flight);
    return true;
}

void SingleFlight::land(Flight& flight) noexcept {
    if (flight.waiting_ == 0) return;
    gauges_.waiting -= std::exchange(flight.waiting_, 0);
    close(flight);
}

void SingleFlight::close(Flight const& flight) noexcept {
    --gauges_.flights;
    // After seal() another flight may have the key.
    auto const found = open_.find(flight.key_);
    if (found != open_.end() && found->second == &flight) open_.erase(found);
}

}  // namespace clerk::policy
