// A small HTTP gateway in front of Clerk's organizations API:
//   GET /organizations?limit&offset&query, GET and PATCH /organizations/{id}, GET /metrics, GET /healthz
//   POST /webhooks, with the signing secret in CLERK_WEBHOOK_SIGNING_SECRET: removes the organization of an event from
//   the cache
// `X-Request-Timeout-Ms` gives a request less time than --timeout; a client that closes its connection cancels its
// call. It does not authenticate clients: keep it on a private network. It never sends the key (CLERK_SECRET_KEY) or
// private_metadata to them.
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iostream>
#include "gateway.hpp"

int main(int argc, char** argv) try {
    std::string address{"127.0.0.1"};
    std::uint16_t port{8080};
    int threads{2}, cache_ttl{1000}, timeout{10'000}, grace{10'000};
    clerk::Config config{.secret_key = clerk::secret_key_from_env()};
    config.single_flight = true;
    CLI::App app{"HTTP gateway to Clerk's organizations; the key is in CLERK_SECRET_KEY\n", "organization-gateway"};
    app.option_defaults()->always_capture_default();
    app.add_option("--listen", address, "Address to listen on");
    app.add_option("--port", port, "Port; 0 takes a free one");
    app.add_option("--threads", threads, "Threads")->check(CLI::Range(1, 256));
    app.add_option("--base-url", config.base_url, "Another server than Clerk's, such as clerk-emulator");
    app.add_option("--ca-file", config.tls.ca_file, "Certificate authorities to trust instead of the system's");
    app.add_option("--cache-ttl", cache_ttl, "Milliseconds to answer from the cache")->check(CLI::NonNegativeNumber);
    app.add_option("--timeout", timeout, "Milliseconds for a call")->check(CLI::PositiveNumber);
    app.add_option("--grace", grace, "Milliseconds for running requests at the end")->check(CLI::NonNegativeNumber);
    CLI11_PARSE(app, argc, argv);
    auto const metrics = std::make_shared<gateway::Metrics>();
    config.observer = metrics;
    config.timeout.total = gateway::milliseconds{timeout};
    boost::asio::thread_pool pool{static_cast<std::size_t>(threads)};
    clerk::Client client{pool, config};
    gateway::Gateway gateway{client, *metrics, gateway::milliseconds{cache_ttl}, config.timeout.total,
                             clerk::secret_key_from_env("CLERK_WEBHOOK_SIGNING_SECRET")};
    gateway::Server server{pool.get_executor(),
                           {boost::asio::ip::make_address(address), port},
                           [&](gateway::Request const& request) { return gateway.answer(request); }};
    boost::asio::signal_set signals{server.executor(), SIGINT, SIGTERM};
    auto const end_on_signal = [&]() -> boost::asio::awaitable<void> {
        co_await signals.async_wait(boost::asio::use_awaitable);
        co_await server.stop(gateway::milliseconds{grace});
        co_await client.close(gateway::milliseconds{0});  // what still runs is answered with 503
    };
    co_spawn(server.executor(), server.run(), boost::asio::detached);
    co_spawn(server.executor(), end_on_signal, boost::asio::detached);
    std::cout << "listening on http://" << server.where() << '\n' << std::flush;
    pool.join();
} catch (std::exception const& failure) {
    std::cerr << "organization-gateway: " << failure.what() << '\n';
    return EXIT_FAILURE;
}
