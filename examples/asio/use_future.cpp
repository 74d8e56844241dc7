// Calls the API from blocking code: the context runs in its own thread, and each call becomes a std::future.
#include "environment.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <exception>
#include <future>
#include <iostream>

int main() try {
    boost::asio::thread_pool threads{1};
    clerk::Client client{threads, config_from_env()};
    clerk::OrganizationsApi organizations{client};

    clerk::ListOrganizationsRequest request{.limit = 2};
    std::future<clerk::Result<clerk::Organizations>> page =
        boost::asio::co_spawn(threads, organizations.list_organizations(request), boost::asio::use_future);
    // get() waits; value() throws clerk::Exception when the call has failed.
    for (clerk::Organization const& organization : page.get().value()) std::cout << organization.id << '\n';
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
