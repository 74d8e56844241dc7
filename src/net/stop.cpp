#include "net/stop.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace clerk::net {

namespace asio = boost::asio;
using std::chrono::steady_clock;

std::string Stop::message(std::string const& doing) const {
    switch (reason) {
        case errc::cancelled:
            return "cancelled while " + doing;
        case errc::client_closed:
            return "the client was closed while " + doing;
        default:
            return "time ran out while " + doing;
    }
}

// Both steps hold it weakly: the one who asks may keep his handler longer than the io_context lives.
void request_stop(std::weak_ptr<Stop> const& stop, errc why) {
    auto const alive = stop.lock();
    if (!alive) return;
    asio::dispatch(alive->strand, [stop, why] {
        if (auto const still = stop.lock()) still->request(why);
    });
}

bool StopRegistry::add(std::shared_ptr<Stop> const& stop) {
    std::lock_guard const lock{mutex_};
    if (!closed_) stops_.emplace(stop.get(), stop);
    return !closed_;
}

void StopRegistry::remove(Stop const& stop) noexcept {
    std::lock_guard const lock{mutex_};
    stops_.erase(&stop);
}

void StopRegistry::stop(ConnectStep const& step) noexcept {
    std::weak_ptr<Stop> found;
    {
        std::lock_guard const lock{mutex_};
        for (auto const& [key, stop] : stops_) {
            if (key->step == &step) found = stop;
        }
    }
    try {
        request_stop(found, errc::cancelled);
    } catch (...) {  // no memory: the connect has its timeout
    }
}

void StopRegistry::close() {
    std::vector<std::weak_ptr<Stop>> stops;
    {
        std::lock_guard const lock{mutex_};
        closed_ = true;
        for (auto const& [key, stop] : stops_) stops.push_back(stop);
    }
    for (auto const& stop : stops) request_stop(stop, errc::client_closed);
}

StopGuard::StopGuard(std::shared_ptr<StopRegistry> registry, std::shared_ptr<Stop> stop)
    : registry_{std::move(registry)}, stop_{std::move(stop)}, timer_{stop_->strand} {
    if (!registry_->add(stop_)) stop_->request(errc::client_closed);
}

StopGuard::~StopGuard() {
    registry_->remove(*stop_);
    stop_->wake = nullptr;
}

void StopGuard::start_timer(TimePoint deadline, std::chrono::milliseconds limit) {
    TimePoint const limit_at = limit.count() > 0 ? steady_clock::now() + limit : no_deadline;
    TimePoint const until = std::min(deadline, limit_at);
    if (until == no_deadline) return;
    errc const why = deadline <= limit_at ? errc::deadline_exceeded : errc::connect_timeout;
    timer_.expires_at(until);
    timer_.async_wait([stop = std::weak_ptr{stop_}, why](boost::system::error_code ec) {
        auto const alive = stop.lock();
        if (!ec && alive) alive->request(why);
    });
}

}  // namespace clerk::net
