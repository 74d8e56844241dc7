// From a built request to a typed result: the coroutine behind every endpoint.
#pragma once

#include "api/call_options.hpp"
#include "api/codec/decoder.hpp"
#include "client/client_core.hpp"
#include "client/single_flight/shared_call.hpp"
#include "http/request.hpp"
#include "http/response_head.hpp"

#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace clerk::api {

// A request that is not shared. `request` holds the error when building it failed; then nothing is sent.
template <class T>
boost::asio::awaitable<Result<T>> send(std::shared_ptr<client::ClientCore> core, Result<http::Request> request,
                                       CallOptions options, std::size_t reserve) {
    if (!request) co_return request.error();
    auto const decoder = std::make_unique<Decoder<T>>(core->options().limits.max_json_depth, reserve);
    auto const performed = co_await core->perform(*request, *decoder, nullptr, options);
    if (!performed) co_return performed.error();
    co_return decoder->take();
}

template <class T>
boost::asio::awaitable<Result<Response<T>>> send_with_http_info(std::shared_ptr<client::ClientCore> core,
                                                                Result<http::Request> request, CallOptions options,
                                                                std::size_t reserve) {
    if (!request) co_return request.error();
    request->keep_headers = true;
    auto const decoder = std::make_unique<Decoder<T>>(core->options().limits.max_json_depth, reserve);
    http::ResponseHead head;
    auto const performed = co_await core->perform(*request, *decoder, &head, options);
    if (!performed) co_return performed.error();
    co_return Response<T>{decoder->take(), head.status, std::move(head.headers)};
}

// The request that simultaneous calls share. It uses the options of the client, not of a call.
template <class T>
boost::asio::awaitable<client::SingleFlight::Outcome> shared_request(std::shared_ptr<client::ClientCore> core,
                                                                     http::Request request) {
    CallOptions const defaults{};
    auto response = co_await send_with_http_info<T>(std::move(core), std::move(request), defaults, 0);
    if (!response) co_return response.error();
    co_return std::make_shared<Response<T> const>(std::move(*response));
}

// `Whole` is what the caller gets: the shared Response<T>, or its data.
template <class T, class Whole>
boost::asio::awaitable<Result<Whole>> copy_of_shared(std::shared_ptr<client::ClientCore> core, http::Request request,
                                                     CallOptions options) {
    auto const outcome = co_await client::share(std::move(core), std::move(request), options, &shared_request<T>);
    if (!outcome) co_return outcome.error();
    auto const& response = *static_cast<Response<T> const*>(outcome->get());
    if constexpr (std::is_same_v<Whole, T>) {
        co_return response.data;
    } else {
        co_return response;
    }
}

// `reserve` is how many items a page may hold.
template <class T>
boost::asio::awaitable<Result<T>> call(std::shared_ptr<client::ClientCore> core, Result<http::Request>&& request,
                                       CallOptions options, std::size_t reserve = 0) {
    take_headers(options, request);
    if (request && client::may_share(*core, *request, options)) {
        return copy_of_shared<T, T>(std::move(core), std::move(*request), options);
    }
    return send<T>(std::move(core), std::move(request), options, reserve);
}

template <class T>
boost::asio::awaitable<Result<Response<T>>> call_with_http_info(std::shared_ptr<client::ClientCore> core,
                                                                Result<http::Request>&& request, CallOptions options,
                                                                std::size_t reserve = 0) {
    take_headers(options, request);
    if (request && client::may_share(*core, *request, options)) {
        return copy_of_shared<T, Response<T>>(std::move(core), std::move(*request), options);
    }
    return send_with_http_info<T>(std::move(core), std::move(request), options, reserve);
}

}  // namespace clerk::api
