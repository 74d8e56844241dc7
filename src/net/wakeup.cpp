#include "net/wakeup.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <utility>

namespace clerk::net {

namespace asio = boost::asio;

// Knows when an execution context is being destroyed: the coroutines that die with it give back what they hold, which
// would wake others, but a channel (Boost 1.81) that was shut down with a receiver waiting must not be sent to.
// Services shut down youngest first, and this one is made after the channels'.
class ContextEnd : public asio::execution_context::service {
public:
    using key_type = ContextEnd;
    static asio::execution_context::id id;

    explicit ContextEnd(asio::execution_context& context) : asio::execution_context::service{context} {}

    [[nodiscard]] bool begun() const noexcept { return begun_.load(std::memory_order_relaxed); }

private:
    void shutdown() override { begun_.store(true, std::memory_order_relaxed); }

    std::atomic<bool> begun_{};
};

asio::execution_context::id ContextEnd::id;

namespace {

// Set while this thread wakes somebody. A woken coroutine is only posted; if another wake() comes from inside, it has
// been destroyed instead, and so will be all the others.
thread_local bool waking = false;

}  // namespace

Wakeup::Wakeup(asio::any_io_executor const& executor)
    : channel_{executor, 1}, context_{asio::use_service<ContextEnd>(asio::query(executor, asio::execution::context))} {}

bool Wakeup::wait_again() {
    // A channel (Boost 1.81) whose receiver was cancelled takes nothing until the next one waits. First this, then the
    // look: a wake() in between finds the channel open.
    channel_.reset();
    return !woken_.load(std::memory_order_acquire);
}

void Wakeup::wake() noexcept {
    woken_.store(true, std::memory_order_release);
    if (context_.begun() || std::exchange(waking, true)) return;
    channel_.try_send(boost::system::error_code{});
    waking = false;
}

}  // namespace clerk::net
