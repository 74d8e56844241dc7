// Looks up items by their keys, a hundred per request, until the state of each is known.
#pragma once

#include "api/argument_checks.hpp"
#include "api/call_options.hpp"
#include "api/endpoint_call.hpp"
#include "api/id_lookup.hpp"
#include "base/clock.hpp"
#include "base/local_error.hpp"
#include "client/client_core.hpp"

#include <clerk/awaitable.hpp>
#include <clerk/page.hpp>
#include <clerk/result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::api {

// Keys for a list's parameter `field`.
template <class T>
Result<IdLookup<T>> make_lookup(ArgumentChecks& check, std::string_view field, std::span<std::string const> keys) {
    for (std::string const& key : keys) {
        check.path_segment(field, key);
        check.unsigned_id(field, key);
    }
    if (check.failed()) return check.error();
    return IdLookup<T>{keys};
}

// Makes the request for one page.
using ListPage = std::function<Result<http::Request>(LookupRequest const&)>;

// `headers` are the header lines of `options`, whose own views may have expired.
template <class T>
awaitable<Result<ItemsById<T>>> request_pages(std::shared_ptr<client::ClientCore> core, std::string_view operation,
                                              Result<IdLookup<T>> lookup, ListPage list, Result<std::string> headers,
                                              CallOptions options) {
    using std::chrono::milliseconds;
    if (!lookup) co_return lookup.error();
    if (!headers) co_return headers.error();
    options.headers = {};
    bool const throws = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    auto const cancellation = co_await boost::asio::this_coro::cancellation_state;
    transport::TimePoint const deadline = core->deadline_of(options);

    std::optional<Error> failure{};
    while (auto const request = lookup->next_request()) {
        // No operation is waiting here, so a cancellation must be checked for.
        if (cancellation.cancelled() != boost::asio::cancellation_type::none) {
            failure = base::local_error(operation, errc::cancelled, "cancelled between two requests");
            break;
        }
        if (deadline != transport::no_deadline) {
            options.timeout = std::chrono::ceil<milliseconds>(deadline - base::Clock::now());
        }
        if (options.timeout && *options.timeout <= milliseconds{0}) {
            failure =
                base::local_error(operation, errc::deadline_exceeded, "the time for all requests together is over");
            break;
        }
        Result<http::Request> page_request = list(*request);
        if (page_request && !headers->empty()) page_request->headers = std::make_unique<std::string const>(*headers);
        auto call =
            api::call<Page<T>>(core, std::move(page_request), options, static_cast<std::size_t>(request->limit));
        Result<Page<T>> page = co_await std::move(call);
        if (!page) {
            failure = page.error();
            break;
        }
        if (!lookup->accept(std::move(*page))) {
            failure = base::local_error(operation, errc::pagination_stalled,
                                        "the answers hold items that were not requested");
            break;
        }
    }
    co_await boost::asio::this_coro::throw_if_cancelled(throws);
    if (failure) co_return *failure;
    co_return lookup->take();
}

// The timeout is for all requests together.
template <class T>
awaitable<Result<ItemsById<T>>> look_up(std::shared_ptr<client::ClientCore> core, std::string_view operation,
                                        Result<IdLookup<T>> lookup, ListPage list, CallOptions options) {
    return request_pages<T>(std::move(core), operation, std::move(lookup), std::move(list),
                            header_lines(options, operation), options);
}

}  // namespace clerk::api
