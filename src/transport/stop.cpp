#include "transport/stop.hpp"

#include "base/clock.hpp"

#include <boost/system/error_code.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace clerk::transport {

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

bool StopRegistry::add(Stop& stop) noexcept {
    std::lock_guard const lock{mutex_};
    stops_.push_back(stop);
    return !closed_;
}

void StopRegistry::remove(Stop& stop) noexcept {
    std::lock_guard const lock{mutex_};
    stops_.erase(stops_.iterator_to(stop));
}

void StopRegistry::stop(ConnectStep const& step) noexcept {
    std::lock_guard const lock{mutex_};
    for (Stop& stop : stops_) {
        if (stop.step == &step) stop.ask(errc::cancelled);
    }
}

void StopRegistry::close() noexcept {
    std::lock_guard const lock{mutex_};
    closed_ = true;
    for (Stop& stop : stops_) stop.ask(errc::client_closed);
}

StopGuard::StopGuard(std::shared_ptr<StopRegistry> registry, std::shared_ptr<Stop> stop, TimePoint deadline,
                     std::chrono::milliseconds limit)
    : registry_{std::move(registry)}, stop_{std::move(stop)} {
    TimePoint const limit_at = limit.count() > 0 ? deadline_after(base::Clock::now(), limit) : no_deadline;
    errc const too_late = deadline <= limit_at ? errc::deadline_exceeded : errc::connect_timeout;
    stop_->asked_.wait(std::min(deadline, limit_at))(
        [weak = std::weak_ptr{stop_}, too_late](std::tuple<boost::system::error_code> ended) {
            auto const still = weak.lock();
            if (!still) return;
            bool const time_is_up = still->why_ == errc{} && !std::get<0>(ended);
            still->request(time_is_up ? too_late : still->why_.load());
        });
    if (!registry_->add(*stop_)) stop_->request(errc::client_closed);
}

StopGuard::~StopGuard() {
    registry_->remove(*stop_);
    stop_->wake = nullptr;
    stop_->asked_.set();
}

}  // namespace clerk::transport
