// From a built request to a typed result: the coroutine behind every endpoint.
#pragma once

#include "api/codec/decoder.hpp"
#include "core/client_core.hpp"
#include "http/request.hpp"
#include "http/response_head.hpp"

#include <clerk/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace clerk::api {

// `request` holds the error when building it failed; then nothing is sent. `reserve` is how many items a page may hold.
template <class T>
boost::asio::awaitable<Result<Response<T>>> call_with_http_info(std::shared_ptr<core::ClientCore> core,
                                                                Result<http::Request> request, CallOptions options,
                                                                std::size_t reserve = 0) {
    if (!request) co_return request.error();
    request->keep_headers = true;
    Decoder<T> decoder{core->options().limits.max_json_depth, reserve};
    http::ResponseHead head;
    auto const performed = co_await core->perform(*request, decoder, &head, options);
    if (!performed) co_return performed.error();
    co_return Response<T>{decoder.take(), head.status, std::move(head.headers)};
}

template <class T>
boost::asio::awaitable<Result<T>> call(std::shared_ptr<core::ClientCore> core, Result<http::Request> request,
                                       CallOptions options, std::size_t reserve = 0) {
    if (!request) co_return request.error();
    Decoder<T> decoder{core->options().limits.max_json_depth, reserve};
    auto const performed = co_await core->perform(*request, decoder, nullptr, options);
    if (!performed) co_return performed.error();
    co_return decoder.take();
}

}  // namespace clerk::api
