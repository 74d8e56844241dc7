// The one call loop: attempt → decide → wait. Every endpoint goes through it.
#pragma once

#include "http/body_sink.hpp"
#include "http/request.hpp"
#include "http/request_head.hpp"
#include "http/response_head.hpp"
#include "net/pool.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace clerk::core {

// What the core needs of a Config; it holds no copy of the key but the one in the prepared request head.
struct CoreOptions {
    TimeoutOptions timeout{};
    RetryOptions retry{};
    LimitOptions limits{};
};

class ClientCore {
public:
    ClientCore(boost::asio::any_io_executor executor, CoreOptions const& options, http::RequestHead head,
               std::shared_ptr<net::Pool> pool);
    ~ClientCore();

    // Sends the request as often as the policy allows, within one deadline, and decodes a success into `success`.
    // `head` becomes that of a success. All four arguments outlive the coroutine.
    [[nodiscard]] boost::asio::awaitable<Result<void>> perform(http::Request& request, http::BodySink& success,
                                                               http::ResponseHead& head, CallOptions options);

    [[nodiscard]] boost::asio::any_io_executor const& executor() const noexcept { return executor_; }
    [[nodiscard]] CoreOptions const& options() const noexcept { return options_; }
    [[nodiscard]] net::Pool& pool() const noexcept { return *pool_; }

private:
    struct Attempt;

    [[nodiscard]] boost::asio::awaitable<void> try_once(http::Request& request, http::SecretBuffer const& wire,
                                                        http::BodySink& success, Attempt& attempt);

    boost::asio::any_io_executor executor_;
    CoreOptions options_;
    http::RequestHead head_;
    std::shared_ptr<net::Pool> pool_;
};

// Errors: errc::invalid_argument with the field, from validate() and from the trust anchors.
[[nodiscard]] Result<std::shared_ptr<ClientCore>> make_client_core(boost::asio::any_io_executor executor,
                                                                   Config const& config);

}  // namespace clerk::core
