// A call that shares its request with simultaneous ones for the same target (Config::single_flight).
#pragma once

#include "client/client_core.hpp"
#include "client/single_flight/single_flight.hpp"
#include "http/request.hpp"

#include <clerk/config.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace clerk::client {

// A shared request has the client's time limits; a call with more time or other attempts makes its own request.
[[nodiscard]] bool may_share(ClientCore const& core, http::Request const& request, CallOptions const& options) noexcept;

// Makes the shared request. It uses the options of the client, not of a call.
using MakeRequest = boost::asio::awaitable<SingleFlight::Outcome> (*)(std::shared_ptr<ClientCore>, http::Request);

// Starts `shared(core, request)` unless another call has, and waits until it ends or the deadline of `options` comes.
// Precondition: may_share().
[[nodiscard]] boost::asio::awaitable<SingleFlight::Outcome> share(std::shared_ptr<ClientCore> core,
                                                                  http::Request request, CallOptions options,
                                                                  MakeRequest shared);

}  // namespace clerk::client
