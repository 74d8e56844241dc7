// Makes HTTPS connections to one origin. Its .cpp is the one translation unit with Beast and the TLS stream.
#pragma once

#include "http/base_url.hpp"
#include "http/proxy.hpp"
#include "transport/connect/address_resolver.hpp"
#include "transport/connection.hpp"

#include <clerk/config.hpp>
#include <clerk/result.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace clerk::transport {

struct TlsConnectorOptions {
    http::Origin origin{};
    std::chrono::milliseconds connect_timeout{};  // 0: only the call's deadline
    LimitOptions limits{};
    AddressOptions addresses{};
    std::optional<http::Proxy> proxy{};  // empty: no proxy
    std::string user_agent{};            // appended to the library's own, for the proxy
    Lookup lookup{};                     // of the host to connect to; empty: the system's resolver
};

// Prepares TLS. Errors: errc::invalid_argument with a field below `tls`. What `tls.customize` throws passes through.
[[nodiscard]] Result<std::unique_ptr<Connector>> make_tls_connector(boost::asio::any_io_executor executor,
                                                                    TlsOptions const& tls, TlsConnectorOptions options);

}  // namespace clerk::transport
