#include <clerk/client.hpp>

#include "core/client_core.hpp"

#include <utility>

namespace clerk {

Client::Client(boost::asio::any_io_executor executor, Config config)
    : core_{core::make_client_core(std::move(executor), config).value()} {}

Client::~Client() = default;

boost::asio::any_io_executor Client::get_executor() const { return core_->executor(); }

PoolGauges Client::pool_gauges() const { return core_->pool().gauges(); }

}  // namespace clerk
