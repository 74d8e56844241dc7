// Calls as values: co_spawn with `deferred` gives an operation that can be kept, passed on and composed before it
// begins. Here a parallel group runs two of them.
#include "environment.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <utility>

int main() try {
    namespace asio = boost::asio;
    using Page = clerk::Result<clerk::Organizations>;
    asio::io_context io;
    clerk::Client client{io, config_from_env()};
    clerk::OrganizationsApi organizations{client};

    clerk::ListOrganizationsRequest oldest{.limit = 1, .order_by = "+created_at"};
    clerk::ListOrganizationsRequest newest{.limit = 1, .order_by = "-created_at"};
    auto first = asio::co_spawn(io, organizations.list_organizations(oldest), asio::deferred);
    auto last = asio::co_spawn(io, organizations.list_organizations(newest), asio::deferred);

    // Nothing has been sent so far. The results are read after run(), because a handler must not throw.
    std::array<Page, 2> pages;
    std::exception_ptr failure;
    asio::experimental::make_parallel_group(std::move(first), std::move(last))
        .async_wait(asio::experimental::wait_for_all(),
                    [&](std::array<std::size_t, 2>, std::exception_ptr thrown_by_first, Page one,
                        std::exception_ptr thrown_by_last, Page other) {
                        failure = thrown_by_first ? thrown_by_first : thrown_by_last;
                        pages = {std::move(one), std::move(other)};
                    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    for (Page const& page : pages) {
        for (clerk::Organization const& organization : page.value()) std::cout << organization.id << '\n';
    }
    return EXIT_SUCCESS;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
