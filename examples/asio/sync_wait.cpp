// Code that blocks and has one thread calls the API: that thread runs the context until the call has ended.
#include "environment.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <iostream>
#include <utility>

// What `task` returns. Runs `io` meanwhile, with all else that it has to do, and no longer. Not for code that `io`
// runs: it would wait for itself.
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
    sync_wait(io, client.close());  // runs what was left, too
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
