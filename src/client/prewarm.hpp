// Opens connections before they are needed.
#pragma once

#include "client/client_core.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>

namespace clerk::client {

// Returns how many it opened; an error when all that it tried failed.
[[nodiscard]] boost::asio::awaitable<Result<std::size_t>> prewarm(std::shared_ptr<ClientCore> core,
                                                                  std::size_t connections, CallOptions options);

}  // namespace clerk::client
