#include <clerk/client.hpp>

#include "client/client_core.hpp"
#include "client/prewarm.hpp"
#include "client/single_flight/single_flight.hpp"

#include <utility>

namespace clerk {

Client::Client(boost::asio::any_io_executor executor, Config config, ThisBuild)
    : core_{client::make_client_core(std::move(executor), config).value()} {}

Client::~Client() = default;

boost::asio::any_io_executor Client::get_executor() const { return core_->executor(); }

PoolGauges Client::pool_gauges() const { return core_->pool().gauges(); }
RateLimiterGauges Client::rate_limiter_gauges() const { return core_->limiter().gauges(); }
RetryBudgetGauges Client::retry_budget_gauges() const { return core_->budget().gauges(); }
SingleFlightGauges Client::single_flight_gauges() const {
    return core_->single_flight() ? core_->single_flight()->gauges() : SingleFlightGauges{};
}

boost::asio::awaitable<void> Client::close(std::chrono::milliseconds grace) {
    return client::ClientCore::close(core_, grace);
}
boost::asio::awaitable<Result<std::size_t>> Client::prewarm(std::size_t connections, CallOptions options) {
    return client::prewarm(core_, connections, options);
}
Result<void> Client::set_secret_key(Secret const& key) { return core_->set_secret_key(key); }
Result<void> Client::reload_tls() { return core_->pool().reload_tls(); }
bool Client::closed() const noexcept { return core_->closing(); }

}  // namespace clerk
