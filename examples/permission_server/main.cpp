// An HTTP server that answers whether a user may do something:
//   GET /organizations/{organization}/users/{user}/permissions/{permission}  →  {"allowed":true}
// A request has one second; it is cancelled when its client closes the connection.
//
// Environment: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's, such as
// clerk-emulator.
#include "../organization_gateway/http_server.hpp"
#include "permissions.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace {
using gateway::Request, gateway::Response, std::chrono::seconds;

Response reply(boost::beast::http::status status, std::string body) {
    Response response{status, 11, std::move(body)};
    response.set(boost::beast::http::field::content_type, "application/json");
    return response;
}

boost::asio::awaitable<Response> answer(Permissions& permissions, Request const& request) {
    using boost::beast::http::status;
    auto const url = boost::urls::parse_origin_form(request.target());
    if (!url) co_return reply(status::bad_request, R"({"error":"bad target"})");
    std::vector<std::string> const path(url->segments().begin(), url->segments().end());
    bool const known = request.method() == boost::beast::http::verb::get && path.size() == 6 &&
                       path[0] == "organizations" && path[2] == "users" && path[4] == "permissions";
    if (!known) co_return reply(status::not_found, R"({"error":"no such route"})");
    auto const allowed = co_await permissions.may(path[1], path[3], path[5], {.timeout = seconds{1}});
    if (allowed) co_return reply(status::ok, *allowed ? R"({"allowed":true})" : R"({"allowed":false})");
    std::cerr << allowed.error() << '\n';
    co_return reply(status::service_unavailable, R"({"error":"not known, try again"})");
}

std::uint16_t port_of(std::string_view text) {
    std::uint16_t port{};
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error{"usage: permission_server [PORT], from 0 to 65535; 8080 unless given"};
    }
    return port;
}
}  // namespace

int main(int argc, char** argv) try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    config.single_flight = true;
    if (char const* const url = std::getenv("CLERK_BASE_URL")) config.base_url = url;
    if (char const* const file = std::getenv("CLERK_CA_FILE")) config.tls.ca_file = file;
    std::uint16_t const port = argc == 2 ? port_of(argv[1]) : 8080;

    boost::asio::io_context io;
    clerk::Client client{io, config};
    Permissions permissions{client, seconds{5}};
    gateway::Server server{io.get_executor(),
                           {boost::asio::ip::address_v4::loopback(), port},
                           [&](Request const& request) { return answer(permissions, request); }};
    boost::asio::signal_set signals{server.executor(), SIGINT, SIGTERM};
    auto const end_on_signal = [&]() -> boost::asio::awaitable<void> {
        co_await signals.async_wait(boost::asio::use_awaitable);
        co_await server.stop(seconds{2});
        co_await client.close(seconds{0});
    };
    co_spawn(server.executor(), server.run(), boost::asio::detached);
    co_spawn(server.executor(), end_on_signal, boost::asio::detached);
    std::cout << "listening on http://" << server.where() << '\n' << std::flush;
    io.run();
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 2;
}
