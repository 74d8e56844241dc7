#include "core/sleepers.hpp"

#include "net/wakeup.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace clerk::core {

namespace asio = boost::asio;

struct Sleepers::Sleeper : Hook, std::enable_shared_from_this<Sleeper> {
    explicit Sleeper(asio::any_io_executor const& executor) : timer{executor}, woken{executor} {}

    asio::steady_timer timer;  // touched by the sleeping coroutine only
    net::Wakeup woken;
};

// Membership in the list, given up however the coroutine ends.
class Sleepers::Place {
public:
    Place(Sleepers& owner, std::shared_ptr<Sleeper> sleeper) : owner_{owner}, sleeper_{std::move(sleeper)} {
        std::lock_guard const lock{owner_.mutex_};
        taken_ = !owner_.woken_;
        if (taken_) owner_.sleepers_.push_back(*sleeper_);
    }
    ~Place() {
        sleeper_->timer.cancel();
        std::lock_guard const lock{owner_.mutex_};
        if (sleeper_->is_linked()) owner_.sleepers_.erase(owner_.sleepers_.iterator_to(*sleeper_));
    }
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;

    [[nodiscard]] bool taken() const noexcept { return taken_; }

private:
    Sleepers& owner_;
    std::shared_ptr<Sleeper> sleeper_;
    bool taken_{};
};

Sleepers::Sleepers() = default;
Sleepers::~Sleepers() = default;

asio::awaitable<void> Sleepers::sleep_until(TimePoint until) {
    auto const sleeper = std::make_shared<Sleeper>(co_await asio::this_coro::executor);
    Place const place{*this, sleeper};
    if (!place.taken()) co_return;
    if (until != TimePoint::max()) {
        sleeper->timer.expires_at(until);
        sleeper->timer.async_wait([sleeper](boost::system::error_code ec) {
            if (!ec) sleeper->woken.wake();
        });
    }
    co_await sleeper->woken.wait();
}

void Sleepers::wake_all() {
    std::vector<std::shared_ptr<Sleeper>> sleepers;
    {
        std::lock_guard const lock{mutex_};
        woken_ = true;
        while (!sleepers_.empty()) {
            sleepers.push_back(static_cast<Sleeper&>(sleepers_.front()).shared_from_this());
            sleepers_.pop_front();
        }
    }
    for (auto const& sleeper : sleepers) sleeper->woken.wake();
}

bool Sleepers::woken() const {
    std::lock_guard const lock{mutex_};
    return woken_;
}

}  // namespace clerk::core
