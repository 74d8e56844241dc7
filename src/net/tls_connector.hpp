// Makes HTTPS connections to one origin. Its .cpp is the one translation unit with Beast and the TLS stream.
#pragma once

#include "http/base_url.hpp"
#include "net/connection.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace clerk::net {

struct TlsConnectorOptions {
    http::Origin origin{};
    std::chrono::milliseconds connect_timeout{};  // 0: none but the call's deadline
    LimitOptions limits{};
};

// Loads the trust anchors. Errors: errc::invalid_argument with field `tls.ca_file` or `tls.ca_pem`.
[[nodiscard]] Result<std::unique_ptr<Connector>> make_tls_connector(boost::asio::any_io_executor executor,
                                                                    TlsOptions const& tls, TlsConnectorOptions options);

}  // namespace clerk::net
