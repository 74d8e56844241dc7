// A client core with scripted connections, and calls whose completions are counted.
#pragma once

#include "client/client_core.hpp"
#include "http/base_url.hpp"
#include "http/capped_text.hpp"
#include "http/request.hpp"
#include "support/scripted_connector.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace clerk::test {

inline http::Request get_request() {
    http::Request request = http::make_request(http::Method::get, "get_organization", "/organizations/org_1");
    request.shareable = true;
    return request;
}
inline http::Request create_request() {
    http::Request request = http::make_request(http::Method::post, "create_organization", "/organizations");
    request.content = http::text_content("application/json", R"({"name":"Acme"})");
    return request;
}
inline http::Request delete_request() {
    return http::make_request(http::Method::delete_, "delete_organization", "/organizations/org_1");
}

inline ScriptedExchange answer(int status, std::string retry_after = {}) {
    ScriptedExchange result{};
    result.status = status;
    if (status >= 400) result.body = R"({"errors":[{"code":"c","message":"m","long_message":"l"}]})";
    result.retry_after = std::move(retry_after);
    return result;
}
inline ScriptedExchange failure(errc code, bool touched = true) {
    ScriptedExchange result{};
    result.failure = code;
    result.any_byte_sent = touched;
    return result;
}

// The options of the client.
struct ScriptedOptions {
    ScriptedOptions() {
        core.retry.initial_backoff = std::chrono::milliseconds{2};
        core.retry.max_backoff = std::chrono::milliseconds{4};
        pool.max_connections = 2;
    }
    client::CoreOptions core{};
    PoolOptions pool{};
    RateLimitOptions rate_limit{};
};

inline std::shared_ptr<client::ClientCore> make_core(boost::asio::any_io_executor const& executor,
                                                     std::shared_ptr<Script> script, ScriptedOptions options = {}) {
    auto pool = std::make_shared<transport::Pool>(executor, options.pool, std::make_unique<ScriptedConnector>(script));
    auto const origin = http::parse_base_url("https://clerk.test/v1").value();
    http::RequestHead head{origin, "", "", Secret{"sk_test_very_secret_key"}};
    options.core.rates = client::effective_limits(options.rate_limit, "clerk.test", "sk_test_");
    return std::make_shared<client::ClientCore>(executor, options.core, std::move(head), std::move(pool));
}

// One call with all objects to which it refers, kept in the coroutine as by the API functions.
inline boost::asio::awaitable<Result<void>> perform(std::shared_ptr<client::ClientCore> core, http::Request request,
                                                    CallOptions options = {}) {
    http::CappedText body{1000};
    Result<void> result = co_await core->perform(request, body, nullptr, options);
    co_return result;
}

inline std::size_t in_use(client::ClientCore const& core) {
    PoolGauges const gauges = core.pool().gauges();
    return gauges.busy + gauges.connecting + gauges.waiting;
}

}  // namespace clerk::test
