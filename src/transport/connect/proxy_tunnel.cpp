#include "transport/connect/proxy_tunnel.hpp"

namespace clerk::transport {

TunnelResult tunnel_result(http::ConnectReply const& reply, std::string_view received, bool sent_credentials) {
    TunnelResult result{};
    if (reply.state == http::ConnectReply::State::malformed) {
        result.code = errc::proxy_failed;
        result.message = "the proxy did not answer in HTTP";
    } else if (reply.status == 407) {
        result.code = errc::proxy_unauthorized;
        result.message = sent_credentials ? "the proxy did not accept the credentials (HTTP 407)"
                                          : "the proxy requires credentials (HTTP 407)";
    } else if (reply.status / 100 != 2) {
        result.code = errc::proxy_failed;
        result.message = "the proxy answered HTTP " + std::to_string(reply.status);
    } else if (reply.length != received.size()) {
        // In TLS the client sends first, so these bytes do not come from the service.
        result.code = errc::proxy_failed;
        result.message = "the proxy sent more than its answer";
    }
    return result;
}

}  // namespace clerk::transport
