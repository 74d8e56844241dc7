// Opens a tunnel through a proxy on a connected socket.
#pragma once

#include "http/connect_tunnel.hpp"

#include <clerk/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::transport {

struct TunnelResult {
    errc code{};  // errc{}: the tunnel is open
    boost::system::error_code cause{};
    std::string message{};
};

// The result for a complete or malformed reply. `received` is everything that was read.
[[nodiscard]] TunnelResult tunnel_result(http::ConnectReply const& reply, std::string_view received,
                                         bool sent_credentials);

inline constexpr std::size_t max_proxy_reply = 16 * 1024;

// Closing the socket ends it. `request` is from http::connect_request().
template <class Socket>
[[nodiscard]] boost::asio::awaitable<TunnelResult> open_tunnel(Socket& socket, std::string_view request,
                                                               bool sends_credentials) {
    constexpr auto as_result = boost::asio::as_tuple(boost::asio::deferred);
    TunnelResult result{};
    result.code = errc::proxy_failed;
    auto const [write_ec, written] = co_await boost::asio::async_write(socket, boost::asio::buffer(request), as_result);
    if (write_ec) {
        result.cause = write_ec;
        result.message = "the proxy closed the connection while the tunnel was requested";
        co_return result;
    }
    std::string received;
    received.resize(max_proxy_reply);
    for (std::size_t size = 0; size < received.size();) {
        auto const room = boost::asio::buffer(received.data() + size, received.size() - size);
        auto const [ec, n] = co_await socket.async_read_some(room, as_result);
        if (ec) {
            result.cause = ec;
            result.message = "the proxy closed the connection instead of opening a tunnel";
            co_return result;
        }
        size += n;
        std::string_view const all{received.data(), size};
        auto const reply = http::parse_connect_reply(all);
        using State = http::ConnectReply::State;
        if (reply.state != State::incomplete) co_return tunnel_result(reply, all, sends_credentials);
    }
    result.message = "the proxy's answer is too long";
    co_return result;
}

}  // namespace clerk::transport
