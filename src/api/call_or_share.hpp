// From a built request to a typed result, where simultaneous calls may share one request.
#pragma once

#include "api/call.hpp"
#include "core/shared_call.hpp"

#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace clerk::api {

template <class T>
boost::asio::awaitable<core::SingleFlight::Outcome> shared_request(std::shared_ptr<core::ClientCore> core,
                                                                   http::Request request) {
    CallOptions const defaults{};
    auto response = co_await call_with_http_info<T>(std::move(core), std::move(request), defaults);
    if (!response) co_return response.error();
    co_return std::make_shared<Response<T> const>(std::move(*response));
}

// `Whole` is what the caller gets of the shared Response<T>: that, or its data.
template <class T, class Whole>
boost::asio::awaitable<Result<Whole>> copy_of_shared(std::shared_ptr<core::ClientCore> core, http::Request request,
                                                     CallOptions options) {
    auto const outcome = co_await core::share(std::move(core), std::move(request), options, &shared_request<T>);
    if (!outcome) co_return outcome.error();
    auto const& response = *static_cast<Response<T> const*>(outcome->get());
    if constexpr (std::is_same_v<Whole, T>) {
        co_return response.data;
    } else {
        co_return response;
    }
}

template <class T>
boost::asio::awaitable<Result<T>> call_or_share(std::shared_ptr<core::ClientCore> core, Result<http::Request> request,
                                                CallOptions options) {
    if (!request || !core::may_share(*core, options)) return call<T>(std::move(core), std::move(request), options);
    return copy_of_shared<T, T>(std::move(core), std::move(*request), options);
}

template <class T>
boost::asio::awaitable<Result<Response<T>>> call_or_share_with_http_info(std::shared_ptr<core::ClientCore> core,
                                                                         Result<http::Request> request,
                                                                         CallOptions options) {
    if (!request || !core::may_share(*core, options)) {
        return call_with_http_info<T>(std::move(core), std::move(request), options);
    }
    return copy_of_shared<T, Response<T>>(std::move(core), std::move(*request), options);
}

}  // namespace clerk::api
