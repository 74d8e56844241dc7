// Calls the API from blocking code with one thread: that thread runs the context until the call has ended.
#include "environment.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <utility>

// Returns the result of `task`. Runs `io`, with all its other work, until then. Must not be called by code that `io`
// runs, because it would wait for itself.
template <class T>
T sync_wait(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::future<T> result = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
    io.restart();
    while (result.wait_for(std::chrono::seconds{0}) != std::future_status::ready && io.run_one() != 0) {
    }
    return result.get();
}

int main() try {
    boost::asio::io_context io;
    clerk::Client client{io, config_from_env()};
    clerk::OrganizationsApi organizations{client};

    clerk::ListOrganizationsRequest request{.limit = 2};
    clerk::Organizations const page = sync_wait(io, organizations.list_organizations(request)).value();
    for (clerk::Organization const& organization : page) std::cout << organization.id << '\n';
    sync_wait(io, client.close());  // also runs the remaining work
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
